/**
 * Whether native code may open a path: the runtime's permissions do not
 * watch over it, so they are asked first.
 *
 * @module
 */

import { isReadGranted } from "../src/input.ts";

/**
 * The resolved path of a regular file that native code may open: reading
 * must be granted for it, not only for a link to it. Never prompts.
 *
 * @param path The path as given.
 * @returns The absolute path without links, or null.
 */
export function readablePath(path: string | URL): string | null {
  if (!isReadGranted(path)) return null;
  try {
    const resolved = Deno.realPathSync(path);
    if (!isReadGranted(resolved)) return null;
    return Deno.statSync(resolved).isFile ? resolved : null;
  } catch {
    // Reading it in JavaScript says what is wrong.
    return null;
  }
}
