/**
 * Texts of options to their values, for every door.
 *
 * @module
 */

import { SIZE_UNITS } from "../budget/units.ts";
import type { OptionSpec } from "./op.ts";
import { closest } from "./suggest.ts";

/** A request that cannot be understood: exit code 2, status 400. */
export class UsageError extends Error {
  /** The class's name. */
  override readonly name = "UsageError";
}

/**
 * The value of an option that a text stands for.
 *
 * @param spec The option; flags and negations are the doors' own matter.
 * @param text The text.
 * @param name What the door calls the option, for the error.
 * @returns The value.
 * @throws {UsageError} If the text does not fit.
 */
export function decodeOption(
  spec: OptionSpec,
  text: string,
  name: string,
): string | number {
  if (text === "") {
    throw new UsageError(`Option ${name} needs a value`);
  }
  switch (spec.kind) {
    case "integer": {
      const value = Number(text);
      if (/^[0-9]+$/.test(text) && Number.isSafeInteger(value)) return value;
      throw new UsageError(
        `Option ${name} must be a whole number, found "${text}"`,
      );
    }
    case "character":
      // A tab is hard to type in a shell.
      if (text === "tab" || text === "\\t") return "\t";
      if ([...text].length === 1) return text;
      throw new UsageError(
        `Option ${name} must be one character or the word tab, found "${text}"`,
      );
    case "size":
      return parseSize(name, text);
    case "choice": {
      const choices = spec.choices ?? [];
      if (choices.includes(text)) return text;
      const near = closest(text, choices);
      throw new UsageError(
        `Option ${name} must be one of ${choices.join(", ")}, found ` +
          `"${text}"` + (near ? `; did you mean ${near}?` : ""),
      );
    }
    default:
      return text;
  }
}

/**
 * Decodes a size such as `256MB` (10^6 bytes each) or `1GiB` (2^30).
 *
 * @param name The option's name, for the error.
 * @param text The size.
 * @returns Bytes.
 * @throws {UsageError} If the text is no size.
 */
export function parseSize(name: string, text: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)$/.exec(text);
  const unit = match?.[2] ?? "";
  const isKnown = unit === "" || Object.hasOwn(SIZE_UNITS, unit);
  if (match === null || !isKnown) {
    throw new UsageError(
      `Option ${name} must be a size such as 256MB or 1GiB, found "${text}"`,
    );
  }
  return Math.floor(Number(match[1]) * (SIZE_UNITS[unit] ?? 1));
}
