/**
 * The speed of memory here: a one-thread line count with memchr, by a small
 * Rust program, so that figures of parsers can be told from slow machines.
 *
 * @module
 */

import { programVersion, runProcess } from "./_process.ts";

/**
 * Counts line feeds with memchr in a process of its own.
 *
 * @param bytes What to count in.
 * @returns 10^9 bytes a second at best, or null where cargo is missing.
 */
export async function lineCountGBPerSecond(
  bytes: Uint8Array,
): Promise<number | null> {
  if (await programVersion(["cargo", "--version"]) === null) return null;
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    const { stdout } = await runProcess([
      "cargo",
      "run",
      "--quiet",
      "--release",
      "-p",
      "fastpath-kernels",
      "--example",
      "line_count",
      "--",
      path,
    ]);
    return Number(stdout);
  } finally {
    await Deno.remove(path);
  }
}
