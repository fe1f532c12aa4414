/**
 * Compressed chunks to chunks: gzip (RFC 1952, several members too) and zstd
 * (RFC 8878), by what the runtime has built in.
 *
 * @module
 */

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
export async function* inflate(
  chunks: AsyncIterable<Uint8Array>,
  format: InflateFormat,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const inflater = open(format);
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

function open(format: InflateFormat): Inflater {
  // Loaded on first use: a static import would cost every start 20 ms.
  const zlib = globalThis.process.getBuiltinModule("node:zlib") as Zlib;
  const options = { chunkSize: CHUNK_BYTES };
  return format === "gzip"
    ? zlib.createGunzip(options)
    : zlib.createZstdDecompress(options);
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
