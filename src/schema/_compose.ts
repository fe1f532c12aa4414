/**
 * Puts scanned files together: header, separators, what includes ask for,
 * exactly one line end behind each file, and where every byte came from.
 *
 * @module
 */

import { digest as digestOf, digestSync } from "../hash/digest.ts";
import type { Pace } from "../pace.ts";
import { hexOf } from "../runtime.ts";
import {
  expand,
  type Expanded,
  type Piece,
  type Resolve,
  Stride,
} from "./_expand.ts";
import type { Scanned } from "./_scan.ts";
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
  /** SHA-256 of the bytes in hex. */
  readonly digest: string;
  /** What each file gave. */
  readonly ranges: ReadonlyMap<Scanned, readonly SchemaRange[]>;
  /** Where each file begins. */
  readonly places: ReadonlyMap<Scanned, number>;
}

/** What is put together. */
export interface Parts {
  /** The files that stand for themselves, in order. */
  readonly tops: readonly Scanned[];
  /** All files, each behind those that it includes. */
  readonly files: readonly Scanned[];
  /** Finds the file that a line includes; they never go in a circle. */
  readonly resolve: Resolve;
  /** The digest of the files, for the header. */
  readonly digest: Uint8Array;
}

/** Files that includes bring into one schema, each as often as it is. */
export const INCLUDES_MAX = 100_000;

/** Bytes that are copied at once. */
const COPY_BYTES = 1 << 22;

/** Up to here a digest at once takes some 10 ms, less than going to a thread. */
const SYNC_DIGEST_BYTES_MAX = 1 << 24;

/**
 * Puts files together.
 *
 * @param parts The files and how they belong together.
 * @param settings Header, separators, line ends and how much may come out.
 * @param pace Lets other tasks run.
 * @returns The output; or a fault, if it would be too large.
 * @throws The signal's reason if it is aborted.
 */
export async function compose(
  parts: Parts,
  settings: SchemaSettings,
  pace: Pace,
): Promise<Composed | RawFault> {
  const { tops, files, resolve, digest } = parts;
  const expanded = await expand(files, resolve, settings, pace);
  const separator = new Separator(settings);
  const head = settings.header ? headerOf(tops.length, digest, settings) : "";
  const header = new TextEncoder().encode(head);
  let bytes = header.length;
  let includes = 0;
  const all: Expanded[] = [];
  for (const file of tops) {
    const own = expanded.get(file)!;
    const { path } = file.source;
    all.push(own);
    bytes += separator.bytesOf(path) + own.bytes;
    includes += own.includes;
    if (includes > INCLUDES_MAX) {
      return tooLarge(path, INCLUDES_MAX, "included files");
    }
    const limit = settings.outputBytesMax;
    if (bytes > limit) return tooLarge(path, limit, "bytes");
  }
  const output = new Output(bytes);
  output.add(header);
  await emit(output, all, separator, new Stride(pace));
  const { ranges, places } = output;
  const own = await digestOfOutput(output.bytes, settings);
  return { bytes: output.bytes, digest: own, ranges, places };
}

function tooLarge(path: string, limit: number, unit: string): RawFault {
  const args = { limit: String(limit), unit };
  return { code: "INCLUDE_TOO_LARGE", path, args };
}

async function digestOfOutput(
  bytes: Uint8Array<ArrayBuffer>,
  { engine, signal }: SchemaSettings,
): Promise<string> {
  const choice = engine === undefined ? {} : { engine };
  if (bytes.length <= SYNC_DIGEST_BYTES_MAX) return digestSync(bytes, choice);
  const stop = signal === undefined ? {} : { signal };
  return await digestOf(bytes, { ...choice, ...stop });
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

/** What stands before each file; its size is known before it is made. */
class Separator {
  readonly #template: string;
  /** Bytes beside the paths, and how many paths there are. */
  readonly #bytes: number;
  readonly #paths: number;
  readonly #encoder = new TextEncoder();

  constructor({ separator, separatorText }: SchemaSettings) {
    this.#template = separatorText === null
      ? TEMPLATES[separator]
      : `${separatorText}\n`;
    const texts = this.#template.split("{path}");
    this.#bytes = this.#encoder.encode(texts.join("")).length;
    this.#paths = texts.length - 1;
  }

  bytesOf(path: string): number {
    const isPlain = !BEYOND_ASCII.test(path);
    const length = isPlain ? path.length : this.#encoder.encode(path).length;
    return this.#bytes + this.#paths * length;
  }

  write(output: Output, path: string): void {
    if (this.#template === "") return;
    const text = this.#template.replaceAll("{path}", () => path);
    output.add(this.#encoder.encode(text));
  }
}

const BEYOND_ASCII = /[^\0-\x7f]/;

const TEMPLATES: Readonly<Record<SchemaSettings["separator"], string>> = {
  line: "-- File: {path}\n",
  block: "/* File: {path} */\n",
  mysql: "# File: {path}\n",
  none: "",
};

/** Writes files and what they include, without recursion. */
async function emit(
  output: Output,
  tops: readonly Expanded[],
  separator: Separator,
  stride: Stride,
): Promise<void> {
  for (const own of tops) {
    separator.write(output, own.file.source.path);
    output.begin(own.file);
    const stack = [{ own, next: 0 }];
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const { own: { file, pieces } } = frame;
      const piece = pieces[frame.next++];
      if (piece === undefined) {
        stack.pop();
        continue;
      }
      const { bytes, target } = piece;
      if (stride.isOver(bytes.length)) await stride.rest();
      if (bytes.length > COPY_BYTES) await output.long(file, piece, stride);
      else output.run(file, piece);
      if (target === null) continue;
      output.begin(target.file);
      stack.push({ own: target, next: 0 });
    }
  }
}

/** The bytes so far, and where they came from. */
class Output {
  readonly ranges: Map<Scanned, SchemaRange[]> = new Map();
  readonly places: Map<Scanned, number> = new Map();
  readonly bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  add(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes a run of lines of a file. */
  run(file: Scanned, { bytes, ending, line }: Piece): void {
    if (bytes.length === 0) return;
    const start = this.#length;
    this.add(bytes);
    this.#end(file, start, ending, line);
  }

  /** The same of a run that takes its time. */
  async long(file: Scanned, piece: Piece, stride: Stride): Promise<void> {
    const { bytes, ending, line } = piece;
    const start = this.#length;
    for (let at = 0; at < bytes.length; at += COPY_BYTES) {
      if (stride.isOver(COPY_BYTES)) await stride.rest();
      this.add(bytes.subarray(at, at + COPY_BYTES));
    }
    this.#end(file, start, ending, line);
  }

  #end(file: Scanned, start: number, ending: Uint8Array, line: number): void {
    if (ending.length > 0) this.add(ending);
    this.ranges.get(file)!.push({ start, end: this.#length, line });
  }

  /** Notes the place of a file, which may have no bytes. */
  begin(file: Scanned): void {
    if (!this.places.has(file)) {
      this.places.set(file, this.#length);
      this.ranges.set(file, []);
    }
  }
}
