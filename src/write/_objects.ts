/**
 * Prints rows that are objects, with the printers of tables: what a value is
 * decides how it prints, no columns are made.
 *
 * @module
 */

import { printNumber } from "../table/_cells.ts";
import type { CsvPrinter } from "../table/_print_csv.ts";
import {
  keyText,
  type NdjsonPrinter,
  printJsonFloat,
  printJsonString,
  printJsonText,
} from "../table/_print_ndjson.ts";
import { ByteSink } from "../table/_sink.ts";
import { encodeText } from "../table/_text.ts";
import { formatTimestamp } from "../values/format.ts";
import { describe } from "./options.ts";

/** Bytes of a chunk, about. */
const CHUNK_BYTES = 1 << 18;

/** Keys that are kept as bytes. */
const KEYS_MAX = 1000;

const ENCODER = new TextEncoder();

/** Texts up to here are encoded here: the call takes longer than they do. */
const SHORT_TEXT = 32;

/** Milliseconds of the first and the last moment that a timestamp can be. */
const FIRST_MS = Date.UTC(2000, 0, 1) - 63_082_281_600_000;
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An object whose values are looked up by name. */
type RowObject = Readonly<Record<string, unknown>>;

/** Prints objects; counts rows over all that it is given. */
export abstract class ObjectPrinter {
  /** Rows printed so far, of objects and of tables. */
  rowsDone = 0;
  /** Whether the columns were found in the rows that are printed now. */
  areKeysKnown = false;

  /**
   * Prints rows in chunks of about 256 KiB.
   *
   * @param objects The rows.
   * @returns The chunks, each a new array.
   */
  *rows(
    objects: Iterable<object>,
  ): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
    const sink = new ByteSink(8192);
    for (const object of objects) {
      assertRow(object, this.rowsDone);
      this.printRow(sink, object as RowObject);
      this.rowsDone++;
      if (sink.length >= CHUNK_BYTES) yield sink.take();
    }
    if (sink.length > 0) yield sink.take();
  }

  /** Appends one row. */
  protected abstract printRow(sink: ByteSink, row: RowObject): void;
}

/** Prints objects as CSV. */
export class CsvObjects extends ObjectPrinter {
  readonly #printer: CsvPrinter;
  readonly #names: readonly string[];
  /** The names, where a key that is none of them is an error. */
  readonly #known: ReadonlySet<string> | null;

  constructor(
    printer: CsvPrinter,
    names: readonly string[],
    allowsOthers: boolean,
  ) {
    super();
    this.#printer = printer;
    this.#names = names;
    this.#known = allowsOthers ? null : new Set(names);
  }

  protected override printRow(sink: ByteSink, row: RowObject): void {
    const names = this.#names;
    const keys = Object.keys(row);
    const hasNames = areSame(keys, names);
    if (this.#known !== null && !this.areKeysKnown && !hasNames) {
      for (const key of keys) {
        if (!this.#known.has(key)) throw lateKey(key, this.rowsDone);
      }
    }
    if (names.length === 0) return;
    const values = hasNames ? valuesOf(row, keys) : null;
    for (let index = 0; index < names.length; index++) {
      if (index > 0) this.#printer.separate(sink);
      const value = values === null ? own(row, names[index]!) : values[index];
      if (typeof value === "string" && this.#printer.printString(sink, value)) {
        continue;
      }
      if (typeof value === "number") this.#number(sink, value);
      else this.#print(sink, plainOf(value, names[index]!, this.rowsDone));
    }
    this.#printer.endRow(sink);
  }

  #number(sink: ByteSink, value: number): void {
    const start = sink.length;
    printNumber(sink, value);
    this.#printer.guard(sink, start, true);
  }

  #print(sink: ByteSink, value: Plain): void {
    if (value === null) return;
    if (typeof value === "string") return this.#text(sink, value);
    if (value instanceof Raw) return this.#text(sink, value.text);
    if (typeof value === "number") return this.#number(sink, value);
    const start = sink.length;
    sink.ascii(String(value));
    this.#printer.guard(sink, start, typeof value !== "boolean");
  }

  #text(sink: ByteSink, text: string): void {
    const end = encode(text);
    this.#printer.printText(sink, encoded, 0, end);
  }
}

/** Prints objects as JSON. */
export class JsonObjects extends ObjectPrinter {
  readonly #printer: NdjsonPrinter;
  /** The columns, or null for each row's own keys. */
  readonly #names: readonly string[] | null;
  /** Bytes of keys that begin a row, and of others. */
  readonly #firstKeys = new Map<string, Uint8Array>();
  readonly #laterKeys = new Map<string, Uint8Array>();
  /** The names of the row before and their bytes: mostly those of the next. */
  readonly #lastNames: string[] = [];
  readonly #lastKeys: Uint8Array[] = [];

  constructor(printer: NdjsonPrinter, names: readonly string[] | null) {
    super();
    this.#printer = printer;
    this.#names = names;
  }

  protected override printRow(sink: ByteSink, row: RowObject): void {
    this.#printer.beginRow(sink);
    const keys = Object.keys(row);
    const names = this.#names ?? keys;
    const values = areSame(keys, names) ? valuesOf(row, keys) : null;
    let place = 0;
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!;
      const value = values === null ? own(row, name) : values[index];
      // An absent value of a row's own keys is left out, as by JSON.stringify.
      if (value === undefined && this.#names === null) continue;
      const key = this.#keyOf(name, place++);
      sink.copy(key, 0, key.length);
      if (typeof value === "string" && printJsonString(sink, value)) continue;
      if (typeof value === "number") printJsonFloat(sink, value);
      else this.#print(sink, plainOf(value, name, this.rowsDone));
    }
    this.#printer.endRow(sink);
  }

  #print(sink: ByteSink, value: Plain): void {
    if (typeof value === "number") printJsonFloat(sink, value);
    else if (typeof value === "string") {
      const end = encode(value);
      printJsonText(sink, encoded, 0, end);
    } else if (value instanceof Raw) {
      const end = encode(value.text);
      sink.copy(encoded, 0, end);
    } else sink.ascii(String(value));
  }

  /** What stands before a value; rows mostly have the same keys. */
  #keyOf(name: string, index: number): Uint8Array {
    if (this.#lastNames[index] === name) return this.#lastKeys[index]!;
    const key = this.#foundKey(name, index);
    if (index < KEYS_MAX) {
      this.#lastNames[index] = name;
      this.#lastKeys[index] = key;
    }
    return key;
  }

  #foundKey(name: string, index: number): Uint8Array {
    const keys = index === 0 ? this.#firstKeys : this.#laterKeys;
    let key = keys.get(name);
    if (key === undefined) {
      assertName(name);
      key = encodeText(keyText(name, index));
      if (keys.size < KEYS_MAX) keys.set(name, key);
    }
    return key;
  }
}

/**
 * The columns of rows: their keys in order of first appearance.
 *
 * @param objects The rows.
 * @returns The names.
 */
export function keysOf(objects: readonly object[]): string[] {
  const names = new Set<string>();
  let last: readonly string[] = [];
  objects.forEach((object, row) => {
    assertRow(object, row);
    const keys = Object.keys(object);
    if (areSame(keys, last)) return;
    for (const key of keys) names.add(key);
    last = keys;
  });
  return [...names];
}

/**
 * Refuses a name that UTF-8 cannot hold.
 *
 * @param name A column's name.
 */
export function assertName(name: string): void {
  if (name.isWellFormed()) return;
  throw new RangeError(
    `Cannot write column ${JSON.stringify(name)}: half a surrogate pair is ` +
      "no character, mend the name with toWellFormed()",
  );
}

/** JSON text of a nested value. */
class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value that can be printed. */
type Plain = null | boolean | number | bigint | string | Raw;

function plainOf(value: unknown, name: string, row: number): Plain {
  switch (typeof value) {
    case "string":
      if (value.isWellFormed()) return value;
      throw new RangeError(
        `${place(name, row)}: half a surrogate pair is no character, ` +
          "mend the text with toWellFormed()",
      );
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return value;
      throw new RangeError(
        `${place(name, row)}: ${value} is beyond 64 bits, write it as a text`,
      );
    case "number":
    case "boolean":
      return value;
    case "undefined":
      return null;
    case "object":
      return value === null ? null : nestedOf(value, name, row);
    default:
      throw new TypeError(`${place(name, row)}: a ${typeof value} has no text`);
  }
}

/** A date is a timestamp; what has `toJSON` is what that says; else JSON. */
function nestedOf(value: object, name: string, row: number): Plain {
  if (value instanceof Date) return momentOf(value, name, row);
  try {
    if ("toJSON" in value && typeof value.toJSON === "function") {
      const json: unknown = value.toJSON(name);
      if (typeof json !== "object" || json === null) {
        return plainOf(json, name, row);
      }
    }
    const text = jsonOf(value, name, row);
    return text === undefined ? null : new Raw(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason.startsWith("Cannot write ")) throw error;
    throw new TypeError(
      `${place(name, row)}: the value has no JSON text: ${firstLine(reason)}`,
      { cause: error },
    );
  }
}

/** JSON text; a bigint in it is its digits, as one that is a value itself. */
function jsonOf(value: object, name: string, row: number): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A replacer makes every value slow: only where there may be a bigint.
    return JSON.stringify(
      value,
      (_key, inner: unknown) =>
        typeof inner === "bigint"
          ? rawJson(String(plainOf(inner, name, row)))
          : inner,
    );
  }
}

/** `JSON.rawJSON` of ECMAScript 2025, which the type checker does not know. */
const { rawJSON: rawJson } = JSON as unknown as {
  rawJSON(text: string): unknown;
};

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}

function momentOf(value: Date, name: string, row: number): string {
  const ms = value.getTime();
  if (ms >= FIRST_MS && ms <= LAST_MS) {
    return formatTimestamp(BigInt(ms) * 1000n, true);
  }
  const what = Number.isNaN(ms) ? "an invalid date" : value.toISOString();
  throw new RangeError(
    `${place(name, row)}: ${what} is no timestamp of the years 0001 to 9999`,
  );
}

function assertRow(row: unknown, index: number): asserts row is object {
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return;
  throw new TypeError(
    `Cannot write row ${index}: expected an object, found ${
      Array.isArray(row) ? "an array" : describe(row)
    }`,
  );
}

function lateKey(key: string, row: number): RangeError {
  return new RangeError(
    `Cannot write row ${row}: the key "${key}" is not among the columns of ` +
      "the first batch, name all columns with the option columns",
  );
}

function place(name: string, row: number): string {
  return `Cannot write column "${name}" at row ${row}`;
}

/** A property of the object itself, also where its name is one of all's. */
function own(row: RowObject, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

/** Whether keys are the names, in their order. */
function areSame(keys: readonly string[], names: readonly string[]): boolean {
  if (keys === names) return true;
  const { length } = keys;
  if (length !== names.length) return false;
  for (let index = 0; index < length; index++) {
    if (keys[index] !== names[index]) return false;
  }
  return true;
}

/**
 * The values of an object's keys; looking each up by its name takes longer.
 * Null where a getter took keys away meanwhile.
 */
function valuesOf(
  row: RowObject,
  keys: readonly string[],
): readonly unknown[] | null {
  const values = Object.values(row);
  return values.length === keys.length ? values : null;
}

/** Room for the bytes of one text; each use ends before the next. */
let encoded = new Uint8Array(1024);

/** Puts the bytes of a text into `encoded` and gives their number. */
function encode(text: string): number {
  const { length } = text;
  if (length <= SHORT_TEXT) {
    let at = 0;
    for (; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) break;
      encoded[at] = code;
    }
    if (at === length) return length;
  }
  if (3 * length > encoded.length) encoded = new Uint8Array(6 * length);
  return ENCODER.encodeInto(text, encoded).written;
}
