/**
 * Files that take the place of others whole or not at all.
 *
 * @module
 */

import { isDeno } from "../files.ts";
import { isWindows } from "./_disk.ts";
import { type Target, unwritable } from "./_targets.ts";

/** A file to write. */
export interface NewFile {
  readonly target: Target;
  readonly bytes: Uint8Array;
}

/** What is used of `node:fs/promises`. */
interface NodeFs {
  open(path: string, flags: string, mode?: number): Promise<{
    writeFile(bytes: Uint8Array): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }>;
  chmod(path: string, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  link(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
  rm(path: string): Promise<void>;
}

/** A file on its way to its place. */
interface Step extends NewFile {
  /** Where it is written. */
  readonly temporary: string;
  /** The file that was there, under a second name, while it may come back. */
  readonly old: string;
  hasOld: boolean;
}

/**
 * Writes files under other names beside their own, makes sure that they lie
 * on the disk, then renames all. If one cannot be renamed, those before get
 * their old files back. A file that is replaced keeps its bits of permission.
 *
 * @param files The files, in the order of the renaming.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if one cannot be written.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const steps = files.map(stepOf);
  const renamed: Step[] = [];
  let given = "";
  try {
    for (const step of steps) {
      given = step.target.given;
      await writeDurably(step.temporary, step.bytes, step.target.mode);
    }
    for (const step of steps) {
      given = step.target.given;
      // Nothing can fail behind the last one.
      step.hasOld = step !== steps.at(-1) && await keep(step);
      await disk().rename(step.temporary, step.target.path);
      renamed.push(step);
    }
  } catch (cause) {
    for (const step of renamed.reverse()) await putBack(step);
    throw unwritable(given, cause);
  } finally {
    for (const { temporary, old, hasOld } of steps) {
      await removeIfThere(temporary);
      if (hasOld) await removeIfThere(old);
    }
  }
}

function stepOf(file: NewFile): Step {
  const beside = `${file.target.path}.${crypto.randomUUID().slice(0, 8)}`;
  return {
    ...file,
    ...{ temporary: `${beside}.tmp`, old: `${beside}.old.tmp`, hasOld: false },
  };
}

/** Gives the file that is there a second name; false where there is none. */
async function keep({ target, old }: Step): Promise<boolean> {
  if (!target.isThere) return false;
  try {
    await disk().link(target.path, old);
  } catch {
    // Not every file system has links.
    await disk().copyFile(target.path, old);
  }
  return true;
}

async function putBack(step: Step): Promise<void> {
  if (!step.hasOld) return await removeIfThere(step.target.path);
  // Where even this fails the old file stays under its second name.
  step.hasOld = false;
  await disk().rename(step.old, step.target.path).catch(() => {});
}

async function writeDurably(
  path: string,
  bytes: Uint8Array,
  mode: number | null,
): Promise<void> {
  if (isDeno) {
    const file = await Deno.open(path, {
      ...{ write: true, createNew: true },
      ...(mode === null ? {} : { mode }),
    });
    try {
      for (let done = 0; done < bytes.length;) {
        done += await file.write(bytes.subarray(done));
      }
      await file.sync();
    } finally {
      file.close();
    }
  } else {
    const file = await nodeFs().open(path, "wx", mode ?? undefined);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  // The process may forbid bits to new files that the old one has.
  if (mode !== null && !isWindows) await disk().chmod(path, mode);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await disk().rm(path);
  } catch {
    // It was never made, or has taken its name.
  }
}

function nodeFs(): NodeFs {
  return globalThis.process.getBuiltinModule(
    "node:fs/promises",
  ) as unknown as NodeFs;
}

/** What both runtimes have, under Node's names. */
function disk(): Pick<
  NodeFs,
  "chmod" | "rename" | "link" | "copyFile" | "rm"
> {
  if (!isDeno) return nodeFs();
  const { chmod, rename, link, copyFile, remove } = Deno;
  return { chmod, rename, link, copyFile, rm: (path) => remove(path) };
}
