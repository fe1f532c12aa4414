/**
 * Decoders of compressed bytes: the runtime's own, made to tell of every
 * fault and to stop at a bound.
 *
 * `DecompressionStream` would do for plain gzip alone: it refuses a file of
 * several members (as `cat a.gz b.gz` and bgzip make), and gives all that
 * comes out of a chunk at once, however much that is.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { ZstdFrames } from "./_zstd_frames.ts";

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
  const { createZstdDecompress } = process.getBuiltinModule("node:zlib");
  const make = () =>
    new ZlibDecoder(createZstdDecompress() as Zlib, "Zstandard", count);
  return new FramesDecoder(make);
}

/** One stream of the runtime. */
class ZlibDecoder implements Decoder {
  readonly #stream: Zlib;
  readonly #ended = Promise.withResolvers<void>();
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

/** A decoder for each frame of Zstandard. */
class FramesDecoder implements Decoder {
  readonly #make: () => Decoder;
  readonly #frames = new ZstdFrames();
  #decoder: Decoder | null = null;

  constructor(make: () => Decoder) {
    this.#make = make;
  }

  async push(piece: Bytes): Promise<Bytes[]> {
    const out: Bytes[] = [];
    for (const { bytes, isEnd } of this.#split(piece)) {
      this.#decoder ??= this.#make();
      out.push(...await this.#decoder.push(bytes));
      if (!isEnd) continue;
      out.push(...await this.#decoder.finish());
      this.#decoder = null;
    }
    return out;
  }

  *#split(piece: Bytes): ReturnType<ZstdFrames["split"]> {
    try {
      yield* this.#frames.split(piece);
    } catch (cause) {
      throw broken("Zstandard", cause);
    }
  }

  finish(): Promise<Bytes[]> {
    if (this.#frames.isBetween) return Promise.resolve([]);
    return Promise.reject(cutOff("Zstandard", undefined));
  }

  close(): void {
    this.#decoder?.close();
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
