/**
 * The catalogue's entry of `duration.parse`.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionValues,
} from "../catalogue/op.ts";
import { ParseError } from "../errors.ts";
import { ByteSink } from "../table/_sink.ts";
import type { Column } from "../table/column.ts";
import { columnOfLines, type LineBatch, lineBatches } from "./_lines.ts";
import { faultOfText } from "../values/_duration_parse.ts";
import { sampleTexts } from "./_sample.ts";
import { DurationError, DurationRangeError, shownText } from "./error.ts";
import {
  checkParseOptions,
  type DurationRules,
  type ParseDurationOptions,
} from "./options.ts";
import { parseDurationColumn, parseDurations } from "./parse.ts";

/** Bytes of an array that are kept back, lest an error comes after them. */
const HELD_BYTES = 1 << 20;

/** `duration.parse`, as the doors see it. */
export const durationParse: Op = op<ParseDurationOptions, Column<"i64">>({
  name: "duration.parse",
  summary: "Parse durations to milliseconds",
  call: parseDurationColumn,
  run: (input, options, engine) =>
    parseDurationColumn(columnOfLines(input), { ...options, engine }),
  kernels: ["duration.parse"],
  input: {
    mediaTypes: ["text/plain"],
    operands: "texts",
    options: [
      {
        name: "lenient",
        kind: "flag",
        summary: "Take words, spaces and clock fields above 59",
      },
      {
        name: "clock",
        kind: "choice",
        choices: ["MM:SS", "HH:MM"],
        fallback: "MM:SS",
        summary: "What two fields with a colon between them are",
      },
      {
        name: "preset",
        kind: "choice",
        choices: ["tracker"],
        summary: "One to three whole numbers; anything else is 0",
      },
      {
        name: "on-error",
        kind: "choice",
        choices: ["throw", "null", "zero"],
        fallback: "throw",
        summary: "What becomes of a text that is no duration",
      },
      {
        name: "days",
        kind: "choice",
        choices: ["24"],
        summary: "Take days of 24 hours and weeks of seven such days",
      },
      {
        name: "unit",
        kind: "choice",
        choices: ["ms", "s", "m", "h"],
        fallback: "s",
        summary: "What a bare number counts",
      },
    ],
    list: {
      key: "texts",
      item: "text",
      result: "integer",
      example: ["1:30:00", "PT5S", "-00:00:05"],
      run: parseList,
    },
  },
  outputs: [
    { name: "text", mediaType: "text/plain" },
    { name: "json", mediaType: "application/json" },
  ],
  door,
  comparable: (column) => column.toArray().join(),
  sample: (size, seed) => ({ input: sampleTexts(size, seed), options: {} }),
});

function optionsOf(values: OptionValues): ParseDurationOptions {
  for (const _ in values) return givenOptions(values);
  return {};
}

function givenOptions(values: OptionValues): ParseDurationOptions {
  const { lenient, clock, preset, unit, days } = values;
  const given = {
    lenient,
    clock,
    preset,
    unit,
    onError: values["on-error"],
    days: days === undefined ? undefined : Number(days),
  };
  const present = Object.entries(given).filter(([, one]) => one !== undefined);
  return Object.fromEntries(present) as ParseDurationOptions;
}

function parseList(
  items: readonly unknown[],
  values: OptionValues,
): (number | null)[] {
  const column = parseDurations(items as readonly string[], optionsOf(values));
  const results = new Array<number | null>(column.length);
  for (let row = 0; row < column.length; row++) {
    results[row] = column.isNull(row) ? null : Number(column.data[row]);
  }
  return results;
}

/** Milliseconds one a line, or as a JSON array. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, engine } = request;
  const options = { ...optionsOf(values), engine };
  const rules = checkParseOptions(options);
  const isJson = to === "json";
  const sink = new ByteSink(1 << 16);
  let isFirst = true;
  if (isJson) sink.ascii("[");
  for await (const batch of lineBatches(input, request)) {
    const { column, error } = parseBatch(batch, options, rules);
    for (let row = 0; row < column.length; row++) {
      if (isJson && !isFirst) sink.ascii(",");
      isFirst = false;
      if (column.isNull(row)) sink.ascii("null");
      else sink.integer(Number(column.data[row]));
      if (!isJson) sink.ascii("\n");
    }
    // Half an array is of no use to anybody.
    if (isJson && error !== null) throw error;
    if (sink.length >= (isJson ? HELD_BYTES : 1)) yield sink.take();
    if (error !== null) throw error;
  }
  if (isJson) sink.ascii("]\n");
  if (sink.length > 0) yield sink.take();
}

/** The rows of a batch up to the first error, and that error. */
function parseBatch(
  batch: LineBatch,
  options: ParseDurationOptions,
  rules: DurationRules,
): { column: Column<"i64">; error: ParseError | null } {
  try {
    return { column: parseDurationColumn(batch.texts, options), error: null };
  } catch (error) {
    const isFault = error instanceof DurationError ||
      error instanceof DurationRangeError;
    if (!isFault || error.row === null) throw error;
    const good = batch.texts.slice(0, error.row);
    return {
      column: parseDurationColumn(good, options),
      error: lineError(batch, error.row, rules),
    };
  }
}

/** The error of a row with its place in the input. */
function lineError(
  { texts, firstLine, starts }: LineBatch,
  row: number,
  rules: DurationRules,
): ParseError {
  const text = texts.value(row) ?? "";
  const fault = faultOfText(text, rules);
  if (fault === null) throw new Error(`the text ${text} is a duration`);
  const { code, offset, args } = fault;
  const before = new TextEncoder().encode(text.slice(0, offset)).length;
  return new ParseError({
    code,
    line: firstLine + row,
    column: before + 1,
    byteOffset: starts[row]! + before,
    args: { ...args, where: shownText(text) },
  });
}
