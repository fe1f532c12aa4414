/**
 * A JSON array of records as lines of records: what the reader of NDJSON
 * takes. Brackets, commas and line ends change places with spaces, byte for
 * byte, so that every byte keeps its offset. Lines are counted by records:
 * a record that is not the first begins a line.
 *
 * @module
 */

import { ParseError } from "../errors.ts";

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

/**
 * The lines of an array that comes in chunks.
 *
 * @param chunks The bytes of the array.
 * @returns Chunks of as many bytes; each is valid until the next is asked for.
 * @throws {ParseError} `INVALID_JSON` where the bytes are no array of values
 * between commas; what is inside the values is the reader's matter.
 */
export async function* arrayLines(
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const lines = new ArrayLines();
  // One buffer for all: a new one a chunk waits long for its collection.
  let buffer = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (chunk.length > buffer.length) buffer = new Uint8Array(chunk.length);
    buffer.set(chunk);
    yield lines.push(buffer.subarray(0, chunk.length));
  }
  lines.finish();
}

class ArrayLines {
  #state: State = "array";
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  /** Changes a chunk in place. */
  push(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      chunk[at] = this.#state === "inside"
        ? this.#inside(byte)
        : this.#outside(byte, this.#offset);
      if (byte === LF) {
        this.#line++;
        this.#lineStart = this.#offset + 1;
      }
      this.#offset++;
    }
    return chunk;
  }

  /** Refuses an array that has no end. */
  finish(): void {
    if (this.#state === "end") return;
    throw this.#fault(
      this.#state === "array"
        ? "expected an array of records, found the end"
        : "the array is never closed",
    );
  }

  #inside(byte: number): number {
    if (this.#isText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isText = false;
      return byte;
    }
    if (byte === QUOTE) this.#isText = true;
    else if (byte === OPEN || byte === BRACE_OPEN) this.#depth++;
    else if (byte === CLOSE || byte === BRACE_CLOSE) {
      // A scalar has no end of its own: the array's ends it.
      if (this.#depth === 0) return this.#end(byte);
      if (--this.#depth === 0) this.#state = "comma";
    } else if (byte === COMMA && this.#depth === 0) return this.#comma();
    return byte === LF ? SPACE : byte;
  }

  #outside(byte: number, offset: number): number {
    // Line ends between records would count as lines of their own.
    if (byte === LF) return this.#state === "first" ? LF : SPACE;
    const isBlank = byte === SPACE || byte === 9 || byte === 13;
    if (isBlank || (this.#state === "array" && byte === BOM[offset])) {
      return byte === 13 ? SPACE : byte;
    }
    switch (this.#state) {
      case "array":
        if (byte !== OPEN) {
          throw this.#fault(
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
        throw this.#fault("expected a comma or the end of the array");
      default:
        throw this.#fault("text follows the array");
    }
  }

  #begin(byte: number): number {
    if (byte === COMMA || byte === CLOSE) {
      throw this.#fault("expected a record");
    }
    this.#state = "inside";
    return this.#inside(byte);
  }

  /** The line that ends a record stands where its comma was. */
  #comma(): number {
    this.#state = "record";
    return LF;
  }

  #end(byte: number): number {
    if (byte !== CLOSE) throw this.#fault("a brace is closed, none is open");
    this.#state = "end";
    return LF;
  }

  #fault(reason: string): ParseError {
    return new ParseError({
      code: "INVALID_JSON",
      line: this.#line,
      column: this.#offset - this.#lineStart + 1,
      byteOffset: this.#offset,
      args: { reason },
    });
  }
}
