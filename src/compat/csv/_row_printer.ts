/**
 * Prints rows as CSV text, by way of bytes: one array that is filled and
 * decoded again and again is cheaper than a string for every field.
 *
 * @module
 */

import { printNumber } from "../../table/_cells.ts";
import { ByteSink } from "../../table/_sink.ts";
import type { Column, DataItem, PropertyAccessor } from "./stringify.ts";

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ZERO = 48;

/** Bytes that are decoded at once, about; a single row has few. */
const BLOCK_BYTES = 1 << 16;
const FIRST_BYTES = 1 << 9;

/** Longer texts are appended as they are. */
const TEXT_MAX = 1 << 14;

/** What numbers are printed with. */
const NUMBER_LETTERS = "-+.e0123456789NaInfity";

const ENCODER = new TextEncoder();

/** A column whose parts are settled. */
interface KnownColumn {
  readonly header: string;
  readonly path: readonly PropertyAccessor[];
}

/** Prints rows; what was printed is kept until it is taken. */
export class RowPrinter {
  readonly #separator: string;
  /** The separator's byte, or -1 where it is not one of ASCII. */
  readonly #code: number;
  /** No character above this one has to be looked at. */
  readonly #highest: number;
  /** Whether the text of a number can hold the separator. */
  readonly #splitsNumbers: boolean;
  readonly #columns: readonly KnownColumn[];
  /** The accessor of each column, where each has one. */
  readonly #keys: readonly PropertyAccessor[] | null;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #values: unknown[] = [];
  readonly #sink = new ByteSink(FIRST_BYTES);
  /** What is in the sink no more. */
  #text = "";

  /**
   * A printer.
   *
   * @param separator What stands between fields.
   * @param columns The columns; none for the values of arrays.
   * @throws {TypeError} If the separator holds a quote or CRLF.
   */
  constructor(separator: string, columns: readonly Column[]) {
    if (separator.includes('"') || separator.includes("\r\n")) {
      throw new TypeError([
        "Separator cannot include the following strings:",
        '  - U+0022: Quotation mark (")',
        "  - U+000D U+000A: Carriage Return + Line Feed (\\r\\n)",
      ].join("\n"));
    }
    const code = separator.length === 1 ? separator.charCodeAt(0) : 128;
    this.#separator = separator;
    this.#code = code < 128 ? code : -1;
    this.#highest = Math.max(QUOTE, this.#code);
    this.#splitsNumbers = NUMBER_LETTERS.includes(separator.slice(0, 1));
    this.#columns = columns.map(knownOf);
    const isFlat = this.#columns.every(({ path }) => path.length === 1);
    this.#keys = isFlat ? this.#columns.map(({ path }) => path[0]!) : null;
  }

  /** Prints the names of the columns. */
  head(): void {
    this.#row(this.#columns.map(({ header }) => header));
  }

  /**
   * Prints a row.
   *
   * @param item The row.
   * @throws {TypeError} If its values cannot be found, or have no text.
   */
  print(item: DataItem): void {
    const columns = this.#columns;
    const values = this.#values;
    if (columns.length > 0) {
      // All values are looked up before any is printed, as code in them sees.
      const keys = this.#keys;
      if (keys !== null && isKeyed(item)) {
        for (let index = 0; index < keys.length; index++) {
          values[index] = item[keys[index]!];
        }
      } else {
        for (let index = 0; index < columns.length; index++) {
          values[index] = valueOf(item, columns[index]!.path);
        }
      }
      return this.#row(values);
    }
    if (Array.isArray(item)) return this.#row(item);
    if (typeof item !== "object") return this.#row([item]);
    throw new TypeError(
      "No property accessor function was provided for object",
    );
  }

  /** Takes what was printed. */
  take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = "";
    return text;
  }

  #row(values: readonly unknown[]): void {
    const sink = this.#sink;
    const code = this.#code;
    for (let index = 0; index < values.length; index++) {
      if (index > 0) {
        if (code < 0) this.#append(this.#separator);
        else sink.byte(code);
      }
      const value = values[index];
      if (typeof value === "string") this.#field(value);
      else if (typeof value === "number" && !this.#splitsNumbers) {
        // Minus zero prints as zero here.
        if (value === 0) sink.byte(ZERO);
        else printNumber(sink, value);
      } else if (value !== undefined && value !== null) {
        this.#field(textOf(value));
      }
    }
    sink.byte(CARRIAGE_RETURN);
    sink.byte(LINE_FEED);
    if (sink.length >= BLOCK_BYTES) this.#flush();
  }

  /** Prints a text; most are copied byte by byte and need no quotes. */
  #field(text: string): void {
    const { length } = text;
    const code = this.#code;
    if (length > TEXT_MAX || code < 0) return this.#oddField(text);
    const sink = this.#sink;
    sink.reserve(length);
    const bytes = sink.bytes;
    const highest = this.#highest;
    let to = sink.length;
    // All bits of the characters: the highest says whether one was not ASCII.
    let bits = 0;
    for (let at = 0; at < length; at++) {
      const one = text.charCodeAt(at);
      if (
        one <= highest && (one === code || one === QUOTE || one === LINE_FEED)
      ) return this.#oddField(text);
      bits |= one;
      bytes[to++] = one;
    }
    if (bits >= 128) return this.#oddField(text);
    sink.length = to;
  }

  #oddField(text: string): void {
    const isQuoted = text.includes(this.#separator) || text.includes("\n") ||
      text.includes('"');
    this.#append(isQuoted ? `"${text.replaceAll('"', '""')}"` : text);
  }

  /** Prints a text as it is. */
  #append(text: string): void {
    // UTF-8 cannot hold half a surrogate pair; @std/csv keeps it.
    if (text.length > TEXT_MAX || !text.isWellFormed()) {
      this.#flush();
      this.#text += text;
      return;
    }
    const sink = this.#sink;
    sink.reserve(3 * text.length);
    const room = sink.bytes.subarray(sink.length);
    sink.length += ENCODER.encodeInto(text, room).written;
  }

  #flush(): void {
    const { bytes, length } = this.#sink;
    if (length === 0) return;
    this.#text += this.#decoder.decode(bytes.subarray(0, length));
    this.#sink.length = 0;
  }
}

function knownOf(column: Column): KnownColumn {
  if (typeof column !== "object") {
    return { header: String(column), path: [column] };
  }
  if (Array.isArray(column)) {
    return { header: String(column[column.length - 1]), path: column };
  }
  const { header, prop } = column;
  const path = Array.isArray(prop) ? prop : [prop];
  const name = typeof header === "string" ? header : path[path.length - 1];
  return { header: String(name), path };
}

function isKeyed(
  item: unknown,
): item is Readonly<Record<PropertyAccessor, unknown>> {
  return typeof item === "object" && item !== null && !Array.isArray(item);
}

/** Goes down a path; what is no object has no parts and stays. */
function valueOf(item: unknown, path: readonly PropertyAccessor[]): unknown {
  let value = item;
  for (let level = 0; level < path.length; level++) {
    if (typeof value !== "object" || value === null) continue;
    const accessor = path[level]!;
    if (Array.isArray(value) && typeof accessor !== "number") {
      throw new TypeError('Property accessor is not of type "number"');
    }
    value = (value as Record<PropertyAccessor, unknown>)[accessor];
  }
  return value;
}

/** The text of a value that is no string. */
function textOf(value: unknown): string {
  if (typeof value !== "object") return String(value);
  const text: string | undefined = JSON.stringify(value);
  if (text !== undefined) return text;
  throw new TypeError("Cannot write: an object has no JSON text");
}
