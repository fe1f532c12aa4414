/**
 * Durations: milliseconds from texts, and back.
 *
 * - {@linkcode parseDuration}: one text.
 * - {@linkcode parseDurations}: an array of texts to a column.
 * - {@linkcode parseDurationColumn}: a column of texts to a column.
 * - {@linkcode formatDuration}, {@linkcode formatDurations}: a text, a text
 *   per value.
 * - {@linkcode formatDurationsToText}, {@linkcode formatDurationsToBytes}: a
 *   line per value.
 *
 * A duration is a whole number of milliseconds within JavaScript's safe
 * integers. Strict texts are `01:30:00.5`, `01:30` (minutes and seconds), `90`
 * (seconds), ISO 8601 `PT1H30M` and Go's `1h30m`; `lenient` adds words and
 * spaces. Years and months are refused, days and weeks too unless `days: 24`
 * says that a day has 24 hours.
 *
 * @example There and back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatDuration, parseDuration } from "@fastpath/fastpath/duration";
 *
 * const ms = parseDuration("2 h 30 min", { lenient: true });
 * assertEquals(ms, 9_000_000);
 * assertEquals(formatDuration(ms), "02:30:00");
 * assertEquals(parseDuration(formatDuration(ms)), ms);
 * ```
 *
 * @example What is wrong with a text
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { DurationError, parseDuration } from "@fastpath/fastpath/duration";
 *
 * const error = assertThrows(() => parseDuration("1h foo"), DurationError);
 * assertEquals(error.code, "UNEXPECTED_CHARACTER");
 * assertEquals(error.offset, 2);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError } from "../errors.ts";
export type { DurationErrorCode, FailureCode } from "../errors.ts";
export * from "../table/mod.ts";
export { DurationError, DurationRangeError } from "./error.ts";
export type { DurationFault } from "./error.ts";
export {
  formatDuration,
  formatDurations,
  formatDurationsToBytes,
  formatDurationsToText,
} from "./format.ts";
export type {
  DurationClock,
  DurationOnError,
  DurationStyle,
  DurationUnit,
  FormatDurationOptions,
  FormatDurationsToBytesOptions,
  ParseDurationColumnOptions,
  ParseDurationOptions,
} from "./options.ts";
export { parseDuration, parseDurationColumn, parseDurations } from "./parse.ts";
export type { DurationMs } from "./parse.ts";
export type { DurationValues } from "./_values.ts";
