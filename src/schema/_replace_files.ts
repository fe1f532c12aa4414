/**
 * Files that take the place of others whole or not at all.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { isDeno, reasonOf } from "../files.ts";

/** A file to write. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is used of `node:fs/promises`. */
interface NodeFs {
  open(path: string, flags: string): Promise<{
    writeFile(bytes: Uint8Array): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

/**
 * Writes files under other names beside their own, makes sure that they lie
 * on the disk, then renames all.
 *
 * @param files The files, in the order of the renaming.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if one cannot be written.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const made: { temporary: string; path: string }[] = [];
  let path = "";
  try {
    for (const file of files) {
      path = file.path;
      assertWriteGranted(path);
      const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
      made.push({ temporary, path });
      await writeDurably(temporary, file.bytes);
    }
    for (const file of made) {
      path = file.path;
      await rename(file.temporary, path);
    }
  } catch (cause) {
    for (const { temporary } of made) await removeIfThere(temporary);
    throw unwritable(path, cause);
  }
}

function assertWriteGranted(path: string): void {
  if (!isDeno) return;
  const query = { name: "write", path } as const;
  if (Deno.permissions.querySync(query).state === "granted") return;
  throw new Error(
    `writing it is not granted, run with --allow-write for its folder`,
  );
}

function unwritable(path: string, cause: unknown): FastpathError {
  const isFolderMissing = /^(NotFound|ENOENT)$/.test(
    (cause as { name?: string; code?: string }).code ??
      (cause as Error).name,
  );
  const reason = isFolderMissing ? "no such folder" : reasonOf(cause);
  return new FastpathError(
    "OUTPUT_UNWRITABLE",
    `Cannot write "${path}": ${reason}`,
    { cause },
  );
}

function nodeFs(): NodeFs {
  return globalThis.process.getBuiltinModule(
    "node:fs/promises",
  ) as unknown as NodeFs;
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  if (!isDeno) {
    const file = await nodeFs().open(path, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    return;
  }
  const file = await Deno.open(path, { write: true, createNew: true });
  try {
    for (let done = 0; done < bytes.length;) {
      done += await file.write(bytes.subarray(done));
    }
    await file.sync();
  } finally {
    file.close();
  }
}

async function rename(from: string, to: string): Promise<void> {
  await (isDeno ? Deno.rename(from, to) : nodeFs().rename(from, to));
}

async function removeIfThere(path: string): Promise<void> {
  try {
    if (isDeno) await Deno.remove(path);
    else await nodeFs().rm(path, { force: true });
  } catch {
    // It was never made, or has taken its name.
  }
}
