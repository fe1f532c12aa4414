/** `summary`: edges, kinds of columns, options, hostile input. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ENGINES, testEngines } from "../../tests/_engines.ts";
import { Random } from "../../bench/data/_random.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import {
  type NumericColumn,
  type QuantileType,
  type Summary,
  summary,
  type SummaryOptions,
  summarySync,
} from "./summary.ts";

/** The figures that NaN makes NaN. */
const FIGURES = [
  ...["sum", "mean", "variance", "std", "variancePopulation"],
  ...["stdPopulation", "min", "max", "skewness", "skewnessPopulation"],
  ...["kurtosis", "kurtosisPopulation"],
] as const;

function figuresOf(found: Summary): unknown[] {
  const all = found as unknown as Record<string, unknown>;
  return FIGURES.map((name) => all[name]);
}

testEngines("summary of nothing has figures that are null", (engine) => {
  for (
    const column of [
      new Float64Array(0),
      columnOf("f64", [null, null]),
      columnOf("f64", []),
    ]
  ) {
    const found = summarySync(column, { engine, weights: column });
    assertEquals(found.count, 0);
    assertEquals(found.sum, 0);
    assertEquals(figuresOf(found).slice(1), Array(11).fill(null));
    assertEquals(
      found.quantiles.map(({ value }) => value),
      Array(5).fill(null),
    );
    assertEquals(found.weightedMean, null);
  }
  assertEquals(summarySync(new Int32Array(0), { engine }).sum, 0n);
  assertEquals(summarySync(new BigInt64Array(0), { engine }).max, null);
});

testEngines("summary propagates NaN, or leaves it out", (engine) => {
  const values = Float64Array.of(4, NaN, 1, NaN, 7);
  const weights = new Float64Array(5).fill(2);
  const found = summarySync(values, { engine, weights });
  assertEquals([found.count, found.nulls, found.nans], [5, 0, 2]);
  assertEquals(figuresOf(found), Array(12).fill(NaN));
  assertEquals(found.quantiles[0], { p: 0.25, value: NaN });
  assertEquals(found.weightedMean, NaN);

  const skipped = summarySync(values, { engine, weights, nan: "skip" });
  assertEquals([skipped.count, skipped.nans], [5, 2]);
  const without = summarySync(Float64Array.of(4, 1, 7), { engine });
  assertEquals(figuresOf(skipped), figuresOf(without));
  assertEquals(skipped.quantiles, without.quantiles);
  assertEquals(skipped.weightedMean, 4);

  const alone = summarySync(Float64Array.of(NaN), { engine, nan: "skip" });
  assertEquals([alone.count, alone.sum, alone.mean], [1, 0, null]);
});

testEngines("summary of infinities is IEEE 754's", (engine) => {
  const up = summarySync(Float64Array.of(1, Infinity, 2), { engine });
  assertEquals([up.sum, up.mean, up.variance], [Infinity, Infinity, NaN]);
  assertEquals([up.min, up.max], [1, Infinity]);
  assertEquals(up.quantiles.map(({ value }) => value), [
    ...[1.5, 2, Infinity, Infinity, Infinity],
  ]);
  const both = summarySync(Float64Array.of(-Infinity, Infinity), { engine });
  assertEquals([both.sum, both.mean], [NaN, NaN]);
  assertEquals([both.min, both.max], [-Infinity, Infinity]);
});

testEngines("summary has null where f64 cannot hold a figure", (engine) => {
  const found = summarySync(Float64Array.of(1.7e308, 1.6e308, 1.5e308), {
    engine,
    weights: Float64Array.of(1e300, 1e300, 1e300),
  });
  assertEquals([found.sum, found.mean, found.variance], [null, null, null]);
  assertEquals([found.min, found.max], [1.5e308, 1.7e308]);
  assertEquals(found.weightedMean, null);
  const wide = summarySync(Float64Array.of(-1.7e308, 1.7e308), { engine });
  assertEquals(wide.quantiles[1], { p: 0.5, value: null });
});

testEngines("summary knows no -0", (engine) => {
  const found = summarySync(Float64Array.of(-0, -0), { engine });
  for (const figure of [found.sum, found.mean, found.min, found.max]) {
    assert(Object.is(figure, 0));
  }
  assert(Object.is(found.quantiles[0]?.value, 0));
});

testEngines("summary takes columns of all numbers", (engine) => {
  const big = 2n ** 62n;
  const i64 = summarySync(columnOf("i64", [big, null, -3n]), { engine });
  assertEquals([i64.type, i64.sum, i64.min, i64.max], [
    ...["i64", big - 3n, -3n, big],
  ]);
  const i32 = summarySync(columnOf("i32", [5, null, -2]), { engine });
  assertEquals([i32.type, i32.sum, i32.min, i32.max], ["i32", 3n, -2, 5]);
  const f64 = summarySync(columnOf("f64", [0.5, null]), { engine });
  assertEquals([f64.type, f64.sum, f64.nulls], ["f64", 0.5, 1]);
  // A slice begins inside of a byte of its bitmap.
  const slice = columnOf("i32", [9, null, 1, null, 2, 3]).slice(1, 5);
  assertEquals(figuresOf(summarySync(slice, { engine })).slice(0, 2), [
    3n,
    1.5,
  ]);
  // Rows beyond the column's length do not count.
  const longer = new Column({
    type: "i32",
    length: 2,
    data: Int32Array.of(1, 2, 100),
  });
  assertEquals(summarySync(longer, { engine }).max, 2);
});

testEngines("summary leaves the column as it was", (engine) => {
  const values = Float64Array.from(
    { length: 5000 },
    (_, i) => (i * 7919) % 997,
  );
  const before = values.slice();
  summarySync(values, { engine });
  assertEquals(values, before);
});

testEngines("summary's weights may be of any numbers", (engine) => {
  const values = Int32Array.of(1, 2, 3, 4);
  const options = { engine, probabilities: [] };
  for (
    const weights of [
      Int32Array.of(0, 1, 1, 0),
      BigInt64Array.of(0n, 1n, 1n, 0n),
      columnOf("f64", [null, 0.5, 0.5, null]),
    ] as NumericColumn[]
  ) {
    const found = summarySync(values, { ...options, weights });
    assertEquals(found.weightedMean, 2.5);
    assertEquals(found.quantiles, []);
  }
  const none = summarySync(values, { ...options, weights: new Int32Array(4) });
  assertEquals(none.weightedMean, null);
  for (const bad of [-1, NaN, Infinity]) {
    assertThrows(
      () =>
        summarySync(values, { engine, weights: Float64Array.of(1, bad, 1, 1) }),
      RangeError,
      `Cannot compute statistics: row 1: the weight is "${bad}", expected`,
    );
  }
});

/** A plain sort and numpy's formula of type 7. */
function quantileBySort(values: Float64Array, p: number): number {
  const sorted = values.toSorted();
  const at = (sorted.length - 1) * p;
  const [low, share] = [Math.floor(at), at - Math.floor(at)];
  const [a, b] = [sorted[low]!, sorted[Math.min(low + 1, sorted.length - 1)]!];
  return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
}

testEngines("quantiles of many, sorted, equal and few values", (engine) => {
  const random = new Random(11);
  const make: [string, (at: number) => number][] = [
    ["random", () => random.below(1e9) / 8],
    ["ascending", (at) => at],
    ["descending", (at) => -at],
    ["equal", () => 7],
    ["few", () => random.below(3)],
    ["organ pipe", (at) => Math.min(at, 9000 - at)],
  ];
  const probabilities = [0, 0.001, 0.1, 0.5, 0.5001, 0.9, 0.999, 1];
  for (const [name, value] of make) {
    for (const length of [1, 2, 257, 9001]) {
      const values = Float64Array.from({ length }, (_, at) => value(at));
      const found = summarySync(values, { engine, probabilities });
      assertEquals(
        found.quantiles,
        probabilities.map((p) => ({ p, value: quantileBySort(values, p) })),
        `${name} ${length}`,
      );
    }
  }
});

Deno.test("both engines agree to the bit on random columns", async () => {
  const random = new Random(5);
  for (let round = 0; round < 300; round++) {
    const length = random.below(round < 200 ? 40 : 3000);
    const odd = [NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, -0, 2 ** 53];
    const oddity = random.below(4) === 0 ? 5 : 1e9;
    const value = () =>
      random.below(oddity) === 0
        ? odd[random.below(odd.length)]!
        : (random.below(1e9) - 5e8) / 2 ** random.below(40);
    const nullable = random.below(2) === 0;
    const values = Array.from(
      { length },
      () => nullable && random.below(5) === 0 ? null : value(),
    );
    const options: SummaryOptions = {
      nan: random.below(2) === 0 ? "skip" : "propagate",
      quantileType: 1 + random.below(9) as QuantileType,
      probabilities: [random.below(1000) / 1000, 0, 1, 0.5],
      weights: Float64Array.from({ length }, () => random.below(100) / 7),
    };
    const column = columnOf("f64", values);
    const results = ENGINES.map((engine) =>
      summarySync(column, { ...options, engine })
    );
    for (const engine of ENGINES) {
      results.push(await summary(column, { ...options, engine }));
    }
    for (const found of results) assertEquals(found, results[0]);
  }
});

testEngines(
  "summary of many rows gives up the thread and can be stopped",
  async (engine) => {
    const values = new Float64Array(3_000_000).map((_, at) => at % 1013);
    const found = await summary(values, { engine });
    assertEquals(found, summarySync(values, { engine }));
    const stop = new AbortController();
    const running = summary(values, { engine, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 0);
    await assertRejects(() => running, Error, "enough");
    const signal = AbortSignal.abort(new Error("not today"));
    await assertRejects(() => summary(values, { signal }), Error, "not today");
  },
);

testEngines("summary refuses what is no column of numbers", (engine) => {
  const call = (column: unknown, options: object = {}) => () =>
    summarySync(column as NumericColumn, { engine, ...options });
  for (
    const column of [null, undefined, 7, "7", [1, 2], {}, new Uint8Array(2)]
  ) {
    assertThrows(call(column), TypeError, "must be a Column or an Int32Array");
  }
  for (const type of ["utf8", "bool", "date"] as const) {
    assertThrows(call(columnOf(type, [null])), TypeError, `holds ${type}`);
  }
  const values = new Float64Array(2);
  const resizable = new ArrayBuffer(16, { maxByteLength: 32 });
  const detached = new Float64Array(2);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const hostile: [unknown, string][] = [
    [new Float64Array(new SharedArrayBuffer(16)), "is shared"],
    [new Float64Array(resizable), "is resizable"],
    [detached, "is detached"],
  ];
  for (const [array, reason] of hostile) {
    assertThrows(call(array), TypeError, `buffer of the column ${reason}`);
    assertThrows(
      call(values, { weights: array }),
      TypeError,
      `buffer of the option weights ${reason}`,
    );
  }
});

testEngines("summary refuses options that are none", (engine) => {
  const call = (options: object) => () =>
    summarySync(new Float64Array(2), { engine, ...options });
  const ranges: [object, string][] = [
    [
      { probabilities: [0.5, 1.01] },
      "a probability must be 0 to 1: it is 1.01",
    ],
    [{ probabilities: [-0.1] }, "a probability must be 0 to 1: it is -0.1"],
    [{ probabilities: [NaN] }, "a probability must be 0 to 1: it is NaN"],
    [{ probabilities: Array(10_001).fill(0.5) }, "at most 10000"],
    [{ quantileType: 0 }, "a whole number from 1 to 9: it is 0"],
    [{ quantileType: 2.5 }, "a whole number from 1 to 9: it is 2.5"],
    [{ nan: "drop" }, 'nan must be propagate or skip: it is "drop"'],
    [{ weights: new Float64Array(3) }, "has 3 rows, the column has 2"],
  ];
  for (const [options, message] of ranges) {
    const error = assertThrows(call(options), RangeError, message);
    assert(error.message.startsWith("Cannot "), error.message);
  }
  const types: [object, string][] = [
    [{ probabilities: 0.5 }, "must be an array, found a number"],
    [{ probabilities: ["0.5"] }, "must be a number, found a string"],
    [{ weights: [1, 2] }, "the option weights must be a Column"],
    [{ signal: {} }, "the option signal is no AbortSignal"],
  ];
  for (const [options, message] of types) {
    assertThrows(call(options), TypeError, message);
  }
});
