/**
 * Printing against the vectors that Python's standard library made.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { formatDate, formatFloat, formatTimestamp } from "./format.ts";

function floatOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

const PRINTS: Record<string, (value: string) => string> = {
  float: (value) => formatFloat(floatOf(value)),
  date: (value) => formatDate(Number(value)),
  timestamp: (value) => formatTimestamp(BigInt(value), false),
  timestamp_utc: (value) => formatTimestamp(BigInt(value), true),
};

Deno.test("format functions print every vector", async () => {
  const file = new URL("../../tests/vectors/prints.tsv", import.meta.url);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  assert(lines.length > 100);
  for (const line of lines) {
    const [kind, value, text] = line.split("\t") as string[];
    assertEquals(PRINTS[kind!]!(value!), text, line);
  }
});
