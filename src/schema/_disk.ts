/**
 * The few calls of the file system that a schema needs, under Deno and under
 * Node.
 *
 * @module
 */

import { isDeno } from "../files.ts";

/** One name in a folder. */
export interface DiskEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
}

/** What is used of `node:fs`. */
interface NodeFs {
  readdirSync(path: string, options: { withFileTypes: true }): NodeEntry[];
  realpathSync(path: string): string;
  statSync(path: string): NodeKind & NodeFacts;
  openSync(path: string): number;
  fstatSync(file: number): NodeFacts;
  readSync(file: number, buffer: Uint8Array, at: number, size: number): number;
  closeSync(file: number): void;
}

interface NodeKind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

interface NodeEntry extends NodeKind {
  readonly name: string;
}

interface NodeFacts {
  readonly size: number;
  readonly mtime: Date;
}

/** Whether paths of this system have backslashes. */
const isWindows: boolean = isDeno
  ? Deno.build.os === "windows"
  : (globalThis.process as unknown as { platform: string }).platform ===
    "win32";

function nodeFs(): NodeFs {
  return globalThis.process.getBuiltinModule("node:fs") as unknown as NodeFs;
}

/**
 * The names in a folder.
 *
 * @param path The folder.
 * @returns Its names in no order.
 * @throws What the runtime throws.
 */
export function readFolder(path: string): DiskEntry[] {
  const found: DiskEntry[] = [];
  if (isDeno) {
    for (const entry of Deno.readDirSync(path)) {
      found.push({ name: entry.name, kind: kindOfDeno(entry) });
    }
    return found;
  }
  for (const entry of nodeFs().readdirSync(path, { withFileTypes: true })) {
    found.push({ name: entry.name, kind: kindOfNode(entry) });
  }
  return found;
}

function kindOfDeno(
  entry: { isFile: boolean; isDirectory: boolean; isSymlink: boolean },
): DiskEntry["kind"] {
  if (entry.isSymlink) return "symlink";
  if (entry.isFile) return "file";
  return entry.isDirectory ? "directory" : "other";
}

function kindOfNode(entry: NodeKind): DiskEntry["kind"] {
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "directory" : "other";
}

/**
 * Where a path leads in the end, with forward slashes.
 *
 * @param path The path.
 * @returns An absolute path without links.
 * @throws What the runtime throws.
 */
export function realPath(path: string): string {
  const real = isDeno ? Deno.realPathSync(path) : nodeFs().realpathSync(path);
  return isWindows ? real.replaceAll("\\", "/") : real;
}

/**
 * What a path leads to.
 *
 * @param path The path.
 * @returns Its kind, links followed; null where there is nothing.
 */
export function kindOf(path: string): DiskEntry["kind"] | null {
  try {
    return isDeno
      ? kindOfDeno(Deno.statSync(path))
      : kindOfNode(nodeFs().statSync(path));
  } catch {
    return null;
  }
}

/**
 * The bytes of a regular file that nobody writes to meanwhile.
 *
 * @param path The file.
 * @returns Its bytes; null where it changed while it was read.
 * @throws What the runtime throws.
 */
export function readFileWhole(path: string): Uint8Array<ArrayBuffer> | null {
  const file = isDeno ? denoFile(path) : nodeFile(path);
  try {
    const before = file.facts();
    // One byte more tells a file that grows.
    const buffer = new Uint8Array(before.size + 1);
    let size = 0;
    for (;;) {
      const read = file.read(buffer.subarray(size));
      size += read;
      if (read === 0 || size === buffer.length) break;
    }
    const after = file.facts();
    const isSame = size === before.size && after.size === before.size &&
      after.mtime?.getTime() === before.mtime?.getTime();
    return isSame ? buffer.subarray(0, size) : null;
  } finally {
    file.close();
  }
}

interface SyncFile {
  facts(): { size: number; mtime: Date | null };
  read(buffer: Uint8Array): number;
  close(): void;
}

function denoFile(path: string): SyncFile {
  const file = Deno.openSync(path, { read: true });
  return {
    facts: () => file.statSync(),
    read: (buffer) => buffer.length === 0 ? 0 : file.readSync(buffer) ?? 0,
    close: () => file.close(),
  };
}

function nodeFile(path: string): SyncFile {
  const fs = nodeFs();
  const file = fs.openSync(path);
  return {
    facts: () => fs.fstatSync(file),
    read: (buffer) => fs.readSync(file, buffer, 0, buffer.length),
    close: () => fs.closeSync(file),
  };
}
