/**
 * What the scanner's tests share: a runner that feeds chunks, and a reader
 * that goes byte by byte as the rules are written, to compare with.
 *
 * @module
 */

import {
  type Cursor,
  FAULT,
  FieldBlock,
  HUNGRY,
  KIND_MASK,
  KIND_NULL,
  type Scanner,
} from "../src/values/block.ts";

/** A field: its kind, its text, and where its first byte stands (not nulls). */
export interface TestField {
  kind: number;
  text: string;
  place: string;
}

/** All that a scanner says about an input. */
export interface Outcome {
  names: string[];
  rows: TestField[][];
  /** Code, line:column, offset, args. */
  fault: string | null;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Runs a scanner over an input.
 *
 * @param scanner A scanner at the start of its input.
 * @param input The whole input.
 * @param chunk Bytes given at once.
 * @param rowsMax Rows of a block.
 * @param separateEnd Whether the end comes as an empty chunk of its own.
 * @returns What it said.
 */
export function runScanner(
  scanner: Scanner,
  input: Uint8Array,
  chunk: number,
  rowsMax: number,
  separateEnd: boolean,
): Outcome {
  const outcome: Outcome = { names: [], rows: [], fault: null };
  const block = new FieldBlock();
  const cursor: Cursor = { bytes: input, position: 0 };
  let from = 0;
  for (let last = false; !last;) {
    const to = Math.min(from + chunk, input.length);
    last = to === input.length && (!separateEnd || from === to);
    // A copy that is wiped afterwards: nothing may be read after the call.
    cursor.bytes = input.slice(from, to);
    cursor.position = 0;
    from = to;
    let scan: number;
    do {
      scan = scanner.scan(cursor, last, rowsMax, block);
      collect(block, scanner.names.length, outcome);
      if (block.rows > rowsMax) throw new Error("too many rows");
    } while (scan !== HUNGRY && scan !== FAULT);
    if (scan === FAULT) {
      const { code, line, column, byteOffset, args } = block.fault!;
      outcome.fault = `${code} ${line}:${column} ${byteOffset} ${
        JSON.stringify(args)
      }`;
      break;
    }
    if (cursor.position !== cursor.bytes.length) {
      throw new Error("a hungry scanner has taken all");
    }
    cursor.bytes.fill(63);
  }
  outcome.names = [...scanner.names];
  // A column that begins in a later block is null in the rows before.
  for (const row of outcome.rows) {
    while (row.length < outcome.names.length) {
      row.push({ kind: KIND_NULL, text: "", place: "" });
    }
  }
  return outcome;
}

function collect(block: FieldBlock, width: number, outcome: Outcome): void {
  for (let row = 0; row < block.rows; row++) {
    const fields: TestField[] = [];
    for (let column = 0; column < width; column++) {
      const kind = block.columns[column]!.meta[row]! & KIND_MASK;
      if (kind === KIND_NULL) fields.push({ kind, text: "", place: "" });
      else {
        const text = decoder.decode(block.text(column, row));
        const at = block.locate(block.fieldStart(column, row));
        const place = `${at.line}:${at.column} ${at.byteOffset}`;
        fields.push({ kind, text, place });
      }
    }
    outcome.rows.push(fields);
  }
}

/**
 * Line, column and offset of a byte, counted from the input's start.
 *
 * @param input The input.
 * @param at The byte.
 * @returns `line:column offset`.
 */
export function placeOf(input: Uint8Array, at: number): string {
  let line = 1;
  let lineStart = 0;
  for (let index = 0; index < at; index++) {
    if (input[index] === 10) {
      line++;
      lineStart = index + 1;
    }
  }
  return `${line}:${at - lineStart + 1} ${at}`;
}

/**
 * Random whole numbers from a seed (xorshift32), so that a failure repeats.
 *
 * @param seed Any number but 0.
 * @returns A function that gives a number below its argument.
 */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** The UTF-8 bytes of a text. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** One byte per character, for texts that are no UTF-8. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
