/**
 * From what a caller gives (a table, columns, objects) to checked columns.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import { dictionaryOf } from "../table/_dictionary.ts";
import { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { EventFault, EXPECTED_CHANGE } from "./_faults.ts";
import { timesOfTexts, timesOfValues } from "./_times.ts";
import type { TimelineColumns, TimelineEvent } from "./options.ts";

/** Checked events. */
export interface Events {
  readonly rows: number;
  /** Days of a date column, microseconds of any other. */
  readonly times: Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;
  /** Whether the timestamps are points in time. */
  readonly zoned: boolean;
  readonly changes:
    | Int32Array<ArrayBuffer>
    | BigInt64Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>;
  /** Set bits for changes that are not null; absent without nulls. */
  readonly validity: Uint8Array<ArrayBuffer> | undefined;
  /** The column of types, where it is asked for. */
  readonly type: Column | undefined;
}

/** What `timeline` takes. */
export type TimelineInput =
  | Table
  | TimelineColumns
  | Iterable<TimelineEvent>;

/**
 * Checks events and brings them to columns.
 *
 * @throws {TypeError} If the input or a column has the wrong type.
 * @throws {RangeError} If a column is missing or a value is not allowed.
 */
export function eventsOf(input: TimelineInput, perType: boolean): Events {
  const columns = columnsOf(input, perType);
  const timestamp = checkColumn("timestamp", columns.timestamp);
  const change = checkColumn("change", columns.change, timestamp.length);
  const type = perType
    ? checkColumn("type", columns.type, timestamp.length)
    : undefined;
  const times = timesOf(timestamp);
  return {
    rows: timestamp.length,
    ...times,
    ...changesOf(change),
    type: type && typeOf(type),
  };
}

function columnsOf(
  input: TimelineInput,
  perType: boolean,
): { [K in keyof TimelineColumns]?: unknown } {
  if (input instanceof Table) {
    // A file without anything in it has no names either.
    if (input.numColumns === 0 && input.numRows === 0) return nothing();
    return {
      timestamp: input.column("timestamp"),
      change: input.column("change"),
      ...(perType ? { type: input.column("type") } : {}),
    };
  }
  if (typeof input === "object" && input !== null) {
    if (Symbol.iterator in input) return columnsOfObjects(input, perType);
    if ("timestamp" in input) return input;
  }
  throw new TypeError(
    "Cannot make a timeline: expected a Table, columns (timestamp, change) " +
      `or objects, found ${input === null ? "null" : typeof input}`,
  );
}

function nothing(): TimelineColumns {
  const offsets = new Int32Array(1);
  const data = new Uint8Array(0);
  return {
    timestamp: new Column({
      type: "timestamp",
      length: 0,
      data: new BigInt64Array(0),
    }),
    change: new Column({ type: "i32", length: 0, data: new Int32Array(0) }),
    type: new Column({ type: "utf8", length: 0, data, offsets }),
  };
}

function checkColumn(name: string, column: unknown, length?: number): Column {
  if (!(column instanceof Column)) {
    throw new TypeError(`Cannot make a timeline: ${name} is no Column`);
  }
  if (length !== undefined && column.length !== length) {
    throw new RangeError(
      `Cannot make a timeline: ${name} has ${column.length} rows, ` +
        `timestamp has ${length}`,
    );
  }
  const { data, validity, offsets, dictionary } = column;
  const views = [
    ...[data, validity, offsets],
    ...[dictionary?.data, dictionary?.offsets],
  ];
  for (const view of views) if (view !== undefined) checkBuffer(name, view);
  return column;
}

/** A buffer that others may change or take away is no data. */
function checkBuffer(name: string, view: ArrayBufferView): void {
  const buffer: unknown = view.buffer;
  let fault = "";
  if (!(buffer instanceof ArrayBuffer)) fault = "shared, copy it first";
  else if (buffer.resizable) fault = "resizable, copy it first";
  else if (isDetached(buffer)) fault = "detached";
  if (fault === "") return;
  throw new TypeError(
    `Cannot make a timeline: the buffer of ${name} is ${fault}`,
  );
}

function timesOf(column: Column): Pick<Events, "times" | "zoned"> {
  if (column.nullCount > 0) {
    throw new EventFault("MISSING_VALUE", firstNull(column), {
      column: "timestamp",
    });
  }
  const { type, length, zoned } = column;
  if (type === "utf8") return timesOfTexts(column as Column<"utf8">);
  if (type !== "date" && type !== "timestamp") {
    throw new TypeError(
      "Cannot make a timeline: timestamp must be date, timestamp or utf8, " +
        `found ${type}`,
    );
  }
  const data = column.data as Events["times"];
  return { times: data.subarray(0, length) as Events["times"], zoned };
}

function firstNull(column: Column): number {
  let row = 0;
  while (!column.isNull(row)) row++;
  return row;
}

function changesOf(column: Column): Pick<Events, "changes" | "validity"> {
  const { type, length, validity } = column;
  switch (type) {
    case "i32":
    case "i64":
    case "f64": {
      const data = column.data as Events["changes"];
      const changes = data.subarray(0, length) as Events["changes"];
      return { changes, validity: column.nullCount > 0 ? validity : undefined };
    }
    case "utf8":
      // A column without a single value has no type: all of it is null.
      if (column.nullCount === length) {
        return { changes: new Int32Array(length), validity: undefined };
      }
      break;
  }
  throw new TypeError(
    "Cannot make a timeline: change must be i32, i64 or f64, " +
      `found ${type}`,
  );
}

function typeOf(column: Column): Column {
  const { type } = column;
  if (type !== "f64" && type !== "timestamp") return column;
  throw new TypeError(
    "Cannot make a timeline: type must be utf8, bool, i32, i64 or date, " +
      `found ${type}`,
  );
}

function columnsOfObjects(
  events: Iterable<TimelineEvent>,
  perType: boolean,
): TimelineColumns {
  const rows: readonly TimelineEvent[] = Array.isArray(events)
    ? events
    : [...events];
  const timestamps = new Array<unknown>(rows.length);
  const changes = new Array<unknown>(rows.length);
  const types = new Array<unknown>(perType ? rows.length : 0);
  for (let row = 0; row < rows.length; row++) {
    const event = rows[row];
    if (typeof event !== "object" || event === null) {
      throw new TypeError(`Cannot make a timeline: row ${row} is no object`);
    }
    timestamps[row] = event.timestamp;
    changes[row] = event.change;
    if (perType) types[row] = event.type ?? null;
  }
  return {
    timestamp: timesOfValues(timestamps),
    change: changeColumn(changes),
    ...(perType ? { type: typeColumn(types) } : {}),
  };
}

/** All bigint: i64. All number: f64. */
function changeColumn(values: readonly unknown[]): Column {
  const first = values.find((value) => value !== null && value !== undefined);
  const isBig = typeof first === "bigint";
  const data = isBig
    ? new BigInt64Array(values.length)
    : new Float64Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    // A null adds nothing, as a zero does.
    if (value === null || value === undefined) continue;
    if (!isBig && typeof value === "number") {
      data[row] = value;
      continue;
    }
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new TypeError(
        `Cannot make a timeline: change at row ${row} must be a number or a ` +
          `bigint: it is ${typeof value}`,
      );
    }
    if (typeof value !== typeof first) {
      throw new TypeError(
        `Cannot make a timeline: change at row ${row} is a ${typeof value}, ` +
          `others are a ${typeof first}`,
      );
    }
    if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
      throw new EventFault("INVALID_VALUE", row, {
        column: "change",
        value: String(value),
        expected: `${EXPECTED_CHANGE} of 64 bits`,
      });
    }
    data[row] = value;
  }
  return new Column({
    type: isBig ? "i64" : "f64",
    length: values.length,
    data,
  });
}

function typeColumn(values: readonly unknown[]): Column {
  const codes = new Map<unknown, number>();
  const data = new Int32Array(values.length);
  const validity = new Uint8Array((values.length + 7) >>> 3);
  const texts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  values.forEach((value, row) => {
    if (value === null) return;
    if (typeof value !== "string") {
      throw new TypeError(
        `Cannot make a timeline: type at row ${row} must be a string or ` +
          `null: it is ${typeof value}`,
      );
    }
    let code = codes.get(value);
    if (code === undefined) {
      code = texts.push(encoder.encode(value)) - 1;
      codes.set(value, code);
    }
    data[row] = code;
    validity[row >>> 3]! |= 1 << (row & 7);
  });
  const dictionary = dictionaryOf(texts);
  return new Column({
    type: "utf8",
    length: values.length,
    data,
    validity,
    dictionary,
  });
}
