/**
 * What the tests compare with `@std/csv`: results and errors as plain texts.
 *
 * @module
 */

import type { Random } from "../bench/data/_random.ts";

/** What came of some work: a result with the order of its keys, or an error. */
export function outcomeOf(work: () => unknown): string {
  try {
    return shown(work());
  } catch (error) {
    return failed(error);
  }
}

/** What came out of a stream before it ended, and how it ended. */
export async function drained(stream: ReadableStream): Promise<string> {
  const values: unknown[] = [];
  try {
    for await (const value of stream) values.push(value);
    return shown(values);
  } catch (error) {
    return `${shown(values)} ${failed(error)}`;
  }
}

/** A value as text; two values of one text are alike in all that shows. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (inner === null || typeof inner !== "object") return inner;
    const prototype = Object.getPrototypeOf(inner);
    const isPlain = prototype === Object.prototype ||
      prototype === Array.prototype;
    return isPlain ? inner : { isOdd: true, ...inner };
  });
}

function failed(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${error}`;
  return `${error.constructor.name} ${error.name}: ${error.message}`;
}

/** Parts of a text by chance, at most so many. */
export function textByChance(
  dice: Random,
  parts: readonly string[],
  most: number,
): string {
  let text = "";
  for (let left = dice.below(most + 1); left > 0; left--) {
    text += dice.pick(parts);
  }
  return text;
}
