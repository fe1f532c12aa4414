/**
 * What is to be selected: a list of pointers and paths.
 *
 * @module
 */

import { type JsonPath, parsePath } from "../values/json_path.ts";

export {
  encodePaths,
  type JsonPath,
  labelOf,
  type PathStep,
} from "../values/json_path.ts";

/** The most paths of one selection. */
const PATHS_MAX = 1000;

/**
 * Parses pointers and paths.
 *
 * @param pointers As given.
 * @returns The paths.
 * @throws {TypeError} If they are no list of texts.
 * @throws {RangeError} If there is none, one stands twice, or one is neither
 * a pointer nor a path.
 */
export function parsePaths(pointers: unknown): JsonPath[] {
  if (!Array.isArray(pointers)) {
    throw new TypeError(
      "Cannot select: the pointers must be a list of texts: found " +
        (pointers === null ? "null" : `a ${typeof pointers}`),
    );
  }
  if (pointers.length === 0 || pointers.length > PATHS_MAX) {
    throw new RangeError(
      `Cannot select: name 1 to ${PATHS_MAX} pointers: there are ` +
        pointers.length,
    );
  }
  const seen = new Set<unknown>();
  return pointers.map((text: unknown) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `Cannot select: a pointer must be a text: found a ${typeof text}`,
      );
    }
    if (seen.has(text)) {
      throw new RangeError(`Cannot select: "${text}" stands twice`);
    }
    seen.add(text);
    return parsePath(text, "Cannot select");
  });
}
