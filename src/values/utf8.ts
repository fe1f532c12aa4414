/**
 * UTF-8, byte by byte: what the scanners ask at a byte that is not ASCII.
 *
 * @module
 */

/** The sequence breaks the rules of UTF-8. */
export const ILL_FORMED = 0;
/** The sequence is right so far, but the known bytes end inside it. */
export const CUT = -1;

/**
 * The length of the character that begins at a byte of 0x80 or more.
 *
 * @param bytes The bytes.
 * @param at Where the character begins.
 * @param limit Where the known bytes end, exclusive.
 * @returns 2, 3 or 4; {@linkcode ILL_FORMED}; or {@linkcode CUT}.
 */
export function sequenceLength(
  bytes: Uint8Array,
  at: number,
  limit: number,
): number {
  const lead = bytes[at]!;
  if (lead < 0xC2 || lead > 0xF4) return ILL_FORMED;
  if (at + 1 >= limit) return CUT;
  const second = bytes[at + 1]!;
  if (lead < 0xE0) return (second & 0xC0) === 0x80 ? 2 : ILL_FORMED;
  // The second byte rules out overlong forms, surrogates and what is beyond
  // U+10FFFF (Unicode 16, table 3-7).
  let low = 0x80;
  let high = 0xBF;
  if (lead === 0xE0) low = 0xA0;
  else if (lead === 0xED) high = 0x9F;
  else if (lead === 0xF0) low = 0x90;
  else if (lead === 0xF4) high = 0x8F;
  if (second < low || second > high) return ILL_FORMED;
  if (at + 2 >= limit) return CUT;
  if ((bytes[at + 2]! & 0xC0) !== 0x80) return ILL_FORMED;
  if (lead < 0xF0) return 3;
  if (at + 3 >= limit) return CUT;
  return (bytes[at + 3]! & 0xC0) === 0x80 ? 4 : ILL_FORMED;
}
