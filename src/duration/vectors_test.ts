/**
 * Durations against `tests/vectors/durations.tsv`, which
 * `tools/vectors/durations.py` makes with Python, against Temporal, and
 * against the table of the peers in `docs/durations.md`.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { testEngines } from "../../tests/_engines.ts";
import { columnOf } from "../table/column_of.ts";
import { DurationError, DurationRangeError } from "./error.ts";
import {
  formatDuration,
  formatDurations,
  formatDurationsToBytes,
} from "./format.ts";
import type { DurationStyle, ParseDurationOptions } from "./options.ts";
import { parseDuration, parseDurationColumn, parseDurations } from "./parse.ts";

type Vector = readonly [mode: string, input: string, expected: string];

const VECTORS: readonly Vector[] = Deno.readTextFileSync(
  new URL("../../tests/vectors/durations.tsv", import.meta.url),
).trimEnd().split("\n").map((line) => {
  const [mode = "", input = "", expected = ""] = line.split("\t");
  return [mode, input.replaceAll("\\t", "\t"), expected];
});

const OPTIONS: Readonly<Record<string, ParseDurationOptions<"throw">>> = {
  clock: {},
  "hour-clock": { clock: "HH:MM" },
  units: {},
  lenient: { lenient: true, days: 24 },
};

Deno.test("durations: there are vectors of every mode", () => {
  assertEquals(
    [...new Set(VECTORS.map(([mode]) => mode))],
    [
      ...["clock", "hour-clock", "units", "lenient", "tracker"],
      ...["format-clock", "format-iso", "format-compact"],
    ],
  );
  assert(VECTORS.length > 3000);
});

Deno.test("parseDuration() gives what Python computes", () => {
  for (const [mode, input, expected] of VECTORS) {
    const options = OPTIONS[mode];
    if (options === undefined) continue;
    if (expected === "-") {
      const error = assertThrows(() => parseDuration(input, options), Error);
      const isOurs = error instanceof DurationError ||
        error instanceof DurationRangeError;
      assert(isOurs, `${mode} ${input}: ${error}`);
    } else {
      const found = parseDuration(input, options);
      assertEquals(found, Number(expected), `${mode} ${input}`);
    }
  }
});

testEngines("parseDurationColumn() gives what Python computes", (engine) => {
  for (const [mode, options] of Object.entries(OPTIONS)) {
    const vectors = VECTORS.filter(([name]) => name === mode);
    const texts = vectors.map(([, input]) => input);
    const expected = vectors.map(([, , value]) =>
      value === "-" ? null : BigInt(value)
    );
    const column = columnOf("utf8", texts);
    const found = parseDurationColumn(column, {
      ...options,
      engine,
      onError: "null",
    });
    assertEquals(found.toArray(), expected);
  }
});

testEngines("the preset tracker gives what Python computes", (engine) => {
  const vectors = VECTORS.filter(([name]) => name === "tracker");
  const texts = vectors.map(([, input]) => input);
  const expected = vectors.map(([, , value]) => BigInt(value));
  const options = { preset: "tracker", engine } as const;
  const column = parseDurationColumn(columnOf("utf8", texts), options);
  assertEquals(column.toArray(), expected);
  assertEquals(parseDurations(texts, options).toArray(), expected);
});

testEngines("formatting gives what Python prints", (engine) => {
  for (const style of ["clock", "iso", "compact"] as DurationStyle[]) {
    const vectors = VECTORS.filter(([name]) => name === `format-${style}`);
    const values = vectors.map(([, ms]) => Number(ms));
    const expected = vectors.map(([, , text]) => text);
    assertEquals(formatDurations(values, { style }), expected);
    assertEquals(values.map((ms) => formatDuration(ms, { style })), expected);
    const bytes = formatDurationsToBytes(values, { style, engine });
    const lines = expected.map((text) => `${text}\n`).join("");
    assertEquals(new TextDecoder().decode(bytes), lines);
  }
});

/** Milliseconds of a text as Temporal reads it, or null. */
function temporalMs(text: string): number | null {
  try {
    const d = Temporal.Duration.from(text);
    if (d.years !== 0 || d.months !== 0) return null;
    if (d.microseconds !== 0 || d.nanoseconds !== 0) return null;
    const hours = (BigInt(d.weeks) * 7n + BigInt(d.days)) * 24n +
      BigInt(d.hours);
    const seconds = (hours * 60n + BigInt(d.minutes)) * 60n + BigInt(d.seconds);
    const ms = Number(seconds * 1000n + BigInt(d.milliseconds));
    return Number.isSafeInteger(ms) ? ms + 0 : null;
  } catch {
    return null;
  }
}

/** A random ISO 8601 text, right or nearly so. */
function isoText(random: Random): string {
  let text = random.pick(["", "", "-", "+"]) + "P";
  const number = () =>
    random.pick(["0", "1", "7", "24", "59", "90", "007", "123456", "1e2"]);
  for (const unit of "WD") if (random.below(3) === 0) text += number() + unit;
  if (random.below(8) > 0) text += "T";
  for (const unit of "HMS") if (random.below(2) === 0) text += number() + unit;
  if (random.below(3) === 0) {
    const fraction = random.pick([
      ".5",
      ",25",
      ".125",
      ".0625",
      ".001",
      ".000",
    ]);
    text = text.slice(0, -1) + fraction + text.slice(-1);
  }
  if (random.below(4) > 0) return text;
  const at = random.below(text.length + 1);
  const noise = random.pick([..."PTHMSDWY.,-+0 "]);
  return text.slice(0, at) + noise + text.slice(at + random.below(2));
}

Deno.test("parseDuration() reads ISO 8601 as Temporal does", () => {
  const random = new Random(8601);
  let accepted = 0;
  for (let round = 0; round < 30_000; round++) {
    const cased = isoText(random);
    const text = round % 7 === 0 ? cased.toLowerCase() : cased;
    if (!/^[-+]?p/i.test(text)) continue;
    // V8 14 takes units twice, though ISO 8601 and Temporal's grammar do not.
    const isTwice = /([wd])[^t]*\1|t.*([hms]).*\2/i.test(text);
    // Temporal takes years and months where they are 0; we never do.
    const isCalendar = /[0-9]y|p[^t]*[0-9]m/i.test(text);
    const expected = isTwice || isCalendar ? null : temporalMs(text);
    const found = parseDuration(text, { days: 24, onError: "null" });
    assertEquals(found, expected, text);
    if (expected !== null) accepted++;
  }
  assert(accepted > 5000, `${accepted} were accepted`);
});

Deno.test("formatDuration() prints ISO 8601 as Temporal does", () => {
  const random = new Random(1);
  for (let round = 0; round < 5000; round++) {
    const sign = round % 2 === 0 ? 1 : -1;
    const ms = sign * random.below(2 ** (1 + random.below(50)));
    const expected = Temporal.Duration.from({ milliseconds: ms })
      .round({ largestUnit: "hour" }).toString();
    assertEquals(formatDuration(ms, { style: "iso" }), expected);
  }
});

/** Rows of the table below a heading of `docs/durations.md`. */
function tableOf(heading: string): string[][] {
  const url = new URL("../../docs/durations.md", import.meta.url);
  const section = Deno.readTextFileSync(url).split(`## ${heading}\n`)[1] ?? "";
  const lines = (section.split("\n## ")[0] ?? "").split("\n")
    .filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

/** Milliseconds or the code of the error, as the table prints them. */
function stated(text: string, options: ParseDurationOptions<"throw">): string {
  try {
    return String(parseDuration(text, options));
  } catch (error) {
    const isOurs = error instanceof DurationError ||
      error instanceof DurationRangeError;
    if (!isOurs) throw error;
    return error.code;
  }
}

Deno.test("the peers' table of docs/durations.md is true", () => {
  const rows = tableOf("What peers accept");
  const texts = rows.map(([cell = ""]) => cell.slice(1, -1));
  const needed = [
    ...["01:30:00", "24:60:60", "P1DT2H", "PT1,5S", "1h foo"],
    ...["PT1H30M junk", "running length: 1hour:20mins", "5.s", "1h-30m"],
    ...["1h30m", "1 day, 2 hours", "1M", "100000000000000000000h"],
  ];
  assertEquals(texts, needed);
  for (const [index, cells] of rows.entries()) {
    const text = texts[index] ?? "";
    assertEquals(
      [
        stated(text, {}),
        stated(text, { days: 24 }),
        stated(text, { lenient: true, days: 24 }),
      ],
      cells.slice(4).map((cell) => cell.replaceAll("`", "")),
      text,
    );
  }
});
