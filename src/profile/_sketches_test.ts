/** HyperLogLog, KLL and Space-Saving: bounds of error, and steps by hand. */

import { assert, assertEquals } from "@std/assert";
import { DISTINCT_ERROR, Hll } from "./_hll.ts";
import { Kll, QUANTILES_ERROR } from "./_kll.ts";
import { hashNumber, lanes } from "./_lanes.ts";
import { COUNTERS, SpaceSaving } from "./_space_saving.ts";

function hllOf(count: number): Hll {
  const hll = new Hll();
  for (let value = 0; value < count; value++) {
    hashNumber(value);
    hll.add(lanes.a, lanes.b);
  }
  return hll;
}

Deno.test("Hll estimates nothing as 0", () => {
  assertEquals(new Hll().estimate(), 0);
});

Deno.test("Hll counts an element once", () => {
  const hll = hllOf(1000);
  const before = hll.estimate();
  hashNumber(999);
  hll.add(lanes.a, lanes.b);
  assertEquals(hll.estimate(), before);
});

Deno.test("Hll stays within four standard errors at any size", () => {
  for (const count of [1, 10, 1000, 20_000, 100_000, 2_000_000]) {
    const error = Math.abs(hllOf(count).estimate() / count - 1);
    assert(error < 4 * DISTINCT_ERROR, `${count}: ${error}`);
  }
});

Deno.test("Hll takes the highest rank of an empty remainder", () => {
  const hll = new Hll();
  for (let register = 0; register < 1 << 14; register++) {
    hll.add(register << 18, 0);
  }
  // All registers at 51: tau(0) = 0, so the estimate leaves the scale.
  assertEquals(hll.estimate(), Infinity);
});

const RANKS = [0.25, 0.5, 0.75, 0.95, 0.99];

Deno.test("Kll is exact while it holds all items", () => {
  const kll = new Kll();
  for (let value = 999; value >= 0; value--) kll.add(value);
  assertEquals(kll.quantiles(RANKS), [249, 499, 749, 949, 989]);
  assertEquals(new Kll().quantiles(RANKS), []);
});

Deno.test("Kll stays within its rank error whatever the order", () => {
  const n = 500_000;
  const orders: ((index: number) => number)[] = [
    (index) => index,
    (index) => n - 1 - index,
    (index) => (index * 7919) % n,
  ];
  for (const order of orders) {
    const kll = new Kll();
    for (let index = 0; index < n; index++) kll.add(order(index));
    kll.quantiles(RANKS).forEach((value, at) => {
      assert(Math.abs(value / n - RANKS[at]!) < QUANTILES_ERROR);
    });
  }
});

Deno.test("Kll turns -0 into 0", () => {
  const kll = new Kll();
  kll.add(-0);
  assertEquals(kll.quantiles([0.5]).map((value) => Object.is(value, 0)), [
    true,
  ]);
});

function add(sketch: SpaceSaving, text: string, times = 1): void {
  const bytes = new TextEncoder().encode(text);
  for (let time = 0; time < times; time++) {
    hashNumber(text.length * 1e6 + Number(text.slice(1)));
    sketch.add(lanes.a, lanes.b, bytes, 0, bytes.length);
  }
}

function counts(sketch: SpaceSaving): Record<string, number> {
  const decoder = new TextDecoder();
  return Object.fromEntries(
    sketch.candidates().map(({ text, countMin }) => [
      decoder.decode(text),
      countMin,
    ]),
  );
}

Deno.test("SpaceSaving is exact while there are free counters", () => {
  const sketch = new SpaceSaving();
  add(sketch, "t1", 3);
  add(sketch, "t2");
  add(sketch, "t1", 2);
  assertEquals(counts(sketch), { t1: 5, t2: 1 });
});

Deno.test("SpaceSaving evicts the smallest count, the oldest of equals", () => {
  const sketch = new SpaceSaving();
  for (let index = 0; index < COUNTERS; index++) add(sketch, `t${index}`);
  add(sketch, "t0", 2);
  // t1 reached the count 1 before all others that have it: it leaves, and
  // the new text takes its count as error.
  add(sketch, "t1000");
  const found = counts(sketch);
  assertEquals([found.t0, found.t1, found.t2], [3, undefined, 1]);
  assertEquals(found.t1000, 1);
  // Next is t2; t1 comes back with an error of 1.
  add(sketch, "t1", 4);
  const later = counts(sketch);
  assertEquals([later.t1, later.t2, later.t3], [4, undefined, 1]);
});

Deno.test("SpaceSaving never overstates and finds what is frequent", () => {
  const sketch = new SpaceSaving();
  const exact = new Map<string, number>();
  let state = 1;
  for (let row = 0; row < 100_000; row++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    const random = (state >>> 8) % 10_000;
    const text = `t${random < 3000 ? random % 5 : random}`;
    add(sketch, text);
    exact.set(text, (exact.get(text) ?? 0) + 1);
  }
  const found = counts(sketch);
  for (const [text, count] of Object.entries(found)) {
    assert(count <= exact.get(text)!, text);
  }
  for (let index = 0; index < 5; index++) {
    const count = found[`t${index}`] ?? 0;
    assert(count > exact.get(`t${index}`)! - 100_000 / COUNTERS);
  }
});

Deno.test("SpaceSaving.seed() keeps counts and their order", () => {
  const sketch = new SpaceSaving();
  const text = new Uint8Array([65]);
  assertEquals(sketch.seed(1, 1, text, 9), true);
  assertEquals(sketch.seed(1, 1, text, 8), false);
  assertEquals(sketch.seed(2, 2, new Uint8Array([66]), 9), true);
  assertEquals(counts(sketch), { A: 9, B: 9 });
});
