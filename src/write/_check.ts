/**
 * Looks at a table before it is written: a column can be made over any
 * buffers, and what its numbers promise (offsets, codes, days of the
 * calendar) is a promise only. After this both engines may rely on it.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import { bitAt } from "../table/_bitmap.ts";
import type { Column } from "../table/column.ts";
import type { Table } from "../table/table.ts";

/** 0001-01-01 and 9999-12-31 as days since 1970-01-01. */
const FIRST_DAY = -719_162;
const LAST_DAY = 2_932_896;
const DAY_MICROS = 86_400_000_000n;
const FIRST_MICRO = BigInt(FIRST_DAY) * DAY_MICROS;
const LAST_MICRO = BigInt(LAST_DAY + 1) * DAY_MICROS - 1n;
/** High halves that lie wholly between the two. */
const HIGH_MIN = Number(FIRST_MICRO >> 32n) + 1;
const HIGH_MAX = Number(LAST_MICRO >> 32n) - 1;

/**
 * Refuses a table that cannot be written.
 *
 * @param table The table.
 * @throws {TypeError} If a buffer is shared, resizable or detached.
 * @throws {RangeError} If offsets or codes leave their buffers, a date or
 * timestamp is outside the years 0001 to 9999, or a duration is beyond
 * JavaScript's safe integers.
 */
export function checkTable(table: Table): void {
  table.schema.forEach(({ name }, index) => {
    checkColumn(name, table.columnAt(index));
  });
}

function checkColumn(name: string, column: Column): void {
  checkBuffers(name, column);
  if (column.dictionary !== undefined) checkCodes(name, column);
  else if (column.type === "utf8") checkOffsets(name, column);
  else if (column.type === "date") checkDays(name, column);
  else if (column.type === "timestamp") checkMicros(name, column);
  else if (column.type === "duration") checkMillis(name, column);
  else if (column.type === "list") {
    checkOffsets(name, column);
    const { items, offsets, length } = column;
    checkColumn(name, items!.slice(offsets![0], offsets![length]));
  }
}

/**
 * Refuses a table with buffers that another may change or take away.
 *
 * @param table The table.
 * @throws {TypeError} If a buffer is shared, resizable or detached.
 */
export function checkTableBuffers(table: Table): void {
  table.schema.forEach(({ name }, index) =>
    checkBuffers(name, table.columnAt(index))
  );
}

function checkBuffers(name: string, column: Column): void {
  const { data, validity, offsets, dictionary } = column;
  const views = [data, validity, offsets, dictionary?.data];
  for (const view of [...views, dictionary?.offsets]) {
    if (view === undefined) continue;
    const buffer: ArrayBufferLike = view.buffer;
    const trouble = !(buffer instanceof ArrayBuffer)
      ? "shared, copy it with slice() first"
      : buffer.resizable
      ? "resizable, copy it with slice() first"
      : isDetached(buffer)
      ? "detached"
      : null;
    if (trouble === null) continue;
    throw new TypeError(
      `Cannot write column "${name}": a buffer is ${trouble}`,
    );
  }
}

function checkOffsets(name: string, column: Column): void {
  const offsets = column.offsets!;
  let last = offsets[0]!;
  let signs = last;
  for (let row = 1; row <= column.length; row++) {
    const next = offsets[row]!;
    signs |= next | (next - last);
    last = next;
  }
  if (signs >= 0) return;
  last = offsets[0]!;
  for (let row = 0; row < column.length; row++) {
    const next = offsets[row + 1]!;
    if (next < last) throw broken(name, row, "its offsets run backwards");
    last = next;
  }
}

function checkCodes(name: string, column: Column): void {
  const { length, data, offsets } = column.dictionary!;
  if (offsets.length < length + 1) {
    throw new RangeError(
      `Cannot write column "${name}": the dictionary has too few offsets`,
    );
  }
  let last = 0;
  for (let code = 0; code <= length; code++) {
    const next = offsets[code]!;
    if (next < last || next > data.length) {
      throw new RangeError(
        `Cannot write column "${name}": the offsets of its dictionary ` +
          "leave the data",
      );
    }
    last = next;
  }
  const codes = column.data as Int32Array;
  if (areWithin(codes, 0, 1, column.length, 0, length - 1)) return;
  for (let row = 0; row < column.length; row++) {
    const code = codes[row]!;
    if (code >>> 0 < length || isNull(column, row)) continue;
    throw broken(name, row, "the dictionary has no such code");
  }
}

function checkDays(name: string, column: Column): void {
  const days = column.data as Int32Array;
  if (areWithin(days, 0, 1, column.length, FIRST_DAY, LAST_DAY)) return;
  for (let row = 0; row < column.length; row++) {
    const day = days[row]!;
    if (day >= FIRST_DAY && day <= LAST_DAY || isNull(column, row)) continue;
    throw broken(name, row, "the date is outside the years 0001 to 9999");
  }
}

function checkMicros(name: string, column: Column): void {
  const micros = column.data as BigInt64Array;
  // High halves, as little-endian machines store 64 bits.
  const halves = new Int32Array(
    micros.buffer,
    micros.byteOffset,
    2 * micros.length,
  );
  if (areWithin(halves, 1, 2, column.length, HIGH_MIN, HIGH_MAX)) return;
  for (let row = 0; row < column.length; row++) {
    const high = halves[2 * row + 1]!;
    if (high >= HIGH_MIN && high <= HIGH_MAX || isNull(column, row)) continue;
    const value = micros[row]!;
    if (value >= FIRST_MICRO && value <= LAST_MICRO) continue;
    throw broken(name, row, "the timestamp is outside the years 0001 to 9999");
  }
}

function checkMillis(name: string, column: Column): void {
  const millis = column.data as BigInt64Array;
  const halves = new Int32Array(
    millis.buffer,
    millis.byteOffset,
    2 * millis.length,
  );
  const high = 2 ** 21 - 1;
  if (areWithin(halves, 1, 2, column.length, -high, high)) return;
  for (let row = 0; row < column.length; row++) {
    if (isNull(column, row)) continue;
    if (Number.isSafeInteger(Number(millis[row]!))) continue;
    throw broken(
      name,
      row,
      "the duration is beyond 9007199254740991 milliseconds",
    );
  }
}

/**
 * Whether `count` values, the nulls' too, are from `min` to `max`: one pass
 * without a branch, for a table is hardly ever wrong. A difference that leaves
 * the 32 bits has the other one's sign right.
 */
function areWithin(
  values: Int32Array,
  first: number,
  step: number,
  count: number,
  min: number,
  max: number,
): boolean {
  let signs = 0;
  for (let left = count, at = first; left > 0; left--, at += step) {
    const value = values[at]!;
    signs |= (value - min) | (max - value);
  }
  return signs >= 0;
}

function isNull({ validity }: Column, row: number): boolean {
  return validity !== undefined && !bitAt(validity, row);
}

function broken(name: string, row: number, reason: string): RangeError {
  return new RangeError(
    `Cannot write column "${name}" at row ${row}: ${reason}`,
  );
}
