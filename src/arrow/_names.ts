/**
 * Names of columns: Arrow allows one twice, a table does not.
 *
 * @module
 */

/**
 * A repeated name becomes `a_2`, `a_3` (semantics 22); names that the schema
 * spells out are never taken by a made-up one.
 */
export function uniqueNames(given: readonly string[]): string[] {
  const taken = new Set(given);
  const seen = new Set<string>();
  // The next number to try per name, so that equal names cost one step each.
  const numbers = new Map<string, number>();
  return given.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = numbers.get(name) ?? 2;
    while (taken.has(`${name}_${number}`)) number++;
    numbers.set(name, number + 1);
    taken.add(`${name}_${number}`);
    return `${name}_${number}`;
  });
}
