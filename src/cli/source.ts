/**
 * The input of a command: a path, or `-` for stdin.
 *
 * @module
 */

import { type BytesInput, CHUNK_BYTES, statGranted } from "../input.ts";
import { compressionOf } from "../inflate/inflate.ts";
import { UsageError } from "./flags.ts";

/** An input as a command sees it. */
export interface Source {
  /** The argument as given. */
  readonly name: string;
  /** What an operation reads. */
  readonly input: BytesInput;
  /** Its bytes, or null where they are not known beforehand. */
  readonly bytes: number | null;
  /** The first bytes, as far as they were read or can be read again. */
  readonly begin: () => Uint8Array;
}

/** Bytes that tell what an input is. */
const BEGIN_BYTES = 512;
const NOTHING = new Uint8Array(0);

/**
 * The source that an argument names.
 *
 * @param argument A path, or `-` for stdin.
 * @returns The source; a path that cannot be read fails when it is read.
 * @throws {UsageError} If the argument is empty.
 */
export function sourceOf(argument: string): Source {
  if (argument === "") throw new UsageError("FILE is empty, name a file or -");
  if (argument === "-") {
    let begin: Uint8Array = NOTHING;
    const input = stdinChunks((first) => begin = first);
    return { name: "-", input, bytes: null, begin: () => begin };
  }
  return {
    name: argument,
    input: argument,
    bytes: sizeOf(argument),
    begin: () => beginOf(argument),
  };
}

/**
 * The bytes of stdin, in a buffer of our own: its stream allocates each chunk
 * anew, and 500 MB of them were never freed.
 */
async function* stdinChunks(
  onBegin: (first: Uint8Array) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let isBegin = true;
  while (true) {
    const read = await Deno.stdin.read(buffer);
    if (read === null) return;
    if (read === 0) continue;
    if (isBegin) onBegin(buffer.slice(0, Math.min(read, BEGIN_BYTES)));
    isBegin = false;
    yield buffer.subarray(0, read);
  }
}

/** The first bytes of a regular file that is not inflated. */
function beginOf(path: string): Uint8Array {
  if (compressionOf(path) !== null || !statGranted(path)?.isFile) {
    return NOTHING;
  }
  try {
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(BEGIN_BYTES);
    return buffer.subarray(0, file.readSync(buffer) ?? 0);
  } catch {
    // It is gone by now; a hint is not worth another failure.
    return NOTHING;
  }
}

function sizeOf(path: string): number | null {
  // Of a compressed file the bytes that come out are counted.
  if (compressionOf(path) !== null) return null;
  const info = statGranted(path);
  return info?.isFile ? info.size : null;
}
