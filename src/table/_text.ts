/**
 * UTF-8 bytes to strings and back, for columns of texts.
 *
 * @module
 */

// A byte order mark inside a table is a character like any other.
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();

/**
 * Up to here a string of ASCII grows character by character: a call of
 * TextDecoder costs more than that loop for short texts.
 */
const SHORT_BYTES = 18;

/** The text of the bytes `start` to `end`. */
export function decodeText(
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  if (end - start <= SHORT_BYTES) {
    let text = "";
    let index = start;
    for (; index < end; index++) {
      const byte = bytes[index]!;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
    if (index === end) return text;
  }
  return DECODER.decode(bytes.subarray(start, end));
}

/** The bytes of a text. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}
