/**
 * Texts in the order of their UTF-8 bytes.
 *
 * @module
 */

/**
 * Compares two texts by their UTF-8 bytes, which is by code points.
 *
 * @param a A text.
 * @param b Another.
 * @returns Negative, 0 or positive, as `sort` wants it.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** UTF-16 puts U+E000 to U+FFFF behind what needs two units; UTF-8 before. */
function rank(unit: number): number {
  if (unit >= 0xE000) return unit - 0x800;
  return unit >= 0xD800 ? unit + 0x2000 : unit;
}
