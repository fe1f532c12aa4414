/**
 * The catalogue's entry of `schema.build`: from an archive, as doors that
 * have no folders take it.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionSpec,
  type OptionValues,
} from "../catalogue/op.ts";
import { bytesOfInput } from "../input.ts";
import { buildSchemaOfArchive } from "./archive.ts";
import { buildSchema, type SchemaBuild } from "./build.ts";
import { printSchemaManifest } from "./manifest.ts";
import type { SchemaOptions } from "./options.ts";

/** Options of whatever builds. */
export const BUILD_OPTIONS: readonly OptionSpec[] = [
  {
    name: "order",
    kind: "choice",
    choices: ["bytes", "natural", "hex", "manifest"],
    fallback: "bytes",
    summary: "The order of the files",
  },
  {
    name: "path",
    kind: "text",
    value: "PATH",
    repeatable: true,
    summary: "A path of the order manifest, in its place",
  },
  {
    name: "env",
    kind: "text",
    value: "NAME",
    summary: "Lay the files of env/NAME over the others",
  },
  {
    name: "extension",
    kind: "text",
    value: "ENDING",
    repeatable: true,
    fallback: ".sql",
    summary: "Take files whose names end so",
  },
  {
    name: "separator",
    kind: "choice",
    choices: ["line", "block", "mysql", "none"],
    fallback: "line",
    summary: "The comment before each file",
  },
  {
    name: "separator-text",
    kind: "text",
    value: "TEXT",
    summary: "A text before each file; {path} in it is the path",
  },
  { name: "header", kind: "negation", summary: "Leave out the first line" },
  {
    name: "time",
    kind: "flag",
    summary: "Write the time into the first line; builds then differ",
  },
  {
    name: "bom",
    kind: "choice",
    choices: ["error", "strip"],
    fallback: "error",
    summary: "What to do with byte order marks",
  },
  {
    name: "crlf",
    kind: "choice",
    choices: ["error", "lf", "keep"],
    fallback: "error",
    summary: "What to do with CRLF",
  },
  {
    name: "meta",
    kind: "choice",
    choices: ["keep", "error"],
    fallback: "keep",
    summary: "What to do with commands of psql",
  },
  {
    name: "duplicate-prefixes",
    kind: "choice",
    choices: ["error", "allow"],
    fallback: "error",
    summary: "What to do with two files of one number",
  },
];

/** `schema.build`, as the doors see it. */
export const schemaBuild: Op = op<SchemaOptions, SchemaBuild>({
  name: "schema.build",
  summary: "Build one SQL file from the files of an archive",
  call: buildSchemaOfArchive,
  run: (input, options, engine) =>
    buildSchemaOfArchive(input, { ...options, engine }),
  kernels: [],
  input: {
    mediaTypes: ["multipart/form-data", "application/zip"],
    options: BUILD_OPTIONS,
    folders: {
      name: "folder",
      kind: "text",
      value: "PATH",
      repeatable: true,
      summary: "A folder below the server's root, instead of a body",
    },
  },
  outputs: [
    { name: "sql", mediaType: "application/sql" },
    { name: "manifest", mediaType: "application/json" },
  ],
  door,
  comparable: ({ bytes, manifest }) => [
    new TextDecoder().decode(bytes),
    manifest,
  ],
  sample: (size, seed) => ({
    input: sampleForm(size, seed),
    options: { order: seed % 2 === 0 ? "bytes" : "natural" },
  }),
});

async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, engine, signal } = request;
  const archive = await bytesOfInput(input, signal);
  const options = {
    ...schemaOptionsOf(values),
    ...(signal === undefined ? {} : { signal }),
    engine,
  };
  const { folder } = values;
  if (folder !== undefined && archive.length > 0) {
    throw new RangeError("Cannot build schema: give a folder or an archive");
  }
  const built = folder === undefined
    ? await buildSchemaOfArchive(archive, options)
    : await buildSchema(folder as readonly string[], options);
  yield to === "manifest" ? printSchemaManifest(built.manifest) : built.bytes;
}

/**
 * The options of a build that values of options mean.
 *
 * @param values The values, by the options' names.
 * @returns What the library takes, without the engine.
 */
export function schemaOptionsOf(values: OptionValues): SchemaOptions {
  const { order, env, extension, separator, bom, crlf, meta } = values;
  const known = Object.entries({
    ...{ order, env, separator, bom, crlf, meta, extensions: extension },
    duplicatePrefixes: values["duplicate-prefixes"],
    separatorText: values["separator-text"],
    paths: values.path,
  }).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(known) as SchemaOptions,
    ...(values.header === false ? { header: false } : {}),
    ...(values.time === true ? { builtAt: new Date() } : {}),
  };
}

/** A form with files of tables; their names and numbers depend on the seed. */
function sampleForm(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const boundary = `sample-${seed}`;
  const parts: string[] = [];
  let bytes = 0;
  for (let index = 0; index === 0 || bytes < size; index++) {
    const name = `${seed % 7}/${index}_t.sql`;
    const sql = `create table t${seed}_${index} (id int, note text ` +
      `default 'it''s ${seed}');\n`.repeat(1 + index % 20);
    const part = `--${boundary}\r\ncontent-disposition: form-data; ` +
      `name="files"; filename="${name}"\r\n` +
      `content-type: application/sql\r\n\r\n${sql}\r\n`;
    parts.push(part);
    bytes += part.length;
  }
  return new TextEncoder().encode(`${parts.join("")}--${boundary}--\r\n`);
}
