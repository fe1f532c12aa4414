/**
 * The native engine of parsing columns. A row that is refused is parsed again
 * in TypeScript, which words its error.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { BAD_ARGUMENT } from "../../ffi/status.ts";
import type { Native } from "../backend.ts";
import { bitmapBytes } from "../table/_bitmap.ts";
import { decodeText } from "../table/_text.ts";
import { Column } from "../table/column.ts";
import type { DurationOnError, DurationRules } from "./options.ts";
import { throwFault } from "./_parse_many_ts.ts";

/** The kernel's name in messages. */
const KERNEL = "duration.parse";

/** Numbers at the boundary. */
const ON_ERROR: Readonly<Record<DurationOnError, number>> = {
  throw: 0,
  null: 1,
  zero: 2,
};
const LENIENT = 4;
const TRACKER = 8;
const HOUR_CLOCK = 16;
const DAYS = 32;

/** What the kernel reports: nulls of the result, the first refused row. */
const REPORT_CELLS = 2;
const NO_ROW = 0xffff_ffff;

function flagsOf(rules: DurationRules): number {
  return ON_ERROR[rules.onError] |
    (rules.isLenient ? LENIENT : 0) |
    (rules.isTracker ? TRACKER : 0) |
    (rules.isHourClock ? HOUR_CLOCK : 0) |
    (rules.hasDays ? DAYS : 0);
}

/**
 * The milliseconds of a plain column of texts.
 *
 * @param native The library.
 * @param column The column, without a dictionary.
 * @param rules The rules.
 * @returns A column of as many rows; null if the offsets leave the bytes.
 * @throws {DurationError} If a text is no duration and that is an error.
 * @throws {NativePanic} If the kernel panicked.
 */
export function parseColumnNative(
  native: Native,
  column: Column<"utf8">,
  rules: DurationRules,
): Column<"i64"> | null {
  const { length, validity } = column;
  const data = column.data as Uint8Array<ArrayBuffer>;
  const offsets = column.offsets!;
  const values = new BigInt64Array(length);
  const bits = new Uint8Array(bitmapBytes(length));
  const report = new Uint32Array(REPORT_CELLS);
  const status = native.fp_duration_parse(
    data,
    data.length,
    offsets,
    (length + 1) * offsets.BYTES_PER_ELEMENT,
    validity ?? null,
    validity?.length ?? 0,
    flagsOf(rules),
    rules.unitMs,
    values,
    values.byteLength,
    bits,
    bits.length,
    report,
    report.byteLength,
  );
  // The caller's offsets are the only argument that can be wrong.
  if (status === BAD_ARGUMENT) return null;
  checkStatus(status, KERNEL);
  const [nulls, refused = NO_ROW] = report;
  if (refused !== NO_ROW && rules.onError === "throw") {
    const text = decodeText(data, offsets[refused]!, offsets[refused + 1]!);
    throwFault(text, rules, refused);
  }
  return new Column({
    type: "i64",
    length,
    data: values,
    validity: nulls === 0 ? undefined : bits,
  });
}
