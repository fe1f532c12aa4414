/**
 * From a line of a schema back to the file that it came from.
 *
 * @module
 */

import { digestSync } from "../hash/digest.ts";
import { assertPlainBytes } from "../input.ts";
import { assertManifest } from "./_manifest_shape.ts";
import type { SchemaManifest } from "./manifest.ts";

/** A line of a file of a schema. */
export interface SchemaPlace {
  /** The file, as the schema names it. */
  readonly path: string;
  /** Its line, from 1. */
  readonly line: number;
}

/**
 * Finds the file and line that a line of a schema came from.
 *
 * @param output The schema's bytes.
 * @param manifest Its manifest.
 * @param line A line of the schema, from 1.
 * @returns The file's line; null for lines of no file: the header, separators
 * and lines past the end.
 * @throws {RangeError} If the line is no positive whole number, or the bytes
 * are not those of the manifest.
 * @throws {TypeError} If there are no bytes, or the manifest is none.
 *
 * @example The second line of the second file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildSchemaOf, whereInSchema } from "@fastpath/fastpath/schema";
 *
 * const bytes = new TextEncoder().encode("select\n  1;\n");
 * const built = await buildSchemaOf([
 *   { path: "a.sql", bytes },
 *   { path: "b.sql", bytes },
 * ]);
 * assertEquals(whereInSchema(built.bytes, built.manifest, 7), {
 *   path: "b.sql",
 *   line: 2,
 * });
 * ```
 */
export function whereInSchema(
  output: Uint8Array,
  manifest: SchemaManifest,
  line: number,
): SchemaPlace | null {
  assertPlainBytes(output);
  assertManifest(manifest, "Cannot find line");
  if (!Number.isSafeInteger(line) || line < 1) {
    throw new RangeError(
      `Cannot find line ${line}: lines are whole numbers from 1`,
    );
  }
  const { size, digest } = manifest.output;
  if (output.length !== size || digestSync(output) !== digest) {
    throw new RangeError(
      `Cannot find line ${line}: the schema is not the one of its manifest; ` +
        "build it again",
    );
  }
  const at = lineStart(output, line);
  const run = runsOf(manifest).find(({ start, end }) =>
    start <= at && at < end
  );
  if (run === undefined) return null;
  return { path: run.path, line: run.line + lines(output, run.start, at) };
}

interface Run {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

function runsOf({ files }: SchemaManifest): Run[] {
  return files.flatMap(({ path, start, end, ranges }) =>
    (ranges ?? [{ start, end, line: 1 }]).map((range) => ({ path, ...range }))
  );
}

function lineStart(bytes: Uint8Array, line: number): number {
  let at = 0;
  for (let left = line - 1; left > 0; left--) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) return -1;
    at = end + 1;
  }
  return at < bytes.length ? at : -1;
}

/** Line feeds in `[start, end)`. */
function lines(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  let at = bytes.indexOf(0x0a, start);
  while (at >= 0 && at < end) {
    count++;
    at = bytes.indexOf(0x0a, at + 1);
  }
  return count;
}
