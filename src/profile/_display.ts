/**
 * Texts of unknown origin on a terminal: how wide they are, how to cut them,
 * and how to keep their control characters from doing anything.
 *
 * @module
 */

/** Marks upon one character; more are left out. */
const MARKS_MAX = 4;

/** Control, formatting and private characters, and line separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;
const MARK = /\p{M}/u;
const EMOJI = /\p{Emoji_Presentation}/u;

/** First and last code points of East Asian wide characters. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115F],
  [0x2E80, 0x303E],
  [0x3041, 0xA4CF],
  [0xA960, 0xA97C],
  [0xAC00, 0xD7A3],
  [0xF900, 0xFAFF],
  [0xFE10, 0xFE19],
  [0xFE30, 0xFE6F],
  [0xFF00, 0xFF60],
  [0xFFE0, 0xFFE6],
  [0x16FE0, 0x18CFF],
  [0x1AFF0, 0x1B2FF],
  [0x20000, 0x3FFFD],
];

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * One character as it may be shown.
 *
 * @param character A code point.
 * @returns Itself, or an escape for what does not print.
 */
export function printable(character: string): string {
  if (!UNSAFE.test(character)) return character;
  const code = character.codePointAt(0)!;
  return SHORT_ESCAPES[character] ?? `\\u{${code.toString(16)}}`;
}

/** The columns of a terminal that a character takes. */
function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  const isWide = WIDE.some(([first, last]) => code >= first && code <= last);
  return isWide || EMOJI.test(character) ? 2 : 1;
}

/**
 * The columns of a terminal that a safe text takes.
 *
 * @param text A text that {@linkcode fit} or the report made.
 * @returns Its width.
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/**
 * Makes a text safe and cuts it to a width; an ellipsis stands for the rest.
 *
 * @param text Any text, of any length.
 * @param width The most columns to take.
 * @returns The text to show.
 */
export function fit(text: string, width: number): string {
  let shown = "";
  let used = 0;
  /** What is shown if the text turns out to be too long. */
  let cut = "";
  let marks = 0;
  for (const character of text) {
    const safe = printable(character);
    const size = safe === character ? widthOf(character) : safe.length;
    marks = size === 0 ? marks + 1 : 0;
    if (marks > MARKS_MAX) continue;
    // A mark at the very beginning has nothing to stand upon.
    if (size === 0 && shown === "") continue;
    if (used + size > width) return `${cut}…`;
    shown += safe;
    used += size;
    if (used <= width - 1) cut = shown;
  }
  return shown;
}

/** Pads a safe text to a width. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Pads a safe text to a width, to the right. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - displayWidth(text))) + text;
}
