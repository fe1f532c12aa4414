import { assertEquals } from "@std/assert";
import { CUT, ILL_FORMED, sequenceLength } from "./utf8.ts";

const strict = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes at the borders of every rule of table 3-7 of Unicode. */
const BORDERS = [
  ...[0x00, 0x22, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1],
  ...[0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4],
  ...[0xF5, 0xFF],
];

/** The third and fourth bytes have one rule alone. */
const TAILS = [0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF];

Deno.test("sequenceLength() agrees with a fatal TextDecoder", () => {
  const bytes = new Uint8Array(4);
  for (const a of BORDERS.filter((byte) => byte >= 0x80)) {
    for (const b of BORDERS) {
      for (const c of TAILS) {
        for (const d of TAILS) {
          bytes.set([a, b, c, d]);
          const found = sequenceLength(bytes, 0, 4);
          const length = [2, 3, 4].find((size) =>
            isUtf8(bytes.subarray(0, size))
          );
          if (found !== (length ?? ILL_FORMED)) {
            assertEquals([...bytes, found], [a, b, c, d, length]);
          }
        }
      }
    }
  }
});

Deno.test("sequenceLength() says that the known bytes end too early", () => {
  for (const character of ["é", "€", "한", "😀", "\u{10FFFF}"]) {
    const bytes = new TextEncoder().encode(character);
    for (let limit = 1; limit < bytes.length; limit++) {
      assertEquals(sequenceLength(bytes, 0, limit), CUT);
    }
    assertEquals(sequenceLength(bytes, 0, bytes.length), bytes.length);
  }
  // What is wrong already stays wrong whatever follows.
  const surrogate = Uint8Array.of(0xED, 0xA0, 0x80);
  assertEquals(sequenceLength(surrogate, 0, 2), ILL_FORMED);
});
