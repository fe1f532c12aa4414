/**
 * The source `output`: bytes that an operation's door gives for a sample.
 *
 * @module
 */

import { OPERATIONS } from "../../src/catalogue/list.ts";
import { numberOf, type Source, textOf } from "./_source.ts";

/** Gives `output_bytes`. */
export const outputSource: Source = async (budget) => {
  const name = textOf(budget, "operation");
  const load = OPERATIONS[name];
  if (load === undefined) {
    throw new RangeError(`Cannot measure ${budget.id}: no operation ${name}`);
  }
  const op = await load();
  const chunks = op.door({
    input: op.sampleInput(numberOf(budget, "size"), 0),
    name: "-",
    values: {},
    to: textOf(budget, "to"),
    engine: "auto",
  });
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return { values: { output_bytes: bytes } };
};
