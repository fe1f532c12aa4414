/**
 * Files that take the place of others whole or not at all.
 *
 * @module
 */

import { isDeno, isWindows } from "../files.ts";
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
  link(from: string, to: string): Promise<void>;
  copyFile(from: string, to: string): Promise<void>;
}

/** What is used of `node:fs`. */
interface NodeFsSync {
  renameSync(from: string, to: string): void;
  rmSync(path: string): void;
}

/** A file on its way to its place. */
interface Step extends NewFile {
  /** Where it is written. */
  readonly temporary: string;
  /** The file that was there, under a second name, while it may come back. */
  readonly old: string;
  /** Whether there is one to keep. */
  hasOld: boolean;
}

/**
 * Writes files under other names beside their own, makes sure that they lie
 * on the disk, then renames all. If one cannot be renamed, those before get
 * their old files back. A file that is replaced keeps its bits of permission.
 * Whoever ends the process meanwhile by `Deno.exit` leaves nothing half done.
 *
 * @param files The files, in the order of the renaming.
 * @throws {FastpathError} `OUTPUT_UNWRITABLE` if one cannot be written.
 */
export async function replaceFiles(files: readonly NewFile[]): Promise<void> {
  const steps = files.map(stepOf);
  const sweep = () => steps.forEach(sweepUp);
  if (isDeno) addEventListener("unload", sweep);
  try {
    for (const step of steps) await prepare(step);
    renameAll(steps);
  } finally {
    sweep();
    if (isDeno) removeEventListener("unload", sweep);
  }
}

function stepOf(file: NewFile, index: number, files: readonly NewFile[]): Step {
  const { path, isThere } = file.target;
  const beside = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  return {
    ...file,
    ...{ temporary: `${beside}.tmp`, old: `${beside}.old.tmp` },
    // Nothing can fail behind the last one.
    hasOld: isThere && index < files.length - 1,
  };
}

async function prepare(step: Step): Promise<void> {
  const { target, temporary, bytes } = step;
  try {
    await writeDurably(temporary, bytes, target.mode);
    if (step.hasOld) await keep(step);
  } catch (cause) {
    throw unwritable(target.given, cause);
  }
}

/** Gives the file that is there a second name. */
async function keep({ target, old }: Step): Promise<void> {
  try {
    await disk().link(target.path, old);
  } catch {
    // Not every file system has links.
    await disk().copyFile(target.path, old);
  }
}

/** In one go: nobody who ends the process comes in between. */
function renameAll(steps: readonly Step[]): void {
  const renamed: Step[] = [];
  for (const step of steps) {
    try {
      diskSync().renameSync(step.temporary, step.target.path);
    } catch (cause) {
      renamed.reverse().forEach(putBack);
      throw unwritable(step.target.given, cause);
    }
    renamed.push(step);
  }
}

function putBack(step: Step): void {
  if (!step.hasOld) return removeIfThere(step.target.path);
  // Where even this fails the old file stays under its second name.
  step.hasOld = false;
  try {
    diskSync().renameSync(step.old, step.target.path);
  } catch {
    // The first failure is the one to tell.
  }
}

function sweepUp({ temporary, old, hasOld }: Step): void {
  removeIfThere(temporary);
  if (hasOld) removeIfThere(old);
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

function removeIfThere(path: string): void {
  try {
    diskSync().rmSync(path);
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
function disk(): Pick<NodeFs, "chmod" | "link" | "copyFile"> {
  return isDeno ? Deno : nodeFs();
}

function diskSync(): NodeFsSync {
  if (isDeno) return { renameSync: Deno.renameSync, rmSync: Deno.removeSync };
  return globalThis.process.getBuiltinModule("node:fs");
}
