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
  if (target.isSpecial) {
    return await writeTo(path, target.path, chunks, { append: true });
  }
  const temporary = temporaryOf(target.path);
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
    await writeTo(path, temporary, chunks, { write: true, createNew: true });
    await attempt(path, () => Deno.rename(temporary, target.path));
  } catch (error) {
    drop();
    throw error;
  } finally {
    signal.removeEventListener("abort", drop);
  }
}

/**
 * A file like those of `writeFileWhole`, for bytes that come from callbacks:
 * it is written to without waiting, and is dropped unless it is kept.
 */
export class WholeFile implements Disposable {
  readonly #name: string;
  readonly #target: Target;
  readonly #temporary: string | null;
  readonly #signal: AbortSignal;
  readonly #out: SyncWriter;
  #isOpen = true;

  /**
   * Makes the file beside it, or opens what is no regular file.
   *
   * @param path The file.
   * @param signal Removes what was written, at once, when it is aborted.
   * @throws {WriteFailed} If the file cannot be written.
   */
  constructor(path: string, signal: AbortSignal) {
    this.#name = path;
    this.#signal = signal;
    this.#target = attemptSync(path, () => targetOf(path));
    const { isSpecial, path: end } = this.#target;
    this.#temporary = isSpecial ? null : temporaryOf(end);
    this.#out = attemptSync(path, () => {
      if (this.#temporary === null) {
        return standardStream(end) ?? Deno.openSync(end, { append: true });
      }
      assertGranted("write", this.#temporary);
      return Deno.openSync(this.#temporary, { write: true, createNew: true });
    });
    // The process may end as soon as the listeners have run.
    signal.addEventListener("abort", this.#drop, { once: true });
  }

  /**
   * Writes all bytes.
   *
   * @param bytes The bytes.
   * @throws {WriteFailed} If the file takes no more.
   */
  writeSync(bytes: Uint8Array): void {
    attemptSync(this.#name, () => {
      let done = 0;
      while (done < bytes.length) {
        done += this.#out.writeSync(bytes.subarray(done));
      }
    });
  }

  /**
   * Ends the file, which takes its name.
   *
   * @throws {WriteFailed} If it cannot take it.
   */
  keep(): void {
    const temporary = this.#temporary;
    if (temporary !== null) {
      attemptSync(
        this.#name,
        () => Deno.renameSync(temporary, this.#target.path),
      );
    }
    this.#close();
  }

  /** Removes what was written, unless it was kept. */
  [Symbol.dispose](): void {
    this.#drop();
  }

  readonly #drop = (): void => {
    if (!this.#isOpen) return;
    this.#close();
    if (this.#temporary === null) return;
    try {
      Deno.removeSync(this.#temporary);
    } catch {
      // Somebody else took it away.
    }
  };

  #close(): void {
    this.#isOpen = false;
    this.#signal.removeEventListener("abort", this.#drop);
    this.#out.close?.();
  }
}

/**
 * Whether two paths lead to one regular file: by name, link or hard link.
 *
 * @param one A path.
 * @param other Another one.
 * @returns False where one of them cannot be looked at.
 */
export function isSameFile(one: string, other: string): boolean {
  try {
    assertGranted("read", one);
    assertGranted("read", other);
    const [a, b] = [Deno.statSync(one), Deno.statSync(other)];
    if (!a.isFile || !b.isFile) return false;
    if (a.ino !== null && b.ino !== null) {
      return a.ino === b.ino && a.dev === b.dev;
    }
    return Deno.realPathSync(one) === Deno.realPathSync(other);
  } catch {
    return false;
  }
}

/** Where bytes go in the end. */
interface Target {
  readonly path: string;
  readonly isSpecial: boolean;
}

/** What takes bytes without a wait; a stream of the process stays open. */
interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
  close?(): void;
}

/** A name beside a file that nobody has. */
function temporaryOf(path: string): string {
  return `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** A stream of the process under its name: opened again it has two ends. */
function standardStream(path: string): SyncWriter | null {
  if (/^\/(dev\/stdout|dev\/fd\/1|proc\/self\/fd\/1)$/.test(path)) {
    return { writeSync: (bytes) => Deno.stdout.writeSync(bytes) };
  }
  if (/^\/(dev\/stderr|dev\/fd\/2|proc\/self\/fd\/2)$/.test(path)) {
    return { writeSync: (bytes) => Deno.stderr.writeSync(bytes) };
  }
  return null;
}

/** Where a path leads in the end, and whether it is no regular file. */
function targetOf(path: string): Target {
  assertGranted("read", path);
  assertGranted("write", path);
  try {
    const info = Deno.statSync(path);
    if (info.isDirectory) throw new Error("it is a directory");
    // `/dev/stdout` may be a regular file, which has its reader already.
    const isStream = /^\/(dev|proc\/self\/fd)\//.test(path);
    if (isStream || !info.isFile) return { path, isSpecial: true };
    return { path: Deno.realPathSync(path), isSpecial: false };
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
    () => Deno.open(path, options),
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
    throw writeFailed(path, error);
  }
}

function attemptSync<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailed(path, error);
  }
}

function writeFailed(path: string, error: unknown): WriteFailed {
  let reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Deno.errors.NotFound) reason = "no such folder";
  else if (error instanceof Deno.errors.PermissionDenied) {
    reason = "permission denied";
  }
  return new WriteFailed(`Cannot write "${path}": ${reason}`);
}

/** Never prompts. */
function assertGranted(name: "read" | "write", path: string): void {
  if (Deno.permissions.querySync({ name, path }).state === "granted") return;
  throw new Error(`it is not granted, run with --allow-${name}=${path}`);
}
