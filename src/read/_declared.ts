/**
 * Whether the columns that a caller declares or wants exist.
 *
 * @module
 */

import type { Pass } from "./_engine.ts";

/** Names that an error lists at most. */
const NAMES_SHOWN = 50;

/**
 * Checks the declared and wanted columns against the names of a CSV header. (NDJSON has
 * no header: there a declared column that no row has is all null.)
 *
 * @throws {RangeError} If one is missing; a file without any name has none.
 */
export function checkDeclared(pass: Pass, names: readonly string[]): void {
  if (pass.format.name !== "csv" || names.length === 0) return;
  const known = new Set(names);
  if (!pass.declared.every((field) => known.has(field.name))) {
    throw missingColumn(pass);
  }
  for (const name of pass.columns ?? []) {
    if (!known.has(name)) throw missingWanted(pass);
  }
}

/** The error of a wanted column that the header does not have. */
export function missingWanted({ columns }: Pass): RangeError {
  const wanted = Array.from(columns ?? [], (name) => `"${name}"`).join(", ");
  return new RangeError(
    `Cannot read the columns of the option columns (${wanted}): ` +
      "the header does not have all of them",
  );
}

/** The error of a condition on a column that the header does not have. */
export function missingCondition(
  column: string,
  names: readonly string[],
): RangeError {
  const more = names.length > NAMES_SHOWN ? ", ..." : "";
  const known = names.slice(0, NAMES_SHOWN).map((name) => `"${name}"`);
  return new RangeError(
    `Cannot read the column "${column}" of the option where: the header has ` +
      known.join(", ") + more,
  );
}

/** The error of a declared column that the header does not have. */
export function missingColumn(pass: Pass): RangeError {
  const declared = pass.declared.map(({ name }) => `"${name}"`).join(", ");
  return new RangeError(
    `Cannot read the columns of the option schema (${declared}): ` +
      "the header does not have all of them",
  );
}
