/**
 * The escapes of JSON strings: what each stands for.
 *
 * @module
 */

const BACKSLASH = 92;

/** Bytes that an escape of one letter stands for; 0 for no escape. */
export const SHORT: Uint8Array = new Uint8Array(256);
SHORT[34] = 34;
SHORT[BACKSLASH] = BACKSLASH;
SHORT[47] = 47;
SHORT[98] = 8;
SHORT[102] = 12;
SHORT[110] = 10;
SHORT[114] = 13;
SHORT[116] = 9;

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 0x20;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The value of four hexadecimal digits, or -1. */
export function hexUnit(bytes: Uint8Array, at: number): number {
  let unit = 0;
  for (let index = 0; index < 4; index++) {
    const digit = hexDigit(bytes[at + index]!);
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

/** The low surrogate escaped right at `at`, or -1. */
export function lowSurrogate(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== 117) return -1;
  const unit = hexUnit(bytes, at + 2);
  return unit >= 0xDC00 && unit <= 0xDFFF ? unit : -1;
}

/**
 * Writes the text of a string that `stringEnd` has accepted; lone surrogates
 * become U+FFFD. The text is never longer than the string as written.
 *
 * @param bytes The window.
 * @param start Behind the opening quote.
 * @param end The closing quote.
 * @param out Where to write.
 * @param to The first byte to write.
 * @returns Behind the last byte written.
 */
export function unescape(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  to: number,
): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte !== BACKSLASH) {
      out[to++] = byte;
      at++;
      continue;
    }
    const letter = bytes[at + 1]!;
    if (letter !== 117) {
      out[to++] = SHORT[letter]!;
      at += 2;
      continue;
    }
    let code = hexUnit(bytes, at + 2);
    at += 6;
    if (code >= 0xD800 && code <= 0xDFFF) {
      const low = code < 0xDC00 ? lowSurrogate(bytes, at) : -1;
      if (low > 0) {
        code = 0x10000 + ((code - 0xD800) << 10 | (low - 0xDC00));
        at += 6;
      } else code = 0xFFFD;
    }
    to = writeCodePoint(code, out, to);
  }
  return to;
}

function writeCodePoint(code: number, out: Uint8Array, to: number): number {
  if (code < 0x80) {
    out[to] = code;
    return to + 1;
  }
  if (code < 0x800) {
    out[to] = 0xC0 | code >> 6;
    out[to + 1] = 0x80 | code & 0x3F;
    return to + 2;
  }
  if (code < 0x10000) {
    out[to] = 0xE0 | code >> 12;
    out[to + 1] = 0x80 | code >> 6 & 0x3F;
    out[to + 2] = 0x80 | code & 0x3F;
    return to + 3;
  }
  out[to] = 0xF0 | code >> 18;
  out[to + 1] = 0x80 | code >> 12 & 0x3F;
  out[to + 2] = 0x80 | code >> 6 & 0x3F;
  out[to + 3] = 0x80 | code & 0x3F;
  return to + 4;
}
