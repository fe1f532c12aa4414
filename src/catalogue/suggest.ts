/**
 * "Did you mean": the known name that is nearest to a mistyped one.
 *
 * @module
 */

/**
 * The known name nearest to the given one by edit distance (insert, delete,
 * replace, swap of neighbours: the restricted Damerau-Levenshtein distance).
 *
 * @param given The mistyped name.
 * @param known The names that exist.
 * @returns The nearest one, or null where none is near.
 */
export function closest(
  given: string,
  known: readonly string[],
): string | null {
  let best: string | null = null;
  // Half of the letters may be wrong, three at most.
  let limit = Math.min(3, Math.floor(given.length / 2)) + 1;
  for (const name of known) {
    const distance = editDistance(given.slice(0, 64), name);
    if (distance < limit) [best, limit] = [name, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (above[j - 1] ?? 0) + same,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
