/**
 * What each file gives to a schema: its runs of bytes and what stands between
 * them, and how much comes of it with all that it includes. Known before a
 * byte is written: a few includes can ask for more than any memory holds.
 *
 * @module
 */

import type { Pace } from "../pace.ts";
import type { IncludeLine, Scanned } from "./_scan.ts";
import type { SchemaSettings } from "./options.ts";

/** Bytes of a file that stand together, and what is written behind them. */
export interface Piece {
  /** As they are written, which is not always as they lie on the disk. */
  readonly bytes: Uint8Array;
  /** The line end behind them, where they have none. */
  readonly ending: Uint8Array;
  /** The line of the file that begins here, from 1. */
  readonly line: number;
  /** The file that is included behind them. */
  readonly target: Expanded | null;
}

/** A file with all that it includes. */
export interface Expanded {
  readonly file: Scanned;
  readonly pieces: readonly Piece[];
  /** Bytes that it gives; infinite where there are too many to count. */
  readonly bytes: number;
  /** Files that are written in places of lines, each as often as it is. */
  readonly includes: number;
}

/** Finds the file that a line of a file includes; it was scanned. */
export type Resolve = (file: Scanned, line: IncludeLine) => Scanned;

/** Bytes of work after which the clock is asked; it is slow to answer. */
const STRIDE_BYTES = 1 << 20;
/** What a file or a run takes besides its bytes, in bytes. */
const STEP_BYTES = 1 << 12;

/** Asks the clock of a piece of work every so many bytes. */
export class Stride {
  readonly #pace: Pace;
  #bytes = 0;

  /** Begins a stride. */
  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Whether others should run, after work on some bytes more. */
  isOver(bytes: number): boolean {
    this.#bytes += bytes + STEP_BYTES;
    if (this.#bytes < STRIDE_BYTES) return false;
    this.#bytes = 0;
    return this.#pace.due();
  }

  /** Lets others run. */
  async rest(): Promise<void> {
    await this.#pace.rest();
  }
}

const NOTHING = new Uint8Array(0);
const CR = 0x0d;
const LF = 0x0a;
const LF_END = Uint8Array.of(LF);
const CRLF_END = Uint8Array.of(CR, LF);

/**
 * Expands files.
 *
 * @param files The files, each behind those that it includes.
 * @param resolve Finds included files.
 * @param settings What becomes of line ends.
 * @param pace Lets other tasks run.
 * @returns What each file gives.
 */
export async function expand(
  files: readonly Scanned[],
  resolve: Resolve,
  settings: SchemaSettings,
  pace: Pace,
): Promise<Map<Scanned, Expanded>> {
  const known = new Map<Scanned, Expanded>();
  const find = (file: Scanned, line: IncludeLine) =>
    known.get(resolve(file, line))!;
  const stride = new Stride(pace);
  for (const file of files) {
    if (stride.isOver(file.bytes.length)) await stride.rest();
    known.set(file, expandOne(file, find, settings));
  }
  return known;
}

function expandOne(
  file: Scanned,
  find: (file: Scanned, line: IncludeLine) => Expanded,
  { crlf }: SchemaSettings,
): Expanded {
  const pieces: Piece[] = [];
  let at = file.hasBom ? 3 : 0;
  const end = textEnd(file.bytes, at);
  let [line, bytes, includes] = [1, 0, 0];
  const add = (to: number, target: Expanded | null) => {
    const run = runOf(file, at, to, crlf);
    pieces.push({ ...run, line, target });
    bytes += run.bytes.length + run.ending.length + (target?.bytes ?? 0);
    if (target !== null) includes += 1 + target.includes;
  };
  for (const include of file.includes) {
    add(include.start, find(file, include));
    // A lone CR ends the comment, but not the line.
    line += lineEndsIn(file.bytes.subarray(at, include.end));
    at = Math.min(include.end, end);
  }
  add(end, null);
  return { file, pieces, bytes, includes };
}

/** Bytes `[at, end)` of a file as they are written, and a line end if due. */
function runOf(
  { bytes, crlfAt }: Scanned,
  at: number,
  end: number,
  crlf: SchemaSettings["crlf"],
): Pick<Piece, "bytes" | "ending"> {
  if (at >= end) return { bytes: NOTHING, ending: NOTHING };
  const run = bytes.subarray(at, end);
  const isWhole = bytes[end - 1] === LF;
  const ending = isWhole
    ? NOTHING
    : crlf === "keep" && endsCrlf(bytes, end)
    ? CRLF_END
    : LF_END;
  const converts = crlf === "lf" && crlfAt >= 0;
  return { bytes: converts ? withoutCr(run) : run, ending };
}

function lineEndsIn(bytes: Uint8Array): number {
  let count = 0;
  for (
    let at = bytes.indexOf(LF);
    at >= 0;
    at = bytes.indexOf(LF, at + 1)
  ) {
    count++;
  }
  return count;
}

/** Several CR before a line feed are one line end with it, as CRLF is. */
function withoutCr(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const end = behindCrs(bytes, at);
    if (bytes[end] !== LF) {
      while (at < end) kept[length++] = bytes[at++]!;
    }
    at = end;
    if (at < bytes.length) kept[length++] = bytes[at++]!;
  }
  return kept.subarray(0, length);
}

function behindCrs(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === CR) at++;
  return at;
}

function endsCrlf(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[behindCrs(bytes, at)] === LF;
}

/**
 * The end of a text without the line ends at its end. A lone CR there is one
 * too: with the line feed that is written behind it, it would be CRLF.
 */
function textEnd(bytes: Uint8Array, from: number): number {
  let end = bytes.length;
  while (end > from && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
  return end;
}
