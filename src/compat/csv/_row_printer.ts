/**
 * Prints rows as CSV text, by way of bytes: one array that is filled and
 * decoded again and again is cheaper than a string for every field.
 *
 * @module
 */

import type { Column, DataItem, PropertyAccessor } from "./stringify.ts";

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Bytes of the array: few at first, for a row may be all there is. */
const FIRST_BYTES = 1 << 10;
const BLOCK_BYTES = 1 << 16;

/** Longer texts are appended as they are. */
const TEXT_MAX = 1 << 14;

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
  readonly #columns: readonly KnownColumn[];
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #values: unknown[] = [];
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;
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
    this.#columns = columns.map(knownOf);
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
      for (let index = 0; index < columns.length; index++) {
        values[index] = valueOf(item, columns[index]!.path);
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
    const code = this.#code;
    for (let index = 0; index < values.length; index++) {
      if (index > 0) {
        if (code < 0) this.#append(this.#separator);
        else {
          this.#reserve(1);
          this.#bytes[this.#length++] = code;
        }
      }
      const value = values[index];
      if (value === undefined || value === null) continue;
      this.#field(typeof value === "string" ? value : textOf(value));
    }
    this.#reserve(2);
    this.#bytes[this.#length++] = CARRIAGE_RETURN;
    this.#bytes[this.#length++] = LINE_FEED;
  }

  /** Prints a text; most are copied byte by byte and need no quotes. */
  #field(text: string): void {
    const { length } = text;
    if (length > TEXT_MAX || this.#code < 0) return this.#oddField(text);
    this.#reserve(length);
    const bytes = this.#bytes;
    const highest = this.#highest;
    const start = this.#length;
    for (let at = 0; at < length; at++) {
      const one = text.charCodeAt(at);
      if (
        one <= highest &&
          (one === this.#code || one === QUOTE || one === LINE_FEED) ||
        one >= 128
      ) return this.#oddField(text);
      bytes[start + at] = one;
    }
    this.#length = start + length;
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
    this.#reserve(3 * text.length);
    const room = this.#bytes.subarray(this.#length);
    this.#length += ENCODER.encodeInto(text, room).written;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    this.#flush();
    if (this.#bytes.length < BLOCK_BYTES) {
      this.#bytes = new Uint8Array(BLOCK_BYTES);
    }
  }

  #flush(): void {
    if (this.#length === 0) return;
    this.#text += this.#decoder.decode(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
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
