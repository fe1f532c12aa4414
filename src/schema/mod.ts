/**
 * Builds one SQL schema from many files: always the same bytes from the same
 * files, wherever they lie and whoever builds.
 *
 * - {@linkcode buildSchema}, {@linkcode buildSchemaOf},
 *   {@linkcode buildSchemaOfArchive}: from folders, from files in memory, from
 *   a zip archive or a form.
 * - {@linkcode writeSchema}: into a file that appears whole or not at all.
 * - {@linkcode checkSchema}, {@linkcode diffSchemas},
 *   {@linkcode verifySchema}: what changed.
 * - {@linkcode whereInSchema}: from a line of the schema to its file.
 * - {@linkcode splitStatements}: the statements of SQL.
 *
 * A file that cannot be read, that ends in an open quote or comment, or that
 * shares its number with another, fails the build and is named; all such
 * files are.
 *
 * @example Build, and find a line again
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, whereInSchema } from "@fastpath/fastpath/schema";
 *
 * const encode = (text: string) => new TextEncoder().encode(text);
 * const { bytes, manifest } = await buildSchemaOf([
 *   { path: "2_view.sql", bytes: encode("create view v as select * from t;") },
 *   { path: "1_table.sql", bytes: encode("create table t (\n  id int\n);\n") },
 * ]);
 * assertEquals(manifest.files.map(({ path }) => path), [
 *   "1_table.sql",
 *   "2_view.sql",
 * ]);
 * assertEquals(whereInSchema(bytes, manifest, 4)?.line, 2);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError, ParseError } from "../errors.ts";
export type {
  ArrowErrorCode,
  DurationErrorCode,
  FailureCode,
  ParseErrorCode,
  SqlErrorCode,
} from "../errors.ts";
export { buildSchemaOfArchive } from "./archive.ts";
export { buildSchema, buildSchemaOf } from "./build.ts";
export type { SchemaBuild, SchemaFile } from "./build.ts";
export { checkSchema, diffSchemas, verifySchema } from "./compare.ts";
export type { DigestDiff, Renamed } from "../hash/diff_digests.ts";
export type { SchemaDiff, SchemaVerification } from "./compare.ts";
export { schemaFaults } from "./faults.ts";
export type { SchemaFault, SchemaFaultCode } from "./faults.ts";
export { parseSchemaManifest, printSchemaManifest } from "./manifest.ts";
export type {
  SchemaManifest,
  SchemaManifestFile,
  SchemaManifestOptions,
  SchemaRange,
} from "./manifest.ts";
export type { SchemaOptions, SchemaOrder, SchemaSeparator } from "./options.ts";
export { splitStatements } from "./statements.ts";
export type { SqlStatement } from "./statements.ts";
export { whereInSchema } from "./where.ts";
export type { SchemaPlace } from "./where.ts";
export { manifestPathOf, writeSchema, writeSchemaBuild } from "./write.ts";
export type { WriteSchemaOptions } from "./write.ts";
