/**
 * Options of the durations and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { type DurationRules, STRICT_RULES } from "../values/_duration_rules.ts";

export type { DurationRules };

/** What two fields with a colon between them are. */
export type DurationClock = "MM:SS" | "HH:MM";

/** What a number without a unit counts. */
export type DurationUnit = "ms" | "s" | "m" | "h";

/** What becomes of a text that is no duration. */
export type DurationOnError = "throw" | "null" | "zero";

/** How a duration is printed. */
export type DurationStyle = "clock" | "iso" | "compact";

/**
 * Options of `parseDuration` and `parseDurations`.
 *
 * @typeParam E What becomes of a text that is no duration.
 */
export interface ParseDurationOptions<
  E extends DurationOnError = DurationOnError,
> {
  /**
   * Whether words (`2 hours, 5 minutes`), spaces, decimal commas and clock
   * fields above 59 or of one digit are allowed. Default false.
   */
  readonly lenient?: boolean;
  /** What `1:30` means. Default `MM:SS`: a minute and a half. */
  readonly clock?: DurationClock;
  /**
   * `tracker`: one to three whole numbers with colons between them, fields
   * above 59 count, and `onError` is `zero` unless given.
   */
  readonly preset?: "tracker";
  /** Hours of a day: only 24. Without it, days and weeks are refused. */
  readonly days?: 24;
  /** What a bare number counts. Default `s`. */
  readonly unit?: DurationUnit;
  /** What becomes of a text that is no duration. Default `throw`. */
  readonly onError?: E;
}

/**
 * Options of `parseDurationColumn`.
 *
 * @typeParam E What becomes of a text that is no duration.
 */
export interface ParseDurationColumnOptions<
  E extends DurationOnError = DurationOnError,
> extends ParseDurationOptions<E> {
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

/** Options of `formatDuration` and `formatDurations`. */
export interface FormatDurationOptions {
  /** How to print. Default `clock`. */
  readonly style?: DurationStyle;
}

/** Options of `formatDurationsToBytes`. */
export interface FormatDurationsToBytesOptions extends FormatDurationOptions {
  /** Which engine works; default: the backend's choice. */
  readonly engine?: EngineMode;
}

const UNIT_MS: Readonly<Record<DurationUnit, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const STYLES: readonly DurationStyle[] = ["clock", "iso", "compact"];

/**
 * Checks options and fills in what is absent.
 *
 * @param options The options as given.
 * @returns The rules.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkParseOptions(
  options: ParseDurationOptions | undefined,
): DurationRules {
  if (options === undefined) return STRICT_RULES;
  assertOptions("parse", options);
  const { lenient = false, clock = "MM:SS", preset, days, unit = "s" } =
    options;
  if (typeof lenient !== "boolean") {
    throw new TypeError(
      "Cannot parse duration: the option lenient must be true or false",
    );
  }
  checkChoice("parse", "clock", clock, ["MM:SS", "HH:MM"]);
  if (preset !== undefined) checkChoice("parse", "preset", preset, ["tracker"]);
  if (days !== undefined) checkChoice("parse", "days", days, [24]);
  checkChoice("parse", "unit", unit, Object.keys(UNIT_MS));
  const isTracker = preset === "tracker";
  if (isTracker && (lenient || days !== undefined)) {
    throw new RangeError(
      "Cannot parse duration: the preset tracker goes with neither lenient " +
        "nor days",
    );
  }
  const onError = options.onError ?? (isTracker ? "zero" : "throw");
  checkChoice("parse", "onError", onError, ["throw", "null", "zero"]);
  return {
    isLenient: lenient,
    isTracker,
    isHourClock: clock === "HH:MM",
    hasDays: days !== undefined,
    unitMs: UNIT_MS[unit],
    onError,
  };
}

/**
 * Checks the options of printing.
 *
 * @param options The options as given.
 * @returns The style.
 * @throws {TypeError} If the options are no object.
 * @throws {RangeError} If the style is unknown.
 */
export function checkStyle(
  options: FormatDurationOptions | undefined,
): DurationStyle {
  if (options === undefined) return "clock";
  assertOptions("format", options);
  const { style = "clock" } = options;
  checkChoice("format", "style", style, STYLES);
  return style;
}

function assertOptions(verb: string, options: object): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(
    `Cannot ${verb} duration: the options must be an object, found ` +
      (options === null ? "null" : `a ${typeof options}`),
  );
}

function checkChoice(
  verb: string,
  name: string,
  value: unknown,
  choices: readonly unknown[],
): void {
  if (choices.includes(value)) return;
  throw new RangeError(
    `Cannot ${verb} duration: the option ${name} must be ` +
      `${choices.length > 1 ? "one of " : ""}${choices.join(", ")}: ` +
      `it is ${typeof value === "string" ? `"${value}"` : String(value)}`,
  );
}
