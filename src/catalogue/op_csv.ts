/**
 * The dialect's options as the doors offer them, and back.
 *
 * @module
 */

import type { OptionSpec, OptionValues } from "./op.ts";
import type { CsvDialect, CsvErrorOptions } from "../csv/options.ts";

/** Options of a CSV's dialect and of its faults, in the order of help. */
export const DIALECT_OPTIONS: readonly OptionSpec[] = [
  {
    name: "delimiter",
    kind: "character",
    value: "C",
    fallback: ",",
    summary: "The character between fields, or the word tab",
  },
  {
    name: "quote",
    kind: "text",
    value: "C",
    fallback: '"',
    summary: "The character around fields, or the word none",
  },
  {
    name: "escape",
    kind: "character",
    value: "C",
    fallback: "a quote is doubled",
    summary: "The character that takes the meaning of the next one",
  },
  {
    name: "comment",
    kind: "character",
    value: "C",
    summary: "Skip lines that begin with this character",
  },
  {
    name: "header",
    kind: "negation",
    summary: "The first row holds values, not names",
  },
  {
    name: "names",
    kind: "text",
    value: "A,B",
    summary: "The columns' names, where there is no header",
  },
  {
    name: "skip-rows",
    kind: "integer",
    value: "N",
    summary: "Skip N lines before the header",
  },
  {
    name: "trim",
    kind: "flag",
    summary: "Drop spaces and tabs around fields",
  },
  {
    name: "null-tokens",
    kind: "text",
    value: "A,B",
    repeatable: true,
    summary: "Unquoted fields that are null, for instance NA",
  },
  {
    name: "decimal",
    kind: "choice",
    choices: [".", ","],
    fallback: ".",
    summary: "The character before the fraction of numbers",
  },
  {
    name: "thousands",
    kind: "character",
    value: "C",
    summary: "The character between groups of three digits",
  },
  {
    name: "mode",
    kind: "choice",
    choices: ["strict", "lenient"],
    fallback: "strict",
    summary: "Take faults of form as errors, or repair them",
  },
  {
    name: "on-error",
    kind: "choice",
    choices: ["throw", "collect", "null"],
    fallback: "throw",
    summary: "Stop at a faulty row, leave it out, or make its value null",
  },
  {
    name: "max-errors",
    kind: "integer",
    value: "N",
    fallback: "1000",
    summary: "Faulty rows at most",
  },
  {
    name: "encoding",
    kind: "choice",
    choices: ["utf-8", "utf-16le", "utf-16be", "latin1"],
    fallback: "utf-8",
    summary: "How characters are encoded; a byte order mark wins",
  },
  {
    name: "invalid-utf8",
    kind: "choice",
    choices: ["error", "replace"],
    fallback: "error",
    summary: "What becomes of bytes that are no characters",
  },
];

/** The reader's options of a door's values. */
export function dialectOf(
  values: OptionValues,
): CsvDialect & CsvErrorOptions {
  const options: Record<string, unknown> = {};
  for (const { name } of DIALECT_OPTIONS) {
    const value = values[name];
    if (value === undefined) continue;
    const key = name.replace(
      /-(.)/g,
      (_, letter: string) => letter.toUpperCase(),
    );
    options[key] = name === "quote" && value === "none" ? null : value;
  }
  const { names, "null-tokens": tokens } = values;
  if (typeof names === "string") options.names = names.split(",");
  if (Array.isArray(tokens)) {
    options.nullTokens = tokens.flatMap((text: string) => text.split(","));
  }
  return options as CsvDialect & CsvErrorOptions;
}
