/**
 * The library's messages in the words of a door: what names an option names
 * it as the door does.
 *
 * @module
 */

/**
 * A text in quotes, which is the input's, or options by their names; then
 * perhaps a value, as in "the option days: 24".
 */
const MENTION =
  /"[^"]*"|\bthe options? ([a-z]\w*)(?: and ([a-z]\w*)(?= are\b))?(?:: (\d+)$)?/gi;

/** An option whose value text is the advice. */
const AS_TEXT = /\b(read (?:it|everything) as text with )the option (\w+)/;

/**
 * Rewrites a message of the library.
 *
 * @param message The message.
 * @param write How the door writes an option of the library, with its value
 * where one is known; null where the door has none.
 * @returns The message; where the door has no such option, as it was.
 */
export function inDoorsWords(
  message: string,
  write: (option: string, value?: string) => string | null,
): string {
  const known = message
    .replace(" or enlarge sampleRows", "")
    .replace(AS_TEXT, (advice, begin, option) => {
      const written = write(option, "text");
      return written === null ? advice : begin + written;
    })
    .replace(/\bwith the option schema\b/, (advice) => {
      const written = write("schema", "NAME=TYPE");
      return written === null ? advice : `with ${written}`;
    });
  return known.replace(MENTION, (whole, first, second, value) => {
    if (first === undefined) return whole;
    const names = [first, second].filter((name) => name !== undefined);
    const written = names.map((name) => write(name, value));
    return written.includes(null) ? whole : written.join(" and ");
  });
}

/** The option of the doors that stands for one of the library. */
export function doorsName(option: string): string {
  if (option === "schema") return "types";
  if (option === "globs") return "glob";
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
