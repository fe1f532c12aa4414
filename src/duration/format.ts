/**
 * Durations to texts: one, many, and many as bytes.
 *
 * @module
 */

import { engineFor, recover } from "../backend.ts";
import type { Column } from "../table/column.ts";
import {
  checkStyle,
  type DurationStyle,
  type FormatDurationOptions,
  type FormatDurationsToBytesOptions,
} from "./options.ts";
import { formatNative } from "./_format_native.ts";
import { formatTs } from "../values/_duration_format.ts";
import { DurationLines } from "./_format_ts.ts";
import {
  checkValues,
  type DurationValues,
  isThere,
  type Milliseconds,
  safeMs,
} from "./_values.ts";

/**
 * The text of a duration. Every text is read back by `parseDuration` as the
 * same number, without options.
 *
 * | style | 5,400,000 ms | -5,250 ms | 0 |
 * |---|---|---|---|
 * | `clock` | `01:30:00` | `-00:00:05.25` | `00:00:00` |
 * | `iso` | `PT1H30M` | `-PT5.25S` | `PT0S` |
 * | `compact` | `1h30m` | `-5.25s` | `0s` |
 *
 * Hours are the largest unit and may exceed 99.
 *
 * @param ms Milliseconds, a whole number within the safe integers.
 * @param options How to print.
 * @returns The text.
 * @throws {TypeError} If the value is no number or bigint.
 * @throws {RangeError} If it is no safe integer, or an option is not allowed.
 *
 * @example Three styles
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDuration } from "@fastpath/fastpath";
 *
 * assertEquals(formatDuration(5_400_000), "01:30:00");
 * assertEquals(formatDuration(5_400_000, { style: "iso" }), "PT1H30M");
 * assertEquals(formatDuration(-5000, { style: "compact" }), "-5s");
 * ```
 */
export function formatDuration(
  ms: number | bigint,
  options?: FormatDurationOptions,
): string {
  const style = checkStyle(options);
  return formatTs(safeMs(ms, null), style);
}

/**
 * The texts of durations, one per value. Runs in TypeScript on every engine,
 * because the strings are made here in any case; for a file or a response
 * take {@linkcode formatDurationsToBytes}.
 *
 * @param values A column of milliseconds.
 * @param options How to print.
 * @returns A text per row, null where the value is null.
 * @throws {TypeError} If the values or the options have the wrong type.
 * @throws {RangeError} If a value is no safe integer; it names the row.
 *
 * @example Print a column
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { columnOf, formatDurations } from "@fastpath/fastpath";
 *
 * const column = columnOf("i64", [61_000n, null]);
 * assertEquals(formatDurations(column), ["00:01:01", null]);
 * ```
 */
export function formatDurations(
  values: Column<"i32"> | Column<"i64"> | Column<"f64">,
  options?: FormatDurationOptions,
): (string | null)[];
/**
 * The texts of durations, one per value.
 *
 * @param values Milliseconds.
 * @param options How to print.
 * @returns A text per value.
 * @throws {TypeError} If the values or the options have the wrong type.
 * @throws {RangeError} If a value is no safe integer; it names the row.
 *
 * @example Print numbers
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDurations } from "@fastpath/fastpath";
 *
 * assertEquals(
 *   formatDurations([0, 359_999_000, 360_000_000]),
 *   ["00:00:00", "99:59:59", "100:00:00"],
 * );
 * ```
 */
export function formatDurations(
  values: readonly number[] | Float64Array | Int32Array | BigInt64Array,
  options?: FormatDurationOptions,
): string[];
export function formatDurations(
  values: DurationValues,
  options?: FormatDurationOptions,
): (string | null)[] {
  const style = checkStyle(options);
  const source = checkValues(values);
  const { length, data } = source;
  const texts = new Array<string | null>(length);
  for (let row = 0; row < length; row++) {
    texts[row] = isThere(source, row)
      ? formatTs(safeMs(data[row]!, row), style)
      : null;
  }
  return texts;
}

/**
 * The texts of durations as one text: a line per value, each ended by a line
 * feed. A null is the line `null`. The bytes of
 * {@linkcode formatDurationsToBytes} are faster where bytes will do.
 *
 * @param values Milliseconds.
 * @param options How to print, and the engine.
 * @returns The lines; empty without values.
 * @throws {FastpathError} If the native library is required but absent, or a
 * native kernel panicked and the engine is set to `native`.
 * @throws {TypeError} If the values or the options have the wrong type.
 * @throws {RangeError} If a value is no safe integer; it names the row.
 *
 * @example Lines to look at
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDurationsToText } from "@fastpath/fastpath";
 *
 * assertEquals(formatDurationsToText([5000, -5000]), "00:00:05\n-00:00:05\n");
 * ```
 */
export function formatDurationsToText(
  values: DurationValues,
  options?: FormatDurationsToBytesOptions,
): string {
  return new TextDecoder().decode(formatDurationsToBytes(values, options));
}

/**
 * The texts of durations as bytes: a line per value, each ended by a line
 * feed. A null is the line `null`. Natively a million values and more are
 * shared among the cores.
 *
 * @param values Milliseconds.
 * @param options How to print, and the engine.
 * @returns ASCII bytes; none without values.
 * @throws {FastpathError} If the native library is required but absent, or a
 * native kernel panicked and the engine is set to `native`.
 * @throws {TypeError} If the values or the options have the wrong type.
 * @throws {RangeError} If a value is no safe integer; it names the row.
 *
 * @example Lines for a file
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDurationsToBytes } from "@fastpath/fastpath";
 *
 * const bytes = formatDurationsToBytes([5000, -5000]);
 * assertEquals(new TextDecoder().decode(bytes), "00:00:05\n-00:00:05\n");
 * ```
 */
export function formatDurationsToBytes(
  values: DurationValues,
  options?: FormatDurationsToBytesOptions,
): Uint8Array<ArrayBuffer> {
  const style = checkStyle(options);
  const source = checkValues(values);
  const engine = options?.engine;
  const native = engineFor("duration.format", source.length * 8, engine);
  if (native !== null) {
    try {
      const bytes = formatNative(native, source, style);
      if (bytes !== null) return bytes;
    } catch (error) {
      recover(error, engine);
    }
  }
  return linesTs(source, style);
}

function linesTs(
  source: Milliseconds,
  style: DurationStyle,
): Uint8Array<ArrayBuffer> {
  const { length, data } = source;
  const lines = new DurationLines(length, style);
  for (let row = 0; row < length; row++) {
    if (isThere(source, row)) lines.add(safeMs(data[row]!, row));
    else lines.addNull();
  }
  return lines.take();
}
