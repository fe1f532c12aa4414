/**
 * A JSON array of records as lines of records: what the reader of NDJSON
 * takes. Brackets, commas and line ends change places with spaces, byte for
 * byte, so that every byte keeps its offset. Lines are counted by records:
 * a record that is not the first begins a line.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";

const LF = 10;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN = 91;
const BACKSLASH = 92;
const CLOSE = 93;
const BRACE_OPEN = 123;
const BRACE_CLOSE = 125;
const BOM = [0xef, 0xbb, 0xbf];

/** What may come next outside of a record. */
type State = "array" | "first" | "record" | "inside" | "comma" | "end";

/** Bytes that are changed at once: a longer chunk is not copied whole. */
const PIECE_BYTES = 1 << 20;

/** What a byte inside of a record is; 0 for any other. */
const KINDS = new Uint8Array(256);
for (const byte of [LF, QUOTE, COMMA, OPEN, CLOSE, BRACE_OPEN, BRACE_CLOSE]) {
  KINDS[byte] = 1;
}
/** 1 for bytes that end a run of text inside a string. */
const TEXT_ENDS = new Uint8Array(256);
for (const byte of [LF, QUOTE, BACKSLASH]) TEXT_ENDS[byte] = 1;

/**
 * The lines of an array that comes in chunks.
 *
 * @param chunks The bytes of the array.
 * @returns Chunks of as many bytes, up to a fault of the array; each is valid
 * until the next is asked for.
 * @throws {ParseError} `INVALID_JSON` where the bytes are no array of values
 * between commas, behind the chunks before it; what is inside the values is
 * the reader's matter.
 */
export async function* arrayLines(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<
  { readonly text: Uint8Array<ArrayBuffer>; readonly isLast: boolean },
  void,
  undefined
> {
  const lines = new ArrayLines();
  // One buffer for all: a new one a chunk waits long for its collection.
  let buffer = new Uint8Array(0);
  reading: for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES);
      if (piece.length > buffer.length) buffer = new Uint8Array(piece.length);
      buffer.set(piece);
      const text = lines.push(buffer.subarray(0, piece.length));
      yield { text, isLast: false };
      if (lines.fault !== null) break reading;
    }
  }
  const fault = lines.finish();
  yield { text: new Uint8Array(0), isLast: true };
  if (fault !== null) throw new ParseError(fault);
}

/** Turns an array into lines, chunk by chunk. */
export class ArrayLines {
  #state: State = "array";
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  #fault: Fault | null = null;

  /** What ends the array too early. */
  get fault(): Fault | null {
    return this.#fault;
  }

  /** Changes a chunk in place; gives it up to a fault of the array. */
  push(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const before = this.#offset;
    try {
      this.#change(chunk);
      return chunk;
    } catch (error) {
      const fault = this.fault;
      if (fault === null) throw error;
      return chunk.subarray(0, fault.byteOffset - before);
    }
  }

  #change(chunk: Uint8Array<ArrayBuffer>): void {
    const before = this.#offset;
    let at = 0;
    while (at < chunk.length) {
      this.#offset = before + at;
      if (this.#isInside()) at = this.#inside(chunk, at);
      else {
        const byte = chunk[at]!;
        chunk[at] = this.#outside(byte, this.#offset);
        // A record's first byte is looked at again, as one inside it.
        if (this.#isInside()) continue;
        if (byte === LF) this.#nextLine(this.#offset);
        at++;
      }
    }
    this.#offset = before + chunk.length;
  }

  #isInside(): boolean {
    return this.#state === "inside";
  }

  #nextLine(offset: number): void {
    this.#line++;
    this.#lineStart = offset + 1;
  }

  /** The fault of an array, that it has no end too. */
  finish(): Fault | null {
    if (this.#fault !== null || this.#state === "end") return this.#fault;
    return this.#faultOf(
      this.#state === "array"
        ? "expected an array of records, found the end"
        : "the array is never closed",
    );
  }

  /** Passes bytes of a record; gives the first that is not. */
  #inside(chunk: Uint8Array<ArrayBuffer>, at: number): number {
    const before = this.#offset - at;
    const end = chunk.length;
    while (at < end) {
      if (this.#isText) {
        at = this.#text(chunk, at, before);
        continue;
      }
      while (at < end && KINDS[chunk[at]!] === 0) at++;
      if (at === end) break;
      const byte = chunk[at]!;
      if (byte === QUOTE) this.#isText = true;
      else if (byte === OPEN || byte === BRACE_OPEN) this.#depth++;
      else if (byte === CLOSE || byte === BRACE_CLOSE) {
        // A scalar has no end of its own: the array's ends it.
        if (this.#depth === 0) {
          this.#offset = before + at;
          chunk[at] = this.#end(byte);
          return at + 1;
        }
        if (--this.#depth === 0) {
          this.#state = "comma";
          return at + 1;
        }
      } else if (byte === LF) {
        this.#nextLine(before + at);
        chunk[at] = SPACE;
      } else if (this.#depth === 0) {
        chunk[at] = this.#comma();
        return at + 1;
      }
      at++;
    }
    return at;
  }

  /** Passes the text of a string, as it is. */
  #text(chunk: Uint8Array<ArrayBuffer>, at: number, before: number): number {
    const end = chunk.length;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      if (chunk[at] === LF) this.#nextLine(before + at);
      return at + 1;
    }
    while (at < end && TEXT_ENDS[chunk[at]!] === 0) at++;
    if (at === end) return at;
    const byte = chunk[at]!;
    if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isText = false;
    else this.#nextLine(before + at);
    return at + 1;
  }

  #outside(byte: number, offset: number): number {
    // Line ends between records would count as lines of their own.
    if (byte === LF) return SPACE;
    const isBlank = byte === SPACE || byte === 9 || byte === 13;
    if (isBlank || (this.#state === "array" && byte === BOM[offset])) {
      return byte === 13 ? SPACE : byte;
    }
    switch (this.#state) {
      case "array":
        if (byte !== OPEN) {
          throw this.#refusal(
            "expected an array of records; a record a line is NDJSON",
          );
        }
        this.#state = "first";
        return SPACE;
      case "first":
        return byte === CLOSE ? this.#end(byte) : this.#begin(byte);
      case "record":
        return this.#begin(byte);
      case "comma":
        if (byte === COMMA) return this.#comma();
        if (byte === CLOSE) return this.#end(byte);
        throw this.#refusal("expected a comma or the end of the array");
      default:
        throw this.#refusal("text follows the array");
    }
  }

  #begin(byte: number): number {
    if (byte === COMMA || byte === CLOSE) {
      throw this.#refusal("expected a record");
    }
    this.#state = "inside";
    return byte;
  }

  /** The line that ends a record stands where its comma was. */
  #comma(): number {
    this.#state = "record";
    return LF;
  }

  #end(byte: number): number {
    if (byte !== CLOSE) throw this.#refusal("a brace is closed, none is open");
    this.#state = "end";
    return LF;
  }

  #refusal(reason: string): ParseError {
    this.#fault = this.#faultOf(reason);
    return new ParseError(this.#fault);
  }

  #faultOf(reason: string): Fault {
    return {
      code: "INVALID_JSON",
      line: this.#line,
      column: this.#offset - this.#lineStart + 1,
      byteOffset: this.#offset,
      args: { reason },
    };
  }
}
