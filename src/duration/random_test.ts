/**
 * Seeded random and mutated texts: the same value or the same error from
 * every form of the call and from both engines. And printing, then parsing,
 * gives the same number.
 */

import { assert, assertEquals } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { ENGINES, testEngines } from "../../tests/_engines.ts";
import { Column } from "../table/column.ts";
import { columnOf } from "../table/column_of.ts";
import { DurationError, DurationRangeError } from "./error.ts";
import {
  formatDuration,
  formatDurations,
  formatDurationsToBytes,
} from "./format.ts";
import type { DurationStyle, ParseDurationOptions } from "./options.ts";
import { parseDuration, parseDurationColumn, parseDurations } from "./parse.ts";

const TEXTS = 100_000;
const GROUP = 8;

const RULES: readonly ParseDurationOptions<"throw">[] = [
  {},
  { lenient: true },
  { days: 24, unit: "m" },
  { lenient: true, days: 24, clock: "HH:MM", unit: "ms" },
  { clock: "HH:MM", unit: "h" },
  { preset: "tracker", onError: "throw" },
];

const WORDS = [
  ...["h", "m", "s", "ms", "us", "ns", "µs", "μs", "d", "w", "M", "H", "y"],
  ...["hours", "Minutes", "sec", "days", "month", "fortnight", "milliseconds"],
  ...[":", ":", ":", ".", ",", " ", "  ", "\t", "-", "+", "P", "PT", "T", "p"],
  ...["and", " and ", ", ", "e", "é", "日", "😀", "\ud800", "\0", "٣", "x"],
];
const NUMBERS = [
  ...["0", "00", "05", "5", "59", "60", "90", "007", "1234", "999999999"],
  ...["9007199254740991", "9007199254740992", "2501999792", "2501999793"],
  ...["123456789012345678901234567890", "000000000000000000001", "5000000"],
];

/** A text that is right, nearly right, or noise. */
function randomText(random: Random): string {
  const two = () => String(random.below(64)).padStart(2, "0");
  const number = () => random.pick(NUMBERS);
  const kind = random.below(10);
  let text = "";
  if (kind < 3) text = `${number()}:${two()}:${two()}`;
  else if (kind === 3) text = `${two()}:${two()}`;
  else if (kind === 4) text = `PT${number()}H${two()}M${two()}S`;
  else if (kind === 5) text = `${number()}h${two()}m${two()}.5s`;
  else {
    for (let part = random.below(8); part >= 0; part--) {
      text += random.below(2) === 0 ? number() : random.pick(WORDS);
    }
  }
  if (random.below(4) === 0) text += `.${number()}`;
  if (random.below(8) === 0) text = random.pick(["-", "+"]) + text;
  if (random.below(200) === 0) text = text.repeat(1 + random.below(40));
  return text;
}

/** Drops, doubles or replaces a character or two. */
function mutate(random: Random, text: string): string {
  let result = text;
  for (let change = random.below(2); change >= 0; change--) {
    const at = random.below(result.length + 1);
    const middle = random.below(3) === 0 ? "" : random.pick(WORDS);
    result = result.slice(0, at) + middle + result.slice(at + random.below(2));
  }
  return result;
}

/** Value, or code, offset, row and message. */
type Outcome = string;

function outcome(work: () => number | bigint | null | undefined): Outcome {
  try {
    return String(work());
  } catch (error) {
    const isOurs = error instanceof DurationError ||
      error instanceof DurationRangeError;
    if (!isOurs) throw error;
    const { name, code, offset, message } = error;
    return JSON.stringify([
      name,
      code,
      offset,
      message.replace(" at row 0", ""),
    ]);
  }
}

Deno.test("100,000 texts give the same in every form and on both engines", () => {
  const random = new Random(2026);
  const counts = { values: 0, errors: new Set<string>() };
  for (let done = 0; done < TEXTS; done += GROUP) {
    const options = RULES[done / GROUP % RULES.length]!;
    const texts = Array.from({ length: GROUP }, () => {
      const text = randomText(random);
      return random.below(2) === 0 ? text : mutate(random, text);
    });
    const singles = texts.map((text) =>
      outcome(() => parseDuration(text, options))
    );
    for (const single of singles) {
      if (single.startsWith("[")) counts.errors.add(JSON.parse(single)[1]);
      else counts.values++;
    }
    assertSame(texts, singles, options);
  }
  assert(counts.values > TEXTS / 5, `${counts.values} values`);
  assertEquals([...counts.errors].sort(), [
    ...["CALENDAR_UNIT", "DAYS_NOT_ALLOWED", "DURATION_OVERFLOW"],
    ...["DURATION_TOO_LONG", "EMPTY_DURATION", "FIELD_OUT_OF_RANGE"],
    ...["NOT_WHOLE_MILLISECONDS", "UNEXPECTED_CHARACTER", "UNEXPECTED_END"],
    ...["UNIT_MISSING", "UNIT_ORDER", "UNKNOWN_UNIT"],
  ]);
});

/** Compares the other forms with what each text gave alone. */
function assertSame(
  texts: readonly string[],
  singles: readonly Outcome[],
  options: ParseDurationOptions<"throw">,
): void {
  const column = columnOf("utf8", texts);
  const values = singles.map((single) =>
    single.startsWith("[") ? null : BigInt(single)
  );
  const quiet = { ...options, onError: "null" } as const;
  assertEquals(parseDurations(texts, quiet).toArray(), values);
  for (const engine of ENGINES) {
    const found = parseDurationColumn(column, { ...quiet, engine });
    assertEquals(found.toArray(), values, JSON.stringify(texts));
  }
  const refused = values.indexOf(null);
  if (refused < 0) return;
  const text = texts[refused]!;
  const alone = columnOf("utf8", [text]);
  const forms = [
    outcome(() => parseDurations([text], options).value(0)),
    ...ENGINES.map((engine) =>
      outcome(() => parseDurationColumn(alone, { ...options, engine }).value(0))
    ),
  ];
  // A column cannot hold half a surrogate pair.
  const expected = text.isWellFormed()
    ? singles[refused]!
    : outcome(() => parseDuration(text.toWellFormed(), options));
  assertEquals(forms, forms.map(() => expected));
}

Deno.test("the first refused row is the one that is named", () => {
  const random = new Random(7);
  for (let round = 0; round < 300; round++) {
    const texts = Array.from({ length: 40 }, () => randomText(random));
    const row = texts.findIndex((text) =>
      parseDuration(text, { onError: "null" }) === null
    );
    if (row < 0) continue;
    const column = columnOf("utf8", texts);
    const works = [
      () => parseDurations(texts),
      ...ENGINES.map((engine) => () => parseDurationColumn(column, { engine })),
    ];
    const messages = works.map((work) => {
      try {
        work();
      } catch (error) {
        assert(
          error instanceof DurationError || error instanceof DurationRangeError,
        );
        assertEquals(error.row, row);
        return error.message;
      }
      throw new Error("nothing was thrown");
    });
    assertEquals(new Set(messages).size, 1);
  }
});

/** Bytes that are no UTF-8 are refused, and shown alike. */
Deno.test("columns of any bytes give the same on both engines", () => {
  const random = new Random(99);
  const alphabet = [..."0123456789:.,-+hmsPT d", "\xc2", "\xb5", "\xce", "\xbc"]
    .map((char) => char.charCodeAt(0)).concat([0xff, 0xe2, 0x82, 0xf0, 0x9f]);
  for (let round = 0; round < 20_000; round++) {
    const data = new Uint8Array(random.below(12)).map(() =>
      random.pick(alphabet)
    );
    const offsets = new Int32Array([0, data.length]);
    const column = new Column({ type: "utf8", length: 1, data, offsets });
    const options = RULES[round % RULES.length]!;
    const found = ENGINES.map((engine) =>
      outcome(() =>
        parseDurationColumn(column, { ...options, engine }).value(0)
      )
    );
    assertEquals(new Set(found).size, 1, `${round}: ${found}`);
  }
});

const STYLES: readonly DurationStyle[] = ["clock", "iso", "compact"];
const EXTREMES = [
  ...[0, 1, -1, 999, -999, 1000, -5000, 59_999, 359_999_999, 360_000_000],
  ...[Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31, -(2 ** 32)],
];

testEngines("parse(format(x)) is x in every style", (engine) => {
  const random = new Random(3);
  const values = Array.from({ length: 20_000 }, () => {
    const ms = Math.floor(random.below(2 ** 53) / 2 ** random.below(53));
    return random.below(2) === 0 ? ms : 0 - ms;
  });
  values.push(...EXTREMES);
  const expected = values.map((value) => BigInt(value));
  for (const style of STYLES) {
    const texts = formatDurations(values, { style });
    assertEquals(parseDurations(texts).toArray(), expected);
    const bytes = formatDurationsToBytes(values, { style, engine });
    assertEquals(
      new TextDecoder().decode(bytes),
      texts.map((text) => `${text}\n`).join(""),
    );
    const column = columnOf("utf8", texts);
    assertEquals(parseDurationColumn(column, { engine }).toArray(), expected);
  }
  for (const value of values.slice(0, 500)) {
    for (const style of STYLES) {
      assertEquals(parseDuration(formatDuration(value, { style })), value);
    }
  }
});
