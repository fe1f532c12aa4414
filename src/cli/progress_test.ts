import { assertEquals } from "@std/assert";
import { Progress, progressLine } from "./progress.ts";

Deno.test("progressLine() names share, size, rate and time left", () => {
  assertEquals(
    progressLine("a.csv", 250e6, 1000e6, 1000, 80),
    "a.csv: 25 % of 1000 MB, 250 MB/s, 3 s left",
  );
});

Deno.test("progressLine() without a total names what is done", () => {
  assertEquals(progressLine("-", 5e6, null, 1000, 80), "-: 5 MB, 5 MB/s");
});

Deno.test("progressLine() fits the terminal", () => {
  assertEquals(progressLine("a".repeat(99), 1, 2, 1, 40).length, 39);
});

Deno.test("Progress draws nothing at first, then at most ten times a second", () => {
  let nowMs = 0;
  const drawn: string[] = [];
  const progress = new Progress(
    { nowMs: () => nowMs, write: (text) => drawn.push(text), columns: 80 },
    "x",
    100e6,
  );
  for (; nowMs <= 1000; nowMs += 10) progress.update(nowMs * 1e4);
  assertEquals(drawn.length, 6);
  progress.clear();
  assertEquals(drawn.at(-1), "\r\x1b[2K");
  progress.clear();
  assertEquals(drawn.length, 7);
});
