/**
 * Files that appear whole or not at all: bytes go to a file beside it, which
 * takes the name at the end.
 *
 * @module
 */

import { WriteFailed } from "./io.ts";

/**
 * Writes chunks to a file. A file of that name is replaced when all is
 * written; whatever ends the writing before leaves it as it was. What is no
 * regular file (a pipe, a device) is written to directly.
 *
 * @param path The file.
 * @param chunks What to write.
 * @param signal Removes what was written, at once, when it is aborted.
 * @throws {WriteFailed} If the file cannot be written.
 * @throws What the chunks throw.
 */
export async function writeFileWhole(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const target = await attempt(path, () => Promise.resolve(targetOf(path)));
  if (target.isSpecial) return await writeTo(path, target.path, chunks, {});
  const temporary = `${target.path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  const drop = () => {
    try {
      Deno.removeSync(temporary);
    } catch {
      // It was never made, or has taken its name.
    }
  };
  // The process may end as soon as the listeners have run.
  signal.addEventListener("abort", drop, { once: true });
  try {
    await writeTo(path, temporary, chunks, { createNew: true });
    await attempt(path, () => Deno.rename(temporary, target.path));
  } catch (error) {
    drop();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/** Where a path leads in the end, and whether it is no regular file. */
function targetOf(path: string): { path: string; isSpecial: boolean } {
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path }).state === "granted") {
      continue;
    }
    throw new Error(`it is not granted, run with --allow-${name}=${path}`);
  }
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) throw new Error("it is a directory");
    return { path: Deno.realPathSync(path), isSpecial: !info.isFile };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { path, isSpecial: false };
  }
}

async function writeTo(
  name: string,
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  options: Deno.OpenOptions,
): Promise<void> {
  using file = await attempt(
    name,
    () => Deno.open(path, { write: true, ...options }),
  );
  for await (const chunk of chunks) {
    let done = 0;
    while (done < chunk.length) {
      done += await attempt(name, () => file.write(chunk.subarray(done)));
    }
  }
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    let reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Deno.errors.NotFound) reason = "no such folder";
    else if (error instanceof Deno.errors.PermissionDenied) {
      reason = "permission denied";
    }
    throw new WriteFailed(`Cannot write "${path}": ${reason}`);
  }
}
