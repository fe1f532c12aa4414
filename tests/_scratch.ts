/**
 * Folders of files for tests.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { FastpathError } from "../src/errors.ts";

/** A folder of its own for a test. */
export class Scratch implements AsyncDisposable {
  /** The folder's path. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "fastpath-hash-" });

  /**
   * Writes a file, and the folders it lies in.
   *
   * @param name The path below the folder.
   * @param content A text or bytes.
   * @returns The whole path.
   */
  write(name: string, content: string | Uint8Array): string {
    const path = `${this.path}/${name}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    return path;
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/**
 * Bytes of a multiplicative generator.
 *
 * @param length How many.
 * @param seed Where it begins.
 * @returns The bytes.
 */
export function randomBytes(
  length: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed % 65_536 + 1;
  for (let at = 0; at < length; at++) {
    state = state * 75 % 65_537;
    bytes[at] = state >> 4;
  }
  return bytes;
}

/**
 * The messages of failures to read.
 *
 * @param folder Where the files lie; it is left out of the messages.
 * @param failures The failures.
 * @returns A message each.
 */
export function reasons(
  folder: string,
  failures: readonly FastpathError[],
): string[] {
  return failures.map(({ code, message }) => {
    assertEquals(code, "INPUT_UNREADABLE");
    return message.replace(`${folder}/`, "");
  });
}
