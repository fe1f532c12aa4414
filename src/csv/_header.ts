/**
 * Names of columns from a header (semantics 22).
 *
 * @module
 */

/**
 * An empty name becomes `columnN`, a repeated one `a_2`, `a_3`. Names that
 * the header spells out are never taken by a made-up one.
 *
 * @param given The names as they stand in the header.
 * @returns As many names, all different, none empty.
 */
export function uniqueNames(given: readonly string[]): string[] {
  const taken = new Set(given);
  taken.delete("");
  const seen = new Set<string>();
  // The next number to try per name, so that equal names cost one step each.
  const numbers = new Map<string, number>();
  return given.map((name, index) => {
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const base = name === "" ? `column${index + 1}` : name;
    if (!taken.has(base)) {
      taken.add(base);
      return base;
    }
    let number = numbers.get(base) ?? 2;
    while (taken.has(`${base}_${number}`)) number++;
    numbers.set(base, number + 1);
    taken.add(`${base}_${number}`);
    return `${base}_${number}`;
  });
}

/**
 * The names of columns without a header.
 *
 * @param width The number of columns.
 * @returns `column1`, `column2` and so on.
 */
export function numberedNames(width: number): string[] {
  return Array.from({ length: width }, (_, index) => `column${index + 1}`);
}
