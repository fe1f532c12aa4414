/**
 * Decoders of compressed bytes: the runtime's own for gzip and ours for
 * Zstandard; both tell of every fault and stop at a bound.
 *
 * `DecompressionStream` would do for plain gzip alone: it refuses a file of
 * several members (as `cat a.gz b.gz` and bgzip make), and gives all that
 * comes out of a chunk at once, however much that is.
 *
 * @module
 */

import { deferred } from "../runtime.ts";
import { FastpathError } from "../errors.ts";
import { Zstd } from "./_zstd.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Told of bytes that came out; throws where they are too many. */
type Count = (bytes: number) => void;

/** Turns compressed bytes into plain ones. */
export interface Decoder {
  /** What comes out of a piece. */
  push(piece: Bytes): Promise<Bytes[]>;
  /** What comes out at the end. */
  finish(): Promise<Bytes[]>;
  /** Lets go of everything; again is fine. */
  close(): void;
}

/** What is used of a stream of `node:zlib`. */
interface Zlib {
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  write(piece: Bytes, done: () => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

/**
 * A decoder of gzip, of any number of members.
 *
 * @param count Told of bytes that came out.
 * @returns The decoder.
 */
export function gzipDecoder(count: Count): Decoder {
  // Loaded on first use: most inputs are not compressed.
  const { createGunzip } = process.getBuiltinModule("node:zlib");
  return new ZlibDecoder(createGunzip() as Zlib, "gzip", count);
}

/**
 * A decoder of Zstandard, of any number of frames.
 *
 * @param count Told of bytes that came out.
 * @returns The decoder.
 */
export function zstdDecoder(count: Count): Decoder {
  return new ZstdDecoder(count);
}

/** One stream of the runtime. */
class ZlibDecoder implements Decoder {
  readonly #stream: Zlib;
  readonly #ended = deferred<void>();
  #out: Bytes[] = [];

  constructor(stream: Zlib, name: string, count: Count) {
    this.#stream = stream;
    // Nobody may be waiting when it fails.
    this.#ended.promise.catch(() => {});
    stream.on("end", () => this.#ended.resolve());
    stream.on("error", (cause) => this.#ended.reject(broken(name, cause)));
    stream.on("data", (bytes) => {
      try {
        count(bytes.length);
        this.#out.push(new Uint8Array(bytes));
      } catch (error) {
        this.#ended.reject(error);
        this.close();
      }
    });
  }

  async push(piece: Bytes): Promise<Bytes[]> {
    const written = new Promise<void>((resolve) =>
      this.#stream.write(piece, resolve)
    );
    await Promise.race([written, this.#ended.promise]);
    return this.#take();
  }

  async finish(): Promise<Bytes[]> {
    this.#stream.end();
    await this.#ended.promise;
    return this.#take();
  }

  close(): void {
    this.#stream.destroy();
  }

  #take(): Bytes[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

/** Our own decoder of Zstandard. */
class ZstdDecoder implements Decoder {
  readonly #zstd = new Zstd();
  readonly #count: Count;

  constructor(count: Count) {
    this.#count = count;
  }

  push(piece: Bytes): Promise<Bytes[]> {
    const out: Bytes[] = [];
    try {
      for (const bytes of this.#zstd.push(piece)) {
        this.#count(bytes.length);
        out.push(bytes);
      }
      return Promise.resolve(out);
    } catch (error) {
      return Promise.reject(broken("Zstandard", error));
    }
  }

  finish(): Promise<Bytes[]> {
    if (this.#zstd.isBetween) return Promise.resolve([]);
    return Promise.reject(cutOff("Zstandard", undefined));
  }

  close(): void {
    // It holds nothing but memory.
  }
}

function broken(name: string, cause: unknown): FastpathError {
  if (cause instanceof FastpathError) return cause;
  const { code } = cause as { code?: unknown };
  if (code === "Z_BUF_ERROR") return cutOff(name, cause);
  return new FastpathError(
    "INVALID_COMPRESSION",
    `Cannot inflate the input: it is no ${name}, or was damaged`,
    { cause },
  );
}

function cutOff(name: string, cause: unknown): FastpathError {
  return new FastpathError(
    "INVALID_COMPRESSION",
    `Cannot inflate the input: the ${name} data is cut off`,
    cause === undefined ? {} : { cause },
  );
}
