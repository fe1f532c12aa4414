/**
 * From other encodings to UTF-8, chunk by chunk, before anything is scanned.
 * What is no character becomes bytes that are no UTF-8, so that the scanner
 * finds it and says where it is.
 *
 * @module
 */

import { chunksOf } from "../input.ts";
import type { ByteDecoder } from "../read/_drive.ts";
import { checkChoice } from "../read/options.ts";
import type { CsvDialect } from "./options.ts";

type Encoding = NonNullable<CsvDialect["encoding"]>;

/** Takes the next bytes; `last` says that nothing follows. */
type Step = (bytes: Uint8Array, last: boolean) => Uint8Array;

/** Bytes of an input in memory that are decoded at once. */
const PIECE_BYTES = 1 << 20;
/** The longest mark. */
const MARK_BYTES = 3;
const NOTHING = new Uint8Array(0);

/**
 * What makes UTF-8 of an input.
 *
 * @throws {RangeError} If an option is not one of its choices.
 */
export function decoderOf(
  { encoding = "utf-8", invalidUtf8 = "error" }: CsvDialect,
): ByteDecoder {
  checkChoice("encoding", encoding, [
    ...["utf-8", "utf-16le", "utf-16be", "latin1"],
  ]);
  checkChoice("invalidUtf8", invalidUtf8, ["error", "replace"]);
  const replaces = invalidUtf8 === "replace";
  return {
    isPlain: async (path) => {
      if (encoding !== "utf-8" || replaces) return false;
      for await (const chunk of chunksOf(path)) {
        return stepOf(chunk, encoding, replaces) === null;
      }
      return true;
    },
    bytes: (bytes) => {
      const step = stepOf(bytes, encoding, replaces);
      return step === null ? bytes : wholeOf(bytes, step);
    },
    chunks: (chunks) => decoded(chunks, encoding, replaces),
  };
}

/** The decoder that the first bytes ask for; null where they are UTF-8. */
function stepOf(
  first: Uint8Array,
  encoding: Encoding,
  replaces: boolean,
): Step | null {
  const [a, b, c] = first;
  if (a === 0xFF && b === 0xFE) return utf16(0, replaces);
  if (a === 0xFE && b === 0xFF) return utf16(1, replaces);
  const isMarked = a === 0xEF && b === 0xBB && c === 0xBF;
  if (encoding === "utf-8" || isMarked) return replaces ? utf8() : null;
  if (encoding === "latin1") return latin1;
  return utf16(encoding === "utf-16le" ? 0 : 1, replaces);
}

/**
 * The UTF-16 that bytes without a mark look like.
 *
 * @param bytes The first bytes of an input.
 * @returns The encoding, or null where they look like something else.
 */
export function utf16Of(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const zeros = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0) zeros[at & 1]!++;
  }
  const [even = 0, odd = 0] = zeros;
  // Delimiters and line ends alone make more zeros than any text of bytes.
  const many = Math.max(bytes.length / 20, 1);
  if (odd >= many && odd > 4 * even) return "utf-16le";
  if (even >= many && even > 4 * odd) return "utf-16be";
  return null;
}

function wholeOf(bytes: Uint8Array, step: Step): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  do {
    const end = Math.min(at + PIECE_BYTES, bytes.length);
    const part = step(bytes.subarray(at, end), end === bytes.length);
    parts.push(part);
    length += part.length;
    at = end;
  } while (at < bytes.length);
  const out = new Uint8Array(length);
  let to = 0;
  for (const part of parts) {
    out.set(part, to);
    to += part.length;
  }
  return out;
}

async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  replaces: boolean,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array = NOTHING;
  let step: Step | null | undefined;
  for await (const chunk of chunks) {
    if (step === undefined) {
      held = held.length === 0 ? chunk : joined(held, chunk);
      if (held.length < MARK_BYTES) {
        // The caller may use its buffer again.
        held = held.slice();
        continue;
      }
      step = stepOf(held, encoding, replaces);
      yield step === null ? held : step(held, false);
    } else yield step === null ? chunk : step(chunk, false);
  }
  if (step === undefined) {
    step = stepOf(held, encoding, replaces);
    yield step === null ? held : step(held, true);
  } else if (step !== null) yield step(NOTHING, true);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

/** UTF-8 with U+FFFD for what is none, as the Encoding Standard replaces. */
function utf8(): Step {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  return (bytes, last) =>
    encoder.encode(decoder.decode(bytes, { stream: !last }));
}

/** ISO 8859-1: every byte is the code point of its number. */
function latin1(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(2 * bytes.length);
  let to = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80) out[to++] = byte;
    else {
      out[to++] = 0xC0 | byte >>> 6;
      out[to++] = 0x80 | byte & 0x3F;
    }
  }
  return out.subarray(0, to);
}

/** UTF-16; `low` is the place of a unit's high byte, 1 in big-endian order. */
function utf16(bigEndian: 0 | 1, replaces: boolean): Step {
  let odd = -1;
  let high = 0;
  let isFirst = true;
  return (bytes, last) => {
    // A unit of two bytes is three of UTF-8 at most; some may be held.
    const out = new Uint8Array(1.5 * bytes.length + 12);
    let to = 0;
    const lone = (unit: number) => {
      // A surrogate by itself in the form of UTF-8 is none, on purpose.
      const code = replaces ? 0xFFFD : unit;
      out[to++] = 0xE0 | code >>> 12;
      out[to++] = 0x80 | code >>> 6 & 0x3F;
      out[to++] = 0x80 | code & 0x3F;
    };
    for (let at = 0; at < bytes.length; at++) {
      if (odd < 0) {
        odd = bytes[at]!;
        continue;
      }
      const unit = bigEndian ? odd << 8 | bytes[at]! : bytes[at]! << 8 | odd;
      odd = -1;
      const isMark = isFirst && unit === 0xFEFF;
      isFirst = false;
      if (isMark) continue;
      if (high !== 0 && (unit & 0xFC00) === 0xDC00) {
        const code = 0x10000 + ((high & 0x3FF) << 10) + (unit & 0x3FF);
        out[to++] = 0xF0 | code >>> 18;
        out[to++] = 0x80 | code >>> 12 & 0x3F;
        out[to++] = 0x80 | code >>> 6 & 0x3F;
        out[to++] = 0x80 | code & 0x3F;
        high = 0;
        continue;
      }
      if (high !== 0) lone(high);
      high = 0;
      if ((unit & 0xFC00) === 0xD800) high = unit;
      else if ((unit & 0xFC00) === 0xDC00) lone(unit);
      else if (unit < 0x80) out[to++] = unit;
      else if (unit < 0x800) {
        out[to++] = 0xC0 | unit >>> 6;
        out[to++] = 0x80 | unit & 0x3F;
      } else {
        out[to++] = 0xE0 | unit >>> 12;
        out[to++] = 0x80 | unit >>> 6 & 0x3F;
        out[to++] = 0x80 | unit & 0x3F;
      }
    }
    if (last && high !== 0) lone(high);
    if (last && odd >= 0) {
      if (replaces) lone(0xFFFD);
      else out[to++] = 0xFF;
    }
    return out.subarray(0, to);
  };
}
