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
}

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
    return { name: "-", input: stdinChunks(), bytes: null };
  }
  return { name: argument, input: argument, bytes: sizeOf(argument) };
}

/**
 * The bytes of stdin, in a buffer of our own: its stream allocates each chunk
 * anew, and 500 MB of them were never freed.
 */
async function* stdinChunks(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  while (true) {
    const read = await Deno.stdin.read(buffer);
    if (read === null) return;
    if (read > 0) yield buffer.subarray(0, read);
  }
}

function sizeOf(path: string): number | null {
  // Of a compressed file the bytes that come out are counted.
  if (compressionOf(path) !== null) return null;
  const info = statGranted(path);
  return info?.isFile ? info.size : null;
}
