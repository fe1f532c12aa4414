/**
 * How messages follow each other: a length, the metadata, the body; and how
 * a file wraps them.
 *
 * Source: Arrow columnar format 1.5, "Serialization and Interprocess
 * Communication", and `File.fbs`.
 *
 * @module
 */

import { invalid, truncated } from "./_fault.ts";
import { FlatBuffer, type FlatTable } from "./_flatbuffer.ts";
import { assertVersion, type Message, messageOf } from "./_message.ts";

/** Stands before the length of a message since Arrow 0.15. */
export const CONTINUATION = 0xffffffff;
/** `ARROW1`, the first and the last six bytes of a file. */
export const MAGIC: readonly number[] = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];
/** The magic and its padding at the begin of a file. */
export const FILE_HEAD_BYTES = 8;
/** The footer's length and the magic at the end of a file. */
export const FILE_TAIL_BYTES = 10;

/** A message with its body. */
export interface Frame {
  readonly message: Message;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where the body begins in the input. */
  readonly bodyBase: number;
}

/** Whether bytes begin as a file does. */
export function isFile(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte);
}

/** The lengths that the first eight bytes of a message say. */
export interface Prefix {
  /** Bytes before the metadata: eight, or four before Arrow 0.15. */
  readonly bytes: number;
  /** Bytes of the metadata with its padding; 0 ends a stream. */
  readonly metadata: number;
}

/** Reads the begin of a message: `first` and, if it is a mark, `second`. */
export function prefixOf(
  first: number,
  second: number,
  position: number,
): Prefix {
  const bytes = first === CONTINUATION ? 8 : 4;
  const metadata = (bytes === 8 ? second : first) | 0;
  if (metadata < 0) {
    throw invalid(position, "the length of a message is negative");
  }
  // Without the mark the length brings the body to a multiple of eight.
  if (bytes === 8 || metadata === 0 || (metadata & 7) === 4) {
    return { bytes, metadata };
  }
  throw invalid(
    position,
    position === 0
      ? "it begins neither as a file nor as a stream"
      : "no message begins where one must",
  );
}

/** The messages of a stream in memory, from a position on. */
export function* framesOfStream(
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
): Generator<Frame, void, undefined> {
  let at = from;
  while (at < bytes.length) {
    const found = frameAt(bytes, at, bytes.length);
    if (found === null) {
      at += wordAt(bytes, at) === CONTINUATION ? 8 : 4;
      if (at === bytes.length) return;
      throw invalid(at, "bytes follow the end of the stream");
    }
    yield found.frame;
    at = found.end;
  }
}

/** The messages of a file in memory: first the dictionaries, then the rows. */
export function* framesOfFile(
  bytes: Uint8Array<ArrayBuffer>,
): Generator<Frame | FlatTable, void, undefined> {
  const { root, start } = footerOf(bytes);
  const schema = root.table(1);
  if (schema === null) throw invalid(start, "its footer has no schema");
  yield schema;
  let left = start;
  for (const field of [2, 3]) {
    const blocks = root.vector(field, 24);
    for (let index = 0; index < blocks.length; index++) {
      const at = root.flat.int64(blocks.at + 24 * index);
      if (at < FILE_HEAD_BYTES || at >= start) {
        throw invalid(start, "its footer points outside the file");
      }
      const found = frameAt(bytes, at, start);
      if (found === null) throw invalid(at, "a message of the footer is empty");
      // Blocks that overlap would make a small file a large table.
      left -= found.end - at;
      if (left < 0) throw invalid(start, "messages of its footer overlap");
      yield found.frame;
    }
  }
}

/** The footer of a file, and where it begins. */
function footerOf(
  bytes: Uint8Array<ArrayBuffer>,
): { root: FlatTable; start: number } {
  const end = bytes.length - FILE_TAIL_BYTES;
  const hasMagic = MAGIC.every((byte, index) =>
    bytes[end + 4 + index] === byte
  );
  if (end < FILE_HEAD_BYTES || !hasMagic) {
    throw truncated(bytes.length, "a file: its last bytes are not ARROW1");
  }
  const length = wordAt(bytes, end);
  const start = end - length;
  if (start < FILE_HEAD_BYTES) {
    throw invalid(end, "its footer is longer than the file");
  }
  const root = new FlatBuffer(bytes.subarray(start, end), start).root();
  assertVersion(root.int16(0, 0), start);
  return { root, start };
}

/** The message at a position and where it ends; null for an end of stream. */
function frameAt(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  end: number,
): { frame: Frame; end: number } | null {
  if (at + 4 > end) throw truncated(end, "the length of a message");
  const first = wordAt(bytes, at);
  if (first === CONTINUATION && at + 8 > end) {
    throw truncated(end, "the length of a message");
  }
  const prefix = prefixOf(first, wordAt(bytes, at + 4), at);
  if (prefix.metadata === 0) return null;
  const base = at + prefix.bytes;
  const bodyBase = base + prefix.metadata;
  if (bodyBase > end) throw truncated(end, "the metadata of a message");
  const message = messageOf(bytes.subarray(base, bodyBase), base);
  const bodyEnd = bodyBase + message.bodyLength;
  if (bodyEnd > end) throw truncated(end, "the body of a message");
  const body = bytes.subarray(bodyBase, bodyEnd);
  return { frame: { message, body, bodyBase }, end: bodyEnd };
}

/** The 32 bits at a position; zeros beyond the end. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8 |
    (bytes[at + 2] ?? 0) << 16 | (bytes[at + 3] ?? 0) << 24) >>> 0;
}
