/** The sketches' hash, against values of a Python implementation. */

import { assertEquals } from "@std/assert";
import { hashNumber, hashText, lanes } from "./_lanes.ts";

function hex(): string {
  return [lanes.a, lanes.b]
    .map((lane) => (lane >>> 0).toString(16).padStart(8, "0"))
    .join(" ");
}

const TEXTS: [string, string][] = [
  ["", "835859e1 0463d506"],
  ["a", "6a53f3e8 6953793d"],
  ["ab", "7ddcd9cd 546545ce"],
  ["abc", "48fd59e4 75c27ab6"],
  ["abcd", "e7813a2b 299a5022"],
  ["abcde", "a1a2773f 04575aee"],
  ["Zürich", "f6f47e05 100644c2"],
  ["2024-02-29T00:00:00Z", "df8e0654 41d64f8b"],
];

Deno.test("hashText() hashes words, a padded tail and the length", () => {
  for (const [text, expected] of TEXTS) {
    const bytes = new TextEncoder().encode(`--${text}--`);
    const view = new DataView(bytes.buffer);
    hashText(view, 2, bytes.length - 4);
    assertEquals(hex(), expected, text);
  }
});

Deno.test("hashNumber() hashes a value: one zero, one NaN", () => {
  for (
    const [value, expected] of [
      [0, "829ce192 1bd51187"],
      [-0, "829ce192 1bd51187"],
      [1, "b6f47e19 76902734"],
      [-2.5, "7908bbd0 75db720c"],
      [NaN, "45b17ad1 bc08531b"],
      [-NaN, "45b17ad1 bc08531b"],
    ] as const
  ) {
    hashNumber(value);
    assertEquals(hex(), expected, String(value));
  }
});
