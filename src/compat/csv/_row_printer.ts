/**
 * Prints rows as CSV text, by way of bytes: one array that is filled and
 * decoded again and again is cheaper than a string for every field.
 *
 * @module
 */

import { printNumber } from "../../table/_cells.ts";
import { ByteSink } from "../../table/_sink.ts";
import { quotedText, textOf } from "./_row_values.ts";

const QUOTE = 34;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const ZERO = 48;

/** Bytes that are decoded at once, about. */
const BLOCK_BYTES = 1 << 16;
const FIRST_BYTES = 1 << 12;

/** Longer texts are appended as they are. */
const TEXT_MAX = 1 << 14;

/** What numbers are printed with. */
const NUMBER_LETTERS = "-+.e0123456789NaInfity";

const ENCODER = new TextEncoder();

/** Prints rows; what was printed is kept until it is taken. */
export class RowPrinter {
  readonly #separator: string;
  /** The separator's byte, or -1 where it is not one of ASCII. */
  readonly #code: number;
  /** No character above this one has to be looked at. */
  readonly #highest: number;
  /** Whether the text of a number can hold the separator. */
  readonly #splitsNumbers: boolean;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #sink = new ByteSink(FIRST_BYTES);
  /** What is in the sink no more. */
  #text = "";

  /** A printer with what stands between fields. */
  constructor(separator: string) {
    const code = separator.length === 1 ? separator.charCodeAt(0) : 128;
    this.#separator = separator;
    this.#code = code < 128 ? code : -1;
    this.#highest = Math.max(QUOTE, this.#code);
    this.#splitsNumbers = NUMBER_LETTERS.includes(separator.slice(0, 1));
  }

  /**
   * Prints a row.
   *
   * @param values Its values.
   * @throws {TypeError} If one has no text.
   */
  print(values: readonly unknown[]): void {
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

  /** Takes what was printed. */
  take(): string {
    this.#flush();
    const text = this.#text;
    this.#text = "";
    return text;
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
    this.#append(quotedText(text, this.#separator));
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
