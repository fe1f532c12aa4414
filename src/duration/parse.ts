/**
 * Durations from texts: one, an array, a column.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import { engineFor, recover } from "../backend.ts";
import { assertPlainBytes } from "../input.ts";
import { Column } from "../table/column.ts";
import {
  checkParseOptions,
  type DurationOnError,
  type ParseDurationColumnOptions,
  type ParseDurationOptions,
} from "./options.ts";
import { parseColumnNative } from "./_parse_native.ts";
import { parseColumnTs, parseTextsTs, throwFault } from "./_parse_many_ts.ts";
import { parseTextTs } from "../values/_duration_parse.ts";

/** What `parseDuration` gives: null only with `onError: "null"`. */
export type DurationMs<E extends DurationOnError> = "null" extends E
  ? number | null
  : number;

/**
 * The milliseconds of a text: `1:30:00`, `1:30` (minutes and seconds), `90`
 * (seconds), `PT1H30M`, `1h30m`, each with a sign in front if need be. With
 * `lenient` also `1 h 30 min` and `2 hours, 5 minutes`. The grammar stands in
 * `docs/durations.md`. A text has at most 100 characters.
 *
 * @typeParam E What becomes of a text that is no duration.
 * @param text The text.
 * @param options Which texts are durations, and what becomes of others.
 * @returns Milliseconds, a safe integer; null or 0 for a text that is no
 * duration, if `onError` says so.
 * @throws {DurationError} If the text is no duration.
 * @throws {DurationRangeError} If it is one beyond the safe integers.
 * @throws {TypeError} If the text or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example The strict forms
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDuration } from "@fastpath/fastpath";
 *
 * assertEquals(parseDuration("01:30:00"), 5_400_000);
 * assertEquals(parseDuration("01:30"), 90_000);
 * assertEquals(parseDuration("01:30", { clock: "HH:MM" }), 5_400_000);
 * assertEquals(parseDuration("-PT1.5S"), -1500);
 * assertEquals(parseDuration("1h30m"), 5_400_000);
 * ```
 *
 * @example Friendly texts, and texts that are none
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDuration } from "@fastpath/fastpath";
 *
 * const lenient = true;
 * assertEquals(parseDuration("2 hours, 5 minutes", { lenient }), 7_500_000);
 * assertEquals(parseDuration("soon", { onError: "null" }), null);
 * assertEquals(parseDuration("00:90:00", { preset: "tracker" }), 5_400_000);
 * ```
 */
export function parseDuration<E extends DurationOnError = "throw">(
  text: string,
  options?: ParseDurationOptions<E>,
): DurationMs<E> {
  const rules = checkParseOptions(options);
  if (typeof text !== "string") {
    throw new TypeError(
      "Cannot parse duration: expected a string, found " +
        (text === null ? "null" : `a ${typeof text}`),
    );
  }
  const ms = parseTextTs(text, rules);
  if (!Number.isNaN(ms)) return ms;
  if (rules.onError === "throw") throwFault(text, rules, null);
  return (rules.onError === "null" ? null : 0) as DurationMs<E>;
}

/**
 * The milliseconds of texts, as a column: `column.data` is a
 * `BigInt64Array`, `Number(column.value(row))` a number without loss. Runs in
 * TypeScript on every engine: handing strings over costs more than parsing
 * them.
 *
 * @param texts The texts.
 * @param options Which texts are durations, and what becomes of others.
 * @returns A column of 64-bit integers, a row per text; with
 * `onError: "null"` null where a text is no duration.
 * @throws {DurationError} If a text is no duration; it names the row.
 * @throws {DurationRangeError} If one is beyond the safe integers.
 * @throws {TypeError} If the texts or an option have the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Sum what can be read
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDurations } from "@fastpath/fastpath";
 *
 * const column = parseDurations(["1:00", "?", "PT5S"], { onError: "null" });
 * assertEquals(column.toArray(), [60_000n, null, 5000n]);
 * assertEquals(column.nullCount, 1);
 * ```
 */
export function parseDurations(
  texts: readonly string[],
  options?: ParseDurationOptions,
): Column<"i64"> {
  const rules = checkParseOptions(options);
  if (!Array.isArray(texts)) {
    throw new TypeError(
      "Cannot parse durations: expected an array of strings",
    );
  }
  return parseTextsTs(texts, rules);
}

/**
 * The milliseconds of a column of texts, without making a string per row.
 * Natively a million rows and more are shared among the cores. The call takes
 * some 10 ms per million rows and does not give up the thread.
 *
 * @param column A `utf8` column, plain or with a dictionary.
 * @param options Which texts are durations, what becomes of others, and the
 * engine.
 * @returns A column of 64-bit integers with as many rows; null where the text
 * is null, and with `onError: "null"` where it is no duration.
 * @throws {DurationError} If a text is no duration; it names the row.
 * @throws {DurationRangeError} If one is beyond the safe integers.
 * @throws {FastpathError} If the native library is required but absent, or a
 * native kernel panicked and the engine is set to `native`.
 * @throws {TypeError} If the column or an option has the wrong type, or a
 * buffer is shared, resizable or detached.
 * @throws {RangeError} If an option has a value that is not allowed, or the
 * column's offsets leave its bytes.
 *
 * @example A column of a CSV file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseDurationColumn, readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("id,spent\n1,0:45:00\n2,\n");
 * const table = await readCsv(bytes, { schema: { spent: "utf8" } });
 * const spent = parseDurationColumn(table.column("spent"));
 * assertEquals(spent.toArray(), [2_700_000n, null]);
 * ```
 */
export function parseDurationColumn(
  column: Column<"utf8">,
  options?: ParseDurationColumnOptions,
): Column<"i64"> {
  const rules = checkParseOptions(options);
  assertTextColumn(column);
  const engine = options?.engine;
  const size = column.dictionary === undefined ? column.data.length : 0;
  const native = engineFor("duration.parse", size, engine);
  // Distinct texts are too few to be worth a call.
  if (native !== null && column.dictionary === undefined) {
    try {
      const parsed = parseColumnNative(native, column, rules);
      if (parsed !== null) return parsed;
    } catch (error) {
      recover(error, engine);
    }
  }
  return parseColumnTs(column, rules);
}

function assertTextColumn(column: Column): void {
  if (!(column instanceof Column) || column.type !== "utf8") {
    const found = column instanceof Column ? column.type : typeof column;
    throw new TypeError(
      `Cannot parse durations: expected a utf8 column, found ${found}`,
    );
  }
  const { data, offsets, validity, dictionary } = column;
  const buffers = [data, offsets, validity, dictionary?.data];
  for (const { buffer } of [...buffers, dictionary?.offsets].filter(isThere)) {
    if (buffer instanceof ArrayBuffer && isDetached(buffer)) {
      throw new TypeError("Cannot parse durations: the column is detached");
    }
    assertPlainBytes(new Uint8Array(buffer, 0, 0));
  }
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
