/**
 * The catalogue's entry of `duration.format`.
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
import { bitmapBytes } from "../table/_bitmap.ts";
import { Column } from "../table/column.ts";
import { columnOfLines, type LineBatch, lineBatches } from "./_lines.ts";
import { storeInt64 } from "../values/_duration_parse.ts";
import { sampleMilliseconds } from "./_sample.ts";
import { DurationRangeError, shownText } from "./error.ts";
import {
  formatDuration,
  formatDurations,
  formatDurationsToBytes,
} from "./format.ts";
import {
  checkStyle,
  type DurationStyle,
  type FormatDurationOptions,
} from "./options.ts";

const encoder = new TextEncoder();

const MINUS = 45;
const ZERO = 48;

/** More digits than a safe integer has. */
const DIGITS_MAX = 17;

/** `duration.format`, as the doors see it. */
export const durationFormat: Op = op<
  FormatDurationOptions,
  Uint8Array<ArrayBuffer>
>({
  name: "duration.format",
  summary: "Print milliseconds as durations",
  call: formatDurationsToBytes,
  run(input, options, engine) {
    const values = valuesOf(columnOfLines(input)).column;
    return formatDurationsToBytes(values, { ...options, engine });
  },
  kernels: ["duration.format"],
  input: {
    mediaTypes: ["text/plain"],
    operands: "texts",
    options: [
      {
        name: "style",
        kind: "choice",
        choices: ["clock", "iso", "compact"],
        fallback: "clock",
        summary: "How to print: 01:30:00, PT1H30M or 1h30m",
      },
    ],
    list: {
      key: "values",
      item: "integer",
      result: "text",
      example: [5_400_000, -5000],
      run: formatList,
    },
  },
  outputs: [
    { name: "text", mediaType: "text/plain" },
    { name: "json", mediaType: "application/json" },
  ],
  door,
  comparable: (bytes) => new TextDecoder().decode(bytes),
  sample: (size, seed) => ({
    input: sampleMilliseconds(size, seed),
    options: {
      style: (["clock", "iso", "compact"] as const)[seed % 3] ?? "clock",
    },
  }),
});

/** Durations of numbers; a null stays one. */
function formatList(
  items: readonly unknown[],
  values: OptionValues,
): (string | null)[] {
  const style = (values.style ?? "clock") as DurationStyle;
  return items.map((item, row) => {
    if (item === null) return null;
    if (typeof item === "number" && Number.isSafeInteger(item)) {
      return formatDuration(item, { style });
    }
    const fault = { code: "NOT_MILLISECONDS", offset: 0, args: {} } as const;
    throw new DurationRangeError(String(item), fault, row);
  });
}

/** A duration a line, where the line `null` stays what it is, or an array. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { input, values, to, engine } = request;
  const style = (values.style ?? "clock") as DurationStyle;
  checkStyle({ style });
  const isJson = to === "json";
  let start = "[";
  for await (const batch of lineBatches(input, request)) {
    const { column, refused } = valuesOf(batch.texts);
    // Half an array is of no use to anybody.
    if (isJson && refused !== null) throw lineError(batch, refused);
    const good = refused === null ? column : column.slice(0, refused);
    if (isJson) {
      const items = JSON.stringify(formatDurations(good, { style }));
      yield encoder.encode(start + items.slice(1, -1));
      start = ",";
    } else if (good.length > 0) {
      yield formatDurationsToBytes(good, { style, engine });
    }
    if (refused !== null) throw lineError(batch, refused);
  }
  if (isJson) yield encoder.encode(start === "[" ? "[]\n" : "]\n");
}

/** The whole numbers of lines, up to the first line that is none. */
function valuesOf(
  texts: Column<"utf8">,
): { column: Column<"i64">; refused: number | null } {
  const { length } = texts;
  const values = new BigInt64Array(length);
  const halves = new Int32Array(values.buffer);
  const validity = new Uint8Array(bitmapBytes(length));
  let refused: number | null = null;
  for (let row = 0; row < length; row++) {
    const bytes = texts.bytes(row)!;
    const ms = wholeNumber(bytes);
    if (Number.isSafeInteger(ms)) {
      storeInt64(halves, row, ms);
      validity[row >>> 3]! |= 1 << (row & 7);
    } else if (texts.value(row) !== "null") {
      refused = row;
      break;
    }
  }
  const column = new Column({ type: "i64", length, data: values, validity });
  return { column, refused };
}

/** The value of an optional minus and digits; NaN for anything else. */
function wholeNumber(bytes: Uint8Array): number {
  const isNegative = bytes[0] === MINUS;
  const start = isNegative ? 1 : 0;
  if (bytes.length === start || bytes.length - start > DIGITS_MAX) return NaN;
  let value = 0;
  for (let at = start; at < bytes.length; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return isNegative ? 0 - value : value;
}

function lineError(
  { texts, firstLine, starts }: LineBatch,
  row: number,
): ParseError {
  return new ParseError({
    code: "NOT_MILLISECONDS",
    line: firstLine + row,
    column: 1,
    byteOffset: starts[row]!,
    args: { where: shownText(texts.value(row) ?? "") },
  });
}
