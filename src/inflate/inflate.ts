/**
 * Compressed chunks to chunks: gzip (RFC 1952, several members too) and zstd
 * (RFC 8878), by what the runtime has built in.
 *
 * @module
 */

import { type FramePart, ZstdFrames } from "./_zstd_frames.ts";

/** A compression that can be undone. */
export type InflateFormat = "gzip" | "zstd";

/** Bytes of an inflated chunk, at most. */
const CHUNK_BYTES = 1 << 18;

/** What is used of a stream of `node:zlib`. */
interface Inflater extends AsyncIterable<Uint8Array<ArrayBuffer>> {
  readonly destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  end(): void;
  destroy(error?: unknown): void;
  once(event: "drain" | "close", listener: () => void): void;
}

/** What is used of `node:zlib`. */
interface Zlib {
  createGunzip(options: { chunkSize: number }): Inflater;
  createZstdDecompress(options: { chunkSize: number }): Inflater;
}

/**
 * Undoes a compression.
 *
 * @param chunks The compressed bytes.
 * @param format How they are compressed.
 * @returns The bytes, in chunks of bounded size.
 * @throws {Error} If the bytes are no whole stream of the format; what the
 * source throws passes through.
 */
export function inflate(
  chunks: AsyncIterable<Uint8Array>,
  format: InflateFormat,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  return format === "gzip"
    ? inflateMember(chunks, "createGunzip")
    : inflateFrames(chunks);
}

/** Frame by frame: the decompressor ends with the first. */
async function* inflateFrames(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const frames = new ZstdFrames();
  const parts = partsOf(chunks, frames);
  try {
    while (true) {
      const first = await parts.next();
      if (first.done) return;
      yield* inflateMember(frameOf(first.value, parts), "createZstdDecompress");
    }
  } finally {
    await parts.return(undefined);
  }
}

async function* partsOf(
  chunks: AsyncIterable<Uint8Array>,
  frames: ZstdFrames,
): AsyncGenerator<FramePart, undefined, undefined> {
  for await (const chunk of chunks) yield* frames.push(chunk);
  if (!frames.isWhole) throw new Error("unexpected end of zstd data");
}

/** The bytes of one frame; leaves the others in `parts`. */
async function* frameOf(
  first: FramePart,
  parts: AsyncGenerator<FramePart, undefined, undefined>,
): AsyncGenerator<Uint8Array> {
  yield first.bytes;
  let isEnd = first.isEnd;
  while (!isEnd) {
    const next = await parts.next();
    if (next.done) return;
    yield next.value.bytes;
    isEnd = next.value.isEnd;
  }
}

async function* inflateMember(
  chunks: AsyncIterable<Uint8Array>,
  create: keyof Zlib,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  // Loaded on first use: a static import would cost every start 20 ms.
  const zlib = globalThis.process.getBuiltinModule("node:zlib") as Zlib;
  const inflater = zlib[create]({ chunkSize: CHUNK_BYTES });
  const fed = feed(inflater, chunks);
  try {
    for await (const { buffer, byteOffset, length } of inflater) {
      yield new Uint8Array(buffer, byteOffset, length);
    }
  } finally {
    inflater.destroy();
    await fed;
  }
}

async function feed(
  inflater: Inflater,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (inflater.destroyed) return;
      if (inflater.write(chunk)) continue;
      await new Promise<void>((resolve) => {
        inflater.once("drain", resolve);
        inflater.once("close", resolve);
      });
    }
    inflater.end();
  } catch (error) {
    inflater.destroy(error);
  }
}
