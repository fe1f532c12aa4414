/** `profile` on every engine: vectors from Python, the rules, the doors. */

import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { FastpathError, ParseError } from "../errors.ts";
import { sampleCsv } from "./_sample.ts";
import { profile, type ProfileOptions } from "./profile.ts";
import type { ProfileColumn } from "./types.ts";

const VECTORS = new URL("../../tests/vectors/profile/", import.meta.url);
/** Exact fractions against compensated sums. */
const RELATIVE = 1e-13;

interface VectorColumn {
  [key: string]: unknown;
  name: string;
  type: string;
  quantiles?: (number | string | null)[];
  top: [unknown, number][];
}

/** A value of the report as the vectors write it. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" && !Number.isFinite(value)
    ? String(value)
    : value;
}

function assertColumn(found: ProfileColumn, expected: VectorColumn): void {
  const { name } = expected;
  const keys = Object.keys(expected).filter((key) => key !== "zoned");
  assertEquals(Object.keys(found).sort(), keys.sort(), name);
  for (const key of keys) {
    const actual = found[key as keyof ProfileColumn];
    const wanted = expected[key];
    if (key === "top") {
      const top = found.top.map(({ value, count }) => [plain(value), count]);
      assertEquals(top, expected.top, `${name}.top`);
    } else if (key === "quantiles") {
      assertEquals(Object.values(found.quantiles!), wanted, `${name}.${key}`);
    } else if (
      (key === "mean" || key === "std") && typeof wanted === "number"
    ) {
      const tolerance = Math.abs(wanted) * RELATIVE;
      assertAlmostEquals(actual as number, wanted, tolerance, `${name}.${key}`);
    } else assertEquals(plain(actual), wanted, `${name}.${key}`);
  }
}

for (const { name } of [...Deno.readDirSync(VECTORS)]) {
  if (!name.endsWith(".csv")) continue;
  testEngines(`profile() gives the figures of ${name}`, async (engine) => {
    const path = new URL(name.replace(/csv$/, "json"), VECTORS);
    const expected = JSON.parse(await Deno.readTextFile(path));
    const report = await profile(new URL(name, VECTORS), { engine });
    assertEquals(report.rows, expected.rows);
    assertEquals(report.source.bytes, expected.bytes);
    assertEquals(report.source.sha256, expected.digests.sha256);
    assertEquals(report.columns.length, expected.columns.length);
    report.columns.forEach((column, index) =>
      assertColumn(column, expected.columns[index])
    );
  });
}

async function columnsOf(
  text: string,
  options: ProfileOptions,
): Promise<ProfileColumn[]> {
  const report = await profile(bytesOf(text), { digests: [], ...options });
  return report.columns;
}

async function columnOf(
  values: string[],
  options: ProfileOptions,
): Promise<ProfileColumn> {
  const [column] = await columnsOf(`a,b\n${values.join(",\n")},\n`, options);
  return column!;
}

testEngines("profile() joins types and never fails for one", async (engine) => {
  for (
    const [values, type] of [
      [["1", "-2"], "i32"],
      [["1", "2147483648"], "i64"],
      [["1", "2.5"], "f64"],
      [["1", "-0"], "f64"],
      [["9007199254740993", "2.5"], "utf8"],
      [["9223372036854775808"], "utf8"],
      [["00501", "501"], "utf8"],
      [["true", "FALSE"], "bool"],
      [["true", "1"], "utf8"],
      [["2024-02-29"], "date"],
      [["2024-02-30"], "utf8"],
      [["2024-02-29", "2024-02-29T10:00"], "timestamp"],
      [["2024-02-29T10:00Z"], "timestamp"],
      [["2024-02-29T10:00Z", "2024-02-29T10:00"], "utf8"],
      [["", ""], "utf8"],
    ] as const
  ) {
    const column = await columnOf([...values], { engine });
    assertEquals(column.type, type, values.join());
  }
});

testEngines("profile() counts NaN apart from nulls", async (engine) => {
  const column = await columnOf(["nan", "1.5", "", "NaN", "2.5"], { engine });
  assertEquals([column.count, column.nulls, column.nans], [4, 1, 2]);
  assertEquals([column.min, column.mean, column.max], [1.5, 2, 2.5]);
  assertEquals(column.distinct, 3);
  assertEquals(column.quantiles!.p50, 2);
  assertEquals(column.top.map(({ value }) => value), [1.5, 2.5]);
});

testEngines("profile() sums integers exactly", async (engine) => {
  const big = "9223372036854775807";
  const column = await columnOf([big, big, "-9223372036854775806"], {
    engine,
  });
  // The exact sum is 2^63, over 3 once rounded.
  assertEquals(column.mean, 2 ** 63 / 3);
  assertStrictEquals(column.max, 9223372036854775807n);
});

testEngines(
  "profile() has null for a figure without a value",
  async (engine) => {
    const one = await columnOf(["7"], { engine });
    assertEquals([one.mean, one.std], [7, null]);
    const none = await columnOf(["", ""], { engine });
    assertEquals([none.min, none.max, none.lengthMin], [null, null, null]);
    assertEquals([none.count, none.distinct, none.top], [0, 0, []]);
    assertEquals("mean" in none, false);
  },
);

testEngines(
  "profile() keeps quoted empties for what they are",
  async (engine) => {
    const texts = await columnOf(["x", '""', "", '""'], { engine });
    assertEquals([texts.count, texts.nulls, texts.distinct], [3, 1, 2]);
    assertEquals([texts.min, texts.lengthMin], ["", 0]);
    assertEquals(texts.top[0], { value: "", count: 2 });
    const numbers = await columnOf(["1", '""', "", '"2"'], { engine });
    assertEquals([numbers.type, numbers.count, numbers.nulls], ["i32", 2, 2]);
  },
);

testEngines("profile() counts -0 as 0", async (engine) => {
  const column = await columnOf(["-0.0", "0", "-0", "1"], { engine });
  assertEquals([column.distinct, column.top[0]], [2, { value: 0, count: 3 }]);
  assertEquals(Object.is(column.min, 0), true);
});

testEngines(
  "profile() reads NDJSON with columns at any row",
  async (engine) => {
    const text = '{"a":1}\n{"a":"1","b":[1, 2]}\n{"b":null,"c":true}\n';
    const [a, b, c] = await columnsOf(text, { engine });
    assertEquals([a!.type, a!.count, a!.distinct], ["utf8", 2, 1]);
    assertEquals([b!.type, b!.nulls, b!.min], ["utf8", 2, "[1, 2]"]);
    assertEquals([c!.type, c!.nulls, c!.trueCount], ["bool", 2, 1]);
  },
);

testEngines("profile() of nothing is empty", async (engine) => {
  const report = await profile(new Uint8Array(0), { engine });
  assertEquals([report.rows, report.columns], [0, []]);
  assertEquals(report.source.format, "csv");
  const header = await profile(bytesOf("a,b\n"), { engine });
  assertEquals(header.columns.map(({ type }) => type), ["utf8", "utf8"]);
});

testEngines("profile() says the position of a fault", async (engine) => {
  const error = await assertRejects(
    () => profile(bytesOf("a,b\n1,2\n3\n"), { engine }),
    ParseError,
  );
  assertEquals([error.code, error.line, error.byteOffset], [
    "RAGGED_ROW",
    3,
    8,
  ]);
});

testEngines("profile() does not depend on chunks", async (engine) => {
  const text = sampleCsv({ rows: 700, columns: 6, seed: 11 });
  const bytes = bytesOf(text);
  const whole = await profile(bytes, { engine });
  for (const size of [1, 7, 4096]) {
    const report = await profile(streamOf(bytes, size), { engine });
    assertEquals(report.columns, whole.columns);
    assertEquals(report.source, whole.source);
  }
});

testEngines("profile() reads a file as it reads bytes", async (engine) => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const bytes = bytesOf(sampleCsv({ rows: 3000, columns: 5, seed: 4 }));
  await Deno.writeFile(path, bytes);
  try {
    const digests = ["blake3", "sha256"] as const;
    const fromFile = await profile(path, { engine, digests });
    const fromBytes = await profile(bytes, { engine, digests, name: path });
    assertEquals(fromFile.columns, fromBytes.columns);
    assertEquals(fromFile.source, fromBytes.source);
    assertEquals(fromFile.source.name, path);
    assertEquals(fromFile.source.blake3?.length, 64);
  } finally {
    await Deno.remove(path);
  }
});

/** Sketches take over, block by block, under a small limit. */
const SKETCHED = sampleSketched();

function sampleSketched(): Uint8Array<ArrayBuffer> {
  const lines = ["id,price,word,day"];
  for (let row = 0; row < 200_000; row++) {
    const id = Math.imul(row, 2654435761) >>> 0;
    const word = row % 4 === 0 ? "often" : `w${id % 50_000}`;
    const day = new Date(864e5 * (id % 9000)).toISOString().slice(0, 10);
    lines.push(`${id},${(id % 90_000) / 100},${word},${day}`);
  }
  return bytesOf(lines.join("\n") + "\n");
}

testEngines("profile() estimates within its error", async (engine) => {
  const options = { engine, digests: [] };
  const exact = (await profile(SKETCHED, options)).columns;
  const rough = (await profile(SKETCHED, { ...options, memory: 0 })).columns;
  rough.forEach((column, index) => {
    const truth = exact[index]!;
    const { name } = column;
    assertEquals(truth.distinctExact, true);
    assertEquals(column.distinctExact, false);
    assertEquals(column.distinctError, 0.008125);
    const error = column.distinct / truth.distinct - 1;
    assert(Math.abs(error) < 4 * 0.008125, `${name}: ${error}`);
    for (const key of ["count", "nulls", "min", "max"] as const) {
      assertEquals(column[key], truth[key], `${name}.${key}`);
    }
  });
  const [id, price, word] = [rough[0]!, rough[1]!, rough[2]!];
  assertEquals(id.mean, exact[0]!.mean);
  assertAlmostEquals(price.std!, exact[1]!.std!, 1e-9);
  assertEquals(id.quantilesError, 0.0028);
  assertAlmostEquals(
    Number(id.quantiles!.p50) / 2 ** 32,
    0.5,
    0.0028,
  );
  assertEquals([word.top[0]!.value, word.topExact], ["often", false]);
  assert(word.top[0]!.count <= 50_000 && word.top[0]!.count > 49_000);
  assertEquals([word.lengthMin, word.lengthMax], [2, 6]);
});

testEngines("profile() estimates the same every time", async (engine) => {
  const options = { engine, digests: [], memory: 1_000_000 };
  const first = (await profile(SKETCHED, options)).columns;
  const stream = streamOf(SKETCHED, 99_991);
  assertEquals((await profile(stream, options)).columns, first);
  // Rule 17: the largest column gives way first, the others stay exact.
  assertEquals(first.map(({ distinctExact }) => distinctExact), [
    false,
    false,
    false,
    true,
  ]);
});

testEngines(
  "profile() keeps long texts out of an estimated top",
  async (engine) => {
    const long = "é".repeat(513);
    const rows = [long, long, "short", long.slice(1), long.slice(1)];
    const filler = Array.from({ length: 65_531 }, (_, row) => `${row}`);
    const text = `a,b\n${[...rows, ...filler, ...rows].join(",\n")},\n`;
    const [column] = await columnsOf(text, { engine, memory: 0 });
    assertEquals([column!.topExact, column!.lengthMax], [false, 513]);
    // 1,026 bytes are too many; 1,024 are not.
    const values = column!.top.map(({ value }) => value);
    assertEquals(values.includes(long), false);
    assertEquals(column!.top[0], { value: long.slice(1), count: 4 });
  },
);

testEngines(
  "profile() keeps a list only where it is smaller",
  async (engine) => {
    // Numbers of five digits, four times each: a list, at 8 bytes a value, would
    // be larger than the texts at 16 + 5, so at the 16,385th there is none. In
    // row 131,072, when memory is looked at, 32,768 texts take 688,128 bytes.
    const rows = Array.from(
      { length: 140_000 },
      (_, row) => 10_000 + Math.floor(row / 4),
    );
    const text = `a,b\n${rows.join(",\n")},\n`;
    for (
      const [memory, isExact] of [[688_128, true], [688_127, false]] as const
    ) {
      const [column] = await columnsOf(text, { engine, memory });
      assertEquals(column!.distinctExact, isExact);
    }
  },
);

testEngines("profile() stops within 50 ms of an abort", async (engine) => {
  const stop = new AbortController();
  let waiting: Promise<unknown> = Promise.resolve();
  const timer = setTimeout(() => stop.abort(new Error("enough")), 30);
  const { signal } = stop;
  waiting = assertRejects(
    () => profile(endless(), { engine, signal }),
    Error,
    "enough",
  );
  const begin = performance.now();
  await waiting;
  clearTimeout(timer);
  assert(performance.now() - begin < 1000);
});

async function* endless(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const piece = bytesOf("1,2\n".repeat(10_000));
  while (true) {
    yield piece;
    await Promise.resolve();
  }
}

testEngines(
  "profile() leaves a stream that hangs on an abort",
  async (engine) => {
    const signal = AbortSignal.timeout(20);
    const hanging = new ReadableStream<Uint8Array<ArrayBuffer>>({});
    await assertRejects(
      () => profile(hanging, { engine, signal }),
      DOMException,
    );
  },
);

testEngines("profile() refuses a path that cannot be read", async (engine) => {
  const error = await assertRejects(
    () => profile("no/such/file.csv", { engine }),
    FastpathError,
  );
  assertEquals(error.code, "INPUT_UNREADABLE");
});

Deno.test("profile() lets timers run", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 10);
  const begin = performance.now();
  await profile(SKETCHED, { engine: "typescript", memory: 100_000 });
  clearInterval(timer);
  // Each slice lasts some 12 ms; a busy machine makes that a multiple.
  assert(ticks >= (performance.now() - begin) / 100);
});
