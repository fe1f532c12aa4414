/**
 * The source `yardstick`: a TypeScript kernel against the plain code that a
 * program has without a library, in interleaved pairs. No
 * other engine is there to compare TypeScript with, and its time alone says
 * more about the machine. The yardstick is frozen: budgets are relative to it.
 *
 * @module
 */

import { measurePair, type Work } from "../../src/budget/mod.ts";
import { Random } from "../data/_random.ts";
import { benchCases } from "../suite.ts";
import { type Source, textOf } from "./_source.ts";

/** Bytes of the yardstick's data: two milliseconds that nobody disturbs. */
const BYTES = 1e5;

/**
 * Whether a case is bounded by the yardstick.
 *
 * @param id The case's name.
 * @returns True for TypeScript at 1M.
 */
export function isYardstickCase(id: string): boolean {
  return id.endsWith(".1M.typescript");
}

/** Gives `plain_ratio`: the case's time by the yardstick's. */
export const yardstickSource: Source = async (budget, defaults) => {
  const id = textOf(budget, "case");
  const one = (await benchCases()).find((other) => other.id === id);
  if (one === undefined) {
    throw new RangeError(`Cannot measure ${budget.id}: no case ${id}`);
  }
  const { ratio } = await measurePair(
    plainCsv(),
    await one.prepare(),
    defaults,
  );
  return { values: { plain_ratio: ratio } };
};

/** Decodes lines of numbers and words, splits them, adds up, counts. */
function plainCsv(): Work {
  const random = new Random(1);
  const words = ["north", "south", "east", "west"];
  let text = "";
  for (let row = 0; text.length < BYTES; row++) {
    text += `${row},${random.below(1e6) / 100},${words[random.below(4)]}\n`;
  }
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  return () => {
    const counts = new Map<string, number>();
    let sum = 0;
    for (const line of decoder.decode(bytes).split("\n")) {
      if (line === "") continue;
      const [, price, word] = line.split(",");
      sum += Number(price);
      counts.set(word!, (counts.get(word!) ?? 0) + 1);
    }
    return [sum, counts];
  };
}
