/**
 * From a line of a schema back to the file that it came from.
 *
 * @module
 */

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
 * @returns The file's line; for the line of a separator the first line of
 * the file that follows; null for the header and for lines past the end.
 * @throws {RangeError} If the line is no positive whole number, or the bytes
 * are not those of the manifest.
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
  if (!Number.isSafeInteger(line) || line < 1) {
    throw new RangeError(
      `Cannot find line ${line}: lines are whole numbers from 1`,
    );
  }
  if (output.length !== manifest.output.size) {
    throw new RangeError(
      `Cannot find line ${line}: the schema has ${output.length} bytes, its ` +
        `manifest says ${manifest.output.size}; build it again`,
    );
  }
  const at = lineStart(output, line);
  if (at < 0) return null;
  const runs = runsOf(manifest);
  const index = runs.findIndex(({ end }) => end > at);
  const run = runs[index];
  if (run === undefined) return null;
  // The header stands before every file and belongs to none.
  if (at < run.start && line === 1 && at === 0 && hasHeader(output)) {
    return null;
  }
  if (at < run.start) return { path: run.path, line: run.line };
  return { path: run.path, line: run.line + lines(output, run.start, at) };
}

interface Run {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** All runs of all files, in the order of the output. */
function runsOf({ files }: SchemaManifest): Run[] {
  return files.flatMap(({ path, start, end, ranges }) =>
    (ranges ?? [{ start, end, line: 1 }]).map((range) => ({ path, ...range }))
  ).filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
}

const HEADERS = ["-- Schema of ", "# Schema of "].map((text) =>
  new TextEncoder().encode(text)
);

function hasHeader(output: Uint8Array): boolean {
  return HEADERS.some((header) =>
    header.every((byte, index) => output[index] === byte)
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
