/**
 * Puts scanned files together: header, separators, what includes ask for,
 * exactly one line end behind each file, and where every byte came from.
 *
 * @module
 */

import { hexOf } from "../runtime.ts";
import type { IncludeLine, Scanned } from "./_scan.ts";
import type { RawFault } from "./faults.ts";
import type { SchemaSettings } from "./options.ts";

/** Bytes `[start, end)` of the output that are lines of one file. */
export interface SchemaRange {
  /** Byte in the output. */
  readonly start: number;
  /** Byte behind the last, in the output. */
  readonly end: number;
  /** The line of the file that begins here, from 1. */
  readonly line: number;
}

/** A schema put together. */
export interface Composed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What each file gave. */
  readonly ranges: ReadonlyMap<Scanned, readonly SchemaRange[]>;
  /** Where each file begins. */
  readonly places: ReadonlyMap<Scanned, number>;
}

/** Runs of bytes that an output has at most: includes can double it often. */
const PARTS_MAX = 1_000_000;
/** Bytes of an output. */
const OUTPUT_BYTES_MAX = 2 ** 30;

const LF = Uint8Array.of(0x0a);
const CRLF = Uint8Array.of(0x0d, 0x0a);

/** Finds the file that a line of a file includes; it was scanned. */
export type Resolve = (file: Scanned, line: IncludeLine) => Scanned;

/**
 * Puts files together.
 *
 * @param files The files in order.
 * @param digest The digest of the files, for the header.
 * @param resolve Finds included files; they never go in a circle.
 * @param settings Header, separators and line ends.
 * @returns The output; or a fault, if includes make it too large.
 */
export function compose(
  files: readonly Scanned[],
  digest: Uint8Array,
  resolve: Resolve,
  settings: SchemaSettings,
): Composed | RawFault {
  const output = new Output();
  if (settings.header) output.text(headerOf(files.length, digest, settings));
  for (const file of files) {
    output.text(separatorOf(file.source.path, settings));
    const fault = emit(output, file, resolve, settings);
    if (fault !== null) return fault;
  }
  const { ranges, places } = output;
  return { bytes: output.bytes(), ranges, places };
}

function headerOf(
  count: number,
  digest: Uint8Array,
  { env, builtAt, separator }: SchemaSettings,
): string {
  const mark = separator === "mysql" ? "#" : "--";
  const files = count === 1 ? "1 file" : `${count} files`;
  const place = env === null ? "" : `, environment ${env}`;
  const time = builtAt === null ? "" : `, built at ${builtAt.toISOString()}`;
  return `${mark} Schema of ${files}, sha256 ${hexOf(digest)}${place}${time}\n`;
}

function separatorOf(
  path: string,
  { separator, separatorText }: SchemaSettings,
): string {
  if (separatorText !== null) {
    return `${separatorText.replaceAll("{path}", () => path)}\n`;
  }
  switch (separator) {
    case "line":
      return `-- File: ${path}\n`;
    case "block":
      return `/* File: ${path} */\n`;
    case "mysql":
      return `# File: ${path}\n`;
    case "none":
      return "";
  }
}

/** A file whose bytes are being written. */
interface Frame {
  readonly file: Scanned;
  /** Where its text ends, the line ends at its end left out. */
  readonly end: number;
  at: number;
  /** The line that begins at `at`. */
  line: number;
  include: number;
}

function frameOf(file: Scanned): Frame {
  const at = file.hasBom ? 3 : 0;
  return { file, end: textEnd(file.bytes, at), at, line: 1, include: 0 };
}

/** Writes a file and what it includes, without recursion. */
function emit(
  output: Output,
  first: Scanned,
  resolve: Resolve,
  settings: SchemaSettings,
): RawFault | null {
  output.begin(first);
  const stack = [frameOf(first)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const { file } = frame;
    const include = file.includes[frame.include];
    const isLast = include === undefined || include.start >= frame.end;
    emitRun(output, frame, isLast ? frame.end : include.start, settings);
    if (isLast) {
      stack.pop();
      continue;
    }
    frame.line += countOf(file.bytes.subarray(frame.at, include.start)) + 1;
    frame.include++;
    frame.at = Math.min(include.end, frame.end);
    const target = resolve(file, include);
    if (output.isFull()) {
      const args = { include: include.path, limit: String(PARTS_MAX) };
      return { code: "INCLUDE_TOO_LARGE", path: file.source.path, args };
    }
    output.begin(target);
    stack.push(frameOf(target));
  }
  return null;
}

/** Writes the bytes of a frame up to `end`, and a line end behind them. */
function emitRun(
  output: Output,
  frame: Frame,
  end: number,
  { crlf }: SchemaSettings,
): void {
  const { file, at, line } = frame;
  if (at >= end) return;
  const { bytes } = file;
  const run = bytes.subarray(at, end);
  const isWhole = bytes[end - 1] === 0x0a;
  const ending = isWhole
    ? null
    : crlf === "keep" && bytes[end] === 0x0d
    ? CRLF
    : LF;
  const converts = crlf === "lf" && file.crlfAt >= 0;
  output.run(file, line, converts ? withoutCr(run) : run, ending);
}

function countOf(bytes: Uint8Array): number {
  let count = 0;
  for (
    let at = bytes.indexOf(0x0a);
    at >= 0;
    at = bytes.indexOf(0x0a, at + 1)
  ) {
    count++;
  }
  return count;
}

function withoutCr(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) continue;
    kept[length++] = bytes[at]!;
  }
  return kept.subarray(0, length);
}

/** The end of a text without the line ends at its end. */
function textEnd(bytes: Uint8Array, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0x0a) {
    end -= end - 1 > from && bytes[end - 2] === 0x0d ? 2 : 1;
  }
  return end;
}

/** The bytes so far, and where they came from. */
class Output {
  readonly ranges: Map<Scanned, SchemaRange[]> = new Map();
  readonly places: Map<Scanned, number> = new Map();
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  text(text: string): void {
    if (text !== "") this.#push(new TextEncoder().encode(text));
  }

  run(
    file: Scanned,
    line: number,
    run: Uint8Array,
    ending: Uint8Array | null,
  ): void {
    const start = this.#length;
    this.#push(run);
    if (ending !== null) this.#push(ending);
    this.ranges.get(file)!.push({ start, end: this.#length, line });
  }

  /** Notes the place of a file, which may have no bytes. */
  begin(file: Scanned): void {
    if (!this.places.has(file)) {
      this.places.set(file, this.#length);
      this.ranges.set(file, []);
    }
  }

  isFull(): boolean {
    return this.#parts.length > PARTS_MAX || this.#length > OUTPUT_BYTES_MAX;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}
