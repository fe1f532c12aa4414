/** Every operation gives the same on both engines: a loop over the catalogue. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { loadOperations } from "../src/catalogue/list.ts";
import type { EngineMode, Op } from "../src/catalogue/op.ts";
import { ParseError } from "../src/errors.ts";
import { Random } from "../bench/data/_random.ts";
import { nativeAvailable } from "./_engines.ts";

const OPERATIONS = await loadOperations();
const SIZES = [0, 1, 100, 10_000, 1_000_000];
const MUTATIONS = 200;
/** Bytes that mean something to some format. */
const TELLING = [
  ...[0, 9, 10, 13, 32, 34, 39, 43, 44, 45, 46, 48, 49, 57, 58, 59, 69, 84],
  ...[90, 91, 92, 93, 101, 110, 116, 117, 123, 125, 127, 0x80, 0xbf, 0xc3],
  ...[0xe2, 0xed, 0xef, 0xf0, 0xf4, 0xff],
];

/** Output of a door, or the code, position and message of its error. */
async function outcome(
  op: Op,
  engine: EngineMode,
  input: Uint8Array,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    const chunks = op.door({
      input: input.slice(),
      name: "-",
      values: {},
      to: op.outputs[0]?.name ?? "",
      engine,
    });
    for await (const chunk of chunks) {
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { code, line, column, byteOffset, message } = error;
    text += JSON.stringify({ code, line, column, byteOffset, message });
  }
  // Times and the engine's name differ by nature.
  return text.replace(/,"engine":\{.*\}\n$/s, "");
}

/** Overwrites, drops or doubles a few bytes. */
function mutate(random: Random, input: Uint8Array): Uint8Array {
  const bytes = [...input];
  for (let change = random.below(4); change >= 0; change--) {
    const at = random.below(bytes.length + 1);
    const telling = random.pick(TELLING);
    const kind = random.below(3);
    if (kind === 0) bytes[at] = telling;
    else if (kind === 1) bytes.splice(at, random.below(3));
    else bytes.splice(at, 0, telling);
  }
  return new Uint8Array(bytes);
}

for (const op of OPERATIONS) {
  const ignore = op.kernels.length === 0 || !nativeAvailable();

  Deno.test({
    name: `parity: ${op.name} is the same on both engines at every size`,
    ignore,
    async fn() {
      for (const size of SIZES) {
        for (const seed of [1, 2]) {
          const expected = await op.run("typescript", size, seed);
          assertEquals(await op.run("native", size, seed), expected);
          assertEquals(await op.run("auto", size, seed), expected);
        }
      }
    },
  });

  Deno.test({
    name: `parity: ${op.name} says the same of mutated input`,
    ignore,
    async fn() {
      for (let seed = 1; seed <= MUTATIONS; seed++) {
        const random = new Random(seed);
        const input = mutate(random, op.sampleInput(200, seed));
        assertEquals(
          await outcome(op, "native", input),
          await outcome(op, "typescript", input),
          `seed ${seed}`,
        );
      }
    },
  });

  Deno.test(`parity: ${op.name} depends on its input`, async () => {
    assertNotEquals(
      await op.run("typescript", 10_000, 1),
      await op.run("typescript", 10_000, 2),
    );
  });
}
