/**
 * Arrow's types: their numbers in the metadata, their names in messages, and
 * what each takes in a batch.
 *
 * Source: Arrow columnar format 1.5, `Schema.fbs`.
 *
 * @module
 */

import { SCALE_MAX } from "../values/_decimal.ts";
import { invalid } from "./_fault.ts";
import type { FlatTable } from "./_flatbuffer.ts";

/** Numbers of the types that are read or written. */
export const NULL = 1;
export const INT = 2;
export const FLOAT = 3;
export const UTF8 = 5;
export const BOOL = 6;
export const DECIMAL = 7;
export const DATE = 8;
export const TIMESTAMP = 10;
export const LIST = 12;
export const DURATION = 18;
export const LARGE_UTF8 = 20;
export const LARGE_LIST = 21;
export const UTF8_VIEW = 24;

/** Numbers of types that can only be passed over. */
const BINARY = 4;
const TIME = 9;
const INTERVAL = 11;
const STRUCT = 13;
const UNION = 14;
const FIXED_BINARY = 15;
const FIXED_LIST = 16;
const MAP = 17;
const LARGE_BINARY = 19;
const RUN_END = 22;
const BINARY_VIEW = 23;
const LIST_VIEW = 25;
const LARGE_LIST_VIEW = 26;

const NAMES: Readonly<Record<number, string>> = {
  [NULL]: "null",
  [BINARY]: "binary",
  [UTF8]: "utf8",
  [BOOL]: "bool",
  [INTERVAL]: "interval",
  [LIST]: "list",
  [STRUCT]: "struct",
  [UNION]: "union",
  [FIXED_BINARY]: "fixed_size_binary",
  [FIXED_LIST]: "fixed_size_list",
  [MAP]: "map",
  [LARGE_BINARY]: "large_binary",
  [LARGE_UTF8]: "large_utf8",
  [LARGE_LIST]: "large_list",
  [RUN_END]: "run_end_encoded",
  [BINARY_VIEW]: "binary_view",
  [UTF8_VIEW]: "utf8_view",
  [LIST_VIEW]: "list_view",
  [LARGE_LIST_VIEW]: "large_list_view",
};

/** Units of time: seconds, milliseconds, microseconds, nanoseconds. */
const UNITS = ["s", "ms", "us", "ns"];

/** Half, single and double precision. */
const FLOAT_WIDTHS = [16, 32, 64];

/** Bits of decimals that are read. */
const DECIMAL_WIDTHS = [32, 64, 128, 256];

/** A type with its parameters; what a type has not is 0, false or empty. */
export interface ArrowType {
  /** The type's number. */
  readonly id: number;
  /** Bits of an integer, a float or a decimal. */
  readonly width: number;
  /** Whether an integer has a sign. */
  readonly signed: boolean;
  /** 0 days of a date, seconds of a time; 1 ms, 2 µs, 3 ns. */
  readonly unit: number;
  /** Digits behind the point of a decimal. */
  readonly scale: number;
  /** Whether a timestamp is a point in time; whether a union is dense. */
  readonly flag: boolean;
  /** How messages call it. */
  readonly name: string;
}

/** The type of a field; `table` holds its parameters. */
export function typeOf(id: number, table: FlatTable): ArrowType {
  const type = {
    ...{ id, width: 0, signed: false, unit: 0, scale: 0, flag: false },
  };
  switch (id) {
    case INT: {
      const width = table.int32(0, 0);
      const signed = table.byte(1, 0) !== 0;
      if (![8, 16, 32, 64].includes(width)) {
        throw invalid(table.position, `an integer has ${width} bits`);
      }
      return {
        ...type,
        width,
        signed,
        name: `${signed ? "" : "u"}int${width}`,
      };
    }
    case FLOAT: {
      const width = FLOAT_WIDTHS[table.int16(0, 0)];
      if (width !== undefined) return { ...type, width, name: `float${width}` };
      throw invalid(table.position, "a float has an unknown precision");
    }
    case DATE: {
      const unit = table.int16(0, 1);
      return { ...type, unit, name: unit === 0 ? "date32" : "date64" };
    }
    case TIMESTAMP: {
      const unit = table.int16(0, 0);
      const zone = table.text(1) ?? "";
      const shown = zone === "" ? "" : `, ${zone}`;
      const name = `timestamp[${unitName(unit, table)}${shown}]`;
      return { ...type, unit, flag: zone !== "", name };
    }
    case TIME:
    case DURATION: {
      const unit = table.int16(0, 1);
      const name = id === TIME ? "time" : "duration";
      return { ...type, unit, name: `${name}[${unitName(unit, table)}]` };
    }
    case DECIMAL: {
      const [precision, scale] = [table.int32(0, 0), table.int32(1, 0)];
      const width = table.int32(2, 128);
      const name = `decimal${width}(${precision}, ${scale})`;
      return { ...type, width, scale, name };
    }
    case UNION:
      return { ...type, flag: table.int16(0, 0) !== 0, name: NAMES[id]! };
    default:
      return { ...type, name: NAMES[id] ?? `number ${id}` };
  }
}

function unitName(unit: number, table: FlatTable): string {
  const name = UNITS[unit];
  if (name !== undefined) return name;
  throw invalid(table.position, "a time has an unknown unit");
}

/** What a field takes in a batch, besides its children. */
export interface Footprint {
  /** Buffers that are always there. */
  readonly buffers: number;
  /** Whether a number of further buffers is told beside them. */
  readonly isVariadic: boolean;
}

/** What a type takes in a batch, or null where the type is not known. */
export function footprintOf(
  type: ArrowType,
  version: number,
): Footprint | null {
  const buffers = buffersOf(type, version);
  if (buffers === null) return null;
  return {
    buffers,
    isVariadic: type.id === BINARY_VIEW || type.id === UTF8_VIEW,
  };
}

function buffersOf({ id, flag }: ArrowType, version: number): number | null {
  switch (id) {
    case NULL:
    case RUN_END:
      return 0;
    case STRUCT:
    case FIXED_LIST:
      return 1;
    case UNION:
      // Up to version 4 a union has nulls of its own; a dense one has offsets.
      return (version < 4 ? 1 : 0) + (flag ? 2 : 1);
    case BINARY:
    case UTF8:
    case LARGE_BINARY:
    case LARGE_UTF8:
    case LIST_VIEW:
    case LARGE_LIST_VIEW:
      return 3;
    default:
      return id in NAMES || [INT, FLOAT, DECIMAL, DATE, TIME, TIMESTAMP]
          .includes(id) ||
          id === DURATION
        ? 2
        : null;
  }
}

/** Whether texts of some form are its values. */
export function isText({ id }: ArrowType): boolean {
  return id === UTF8 || id === LARGE_UTF8 || id === UTF8_VIEW;
}

/** Whether it is a list whose items stand one behind the other. */
export function isList({ id }: ArrowType): boolean {
  return id === LIST || id === LARGE_LIST;
}

/** Whether a column of a table can hold it, as a single value. */
export function isSingle({ id, width, scale }: ArrowType): boolean {
  if (id === DECIMAL) {
    return DECIMAL_WIDTHS.includes(width) && scale >= 0 && scale <= SCALE_MAX;
  }
  return [
    NULL,
    INT,
    FLOAT,
    UTF8,
    BOOL,
    DATE,
    TIMESTAMP,
    LARGE_UTF8,
    UTF8_VIEW,
    DURATION,
  ]
    .includes(id);
}
