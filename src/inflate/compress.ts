/**
 * Compressed outputs: gzip by the web's `CompressionStream`, Zstandard by the
 * runtime's own compressor where it has one.
 *
 * @module
 */

import { deferred } from "../runtime.ts";
import { FastpathError } from "../errors.ts";
import type { Compression } from "./inflate.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are compressed before others may run. */
const PIECE_BYTES = 1 << 18;

/** What is used of a compressor of `node:zlib`. */
interface ZstdCompress {
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  write(piece: Bytes, done: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** What is used of `node:zlib`; older runtimes have no Zstandard. */
interface Zlib {
  readonly createZstdCompress?: (
    options: { params: Record<number, number> },
  ) => ZstdCompress;
  readonly constants: { readonly ZSTD_c_checksumFlag?: number };
}

/** What is used of the runtime; a browser has neither. */
interface Runtime {
  readonly process?: {
    readonly getBuiltinModule?: (name: string) => Zlib | undefined;
  };
}

/**
 * Checks the option `compression`.
 *
 * @param value The option as given.
 * @returns The compression; null where there is none.
 * @throws {TypeError} If it is no string.
 * @throws {RangeError} If it is no compression that there is.
 * @throws {FastpathError} `COMPRESSION_UNAVAILABLE` if the runtime cannot do
 * it.
 */
export function checkCompression(value: unknown): Compression | null {
  if (value === undefined) return null;
  const message =
    'Cannot write: the option compression must be "gzip" or "zstd"';
  if (typeof value !== "string") throw new TypeError(message);
  if (value === "zstd") zstdMaker();
  else if (value !== "gzip") {
    throw new RangeError(`${message}: it is ${JSON.stringify(value)}`);
  }
  return value;
}

/**
 * Compresses chunks.
 *
 * @param chunks The plain bytes.
 * @param compression How to compress them.
 * @returns The compressed bytes, a gzip member or a frame of Zstandard with a
 * checksum. Leaving them early closes the chunks.
 * @throws {FastpathError} `COMPRESSION_UNAVAILABLE` if the runtime cannot do
 * it.
 * @throws What the chunks throw.
 */
export async function* compressed(
  chunks: AsyncIterable<Bytes> | Iterable<Bytes>,
  compression: Compression,
): AsyncGenerator<Bytes, void, undefined> {
  if (compression === "zstd") return yield* zstd(chunks);
  const source = ReadableStream.from<BufferSource>(chunks);
  for await (
    const chunk of source.pipeThrough(new CompressionStream("gzip"))
  ) yield chunk as Bytes;
}

/**
 * Compresses bytes that are there already.
 *
 * @param bytes The plain bytes.
 * @param compression How to compress them.
 * @param signal Stops the work.
 * @returns The parts of the compressed bytes.
 * @throws The signal's reason if it is aborted.
 */
export async function compressedParts(
  bytes: Bytes,
  compression: Compression,
  signal: AbortSignal | undefined,
): Promise<Bytes[]> {
  function* pieces(): Generator<Bytes> {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      signal?.throwIfAborted();
      yield bytes.subarray(at, at + PIECE_BYTES);
    }
  }
  const parts: Bytes[] = [];
  for await (const part of compressed(pieces(), compression)) parts.push(part);
  return parts;
}

async function* zstd(
  chunks: AsyncIterable<Bytes> | Iterable<Bytes>,
): AsyncGenerator<Bytes, void, undefined> {
  const stream = zstdMaker()();
  const ended = deferred<void>();
  // Nobody may be waiting when it fails.
  ended.promise.catch(() => {});
  let out: Bytes[] = [];
  stream.on("data", (bytes) => out.push(new Uint8Array(bytes)));
  stream.on("end", () => ended.resolve());
  stream.on("error", (error) => ended.reject(error));
  try {
    for await (const chunk of chunks) {
      const written = new Promise<void>((done) => stream.write(chunk, done));
      await Promise.race([written, ended.promise]);
      const ready = out;
      out = [];
      yield* ready;
    }
    stream.end();
    await ended.promise;
    yield* out;
  } finally {
    stream.destroy();
  }
}

/** Makes compressors; most outputs need none, so it is looked for late. */
function zstdMaker(): () => ZstdCompress {
  const { process } = globalThis as Runtime;
  const zlib = process?.getBuiltinModule?.("node:zlib");
  const make = zlib?.createZstdCompress;
  if (make === undefined) {
    throw new FastpathError(
      "COMPRESSION_UNAVAILABLE",
      "Cannot write zstd: this runtime has no compressor for it, write gzip " +
        "or run a newer one (Deno 2.9, Node 22.15)",
    );
  }
  const flag = zlib!.constants.ZSTD_c_checksumFlag;
  return () => make({ params: flag === undefined ? {} : { [flag]: 1 } });
}
