/**
 * Whether the columns that a caller declares exist.
 *
 * @module
 */

import type { Pass } from "./_engine.ts";

/**
 * Checks the declared columns against the names of a CSV header. (NDJSON has
 * no header: there a declared column that no row has is all null.)
 *
 * @throws {RangeError} If one is missing; a file without any name has none.
 */
export function checkDeclared(pass: Pass, names: readonly string[]): void {
  if (pass.format.name !== "csv" || names.length === 0) return;
  const known = new Set(names);
  if (pass.declared.every((field) => known.has(field.name))) return;
  throw missingColumn(pass);
}

/** The error of a declared column that the header does not have. */
export function missingColumn(pass: Pass): RangeError {
  const declared = pass.declared.map(({ name }) => `"${name}"`).join(", ");
  return new RangeError(
    `Cannot read the columns of the option schema (${declared}): ` +
      "the header does not have all of them",
  );
}
