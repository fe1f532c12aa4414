/**
 * Files of the runtime: Deno's, and Node's and Bun's where there is no Deno.
 *
 * @module
 */

/** What a system says of a path. */
export interface FileFacts {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
  /** Bytes. */
  readonly size: number;
  readonly mtime: Date | null;
  /** How many names it has, which file it is and its bits of mode, if known. */
  readonly nlink: number | null;
  readonly ino: number | null;
  readonly mode: number | null;
}

/** An entry of a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly isSymlink: boolean;
}

/** A file that is open for reading at once. */
export interface OpenFileSync {
  /** Reads some bytes; null at the end. */
  read(buffer: Uint8Array): number | null;
  stat(): FileFacts;
  close(): void;
}

/** A file that is open for reading. */
export interface OpenFile {
  /** Reads some bytes; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Reads some bytes from an offset on; null at the end. */
  readAt(buffer: Uint8Array, offset: number): Promise<number | null>;
  stat(): Promise<FileFacts>;
  close(): void;
}

/** What is used of `node:fs`. */
interface NodeFs {
  statSync(path: string | URL): NodeStats;
  lstatSync(path: string): NodeStats;
  readlinkSync(path: string): string;
  readdirSync(path: string, options: { withFileTypes: true }): NodeEntry[];
  openSync(path: string): number;
  readSync(file: number, buffer: Uint8Array): number;
  fstatSync(file: number): NodeStats;
  closeSync(file: number): void;
  readonly promises: { open(path: string | URL): Promise<NodeHandle> };
}

interface NodeStats {
  readonly size: number;
  readonly mtime: Date;
  readonly nlink: number;
  readonly ino: number;
  readonly mode: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

type NodeEntry =
  & { readonly name: string }
  & Pick<NodeStats, "isFile" | "isDirectory" | "isSymbolicLink">;

interface NodeHandle {
  read(
    buffer: Uint8Array,
    start?: number,
    length?: number,
    offset?: number,
  ): Promise<{ bytesRead: number }>;
  stat(): Promise<NodeStats>;
  close(): Promise<void>;
}

/** Whether this is Deno. */
export const isDeno: boolean = typeof Deno !== "undefined";

function nodeFs(): NodeFs {
  return globalThis.process.getBuiltinModule("node:fs") as unknown as NodeFs;
}

/**
 * Whether reading a path is granted. Never prompts.
 *
 * @param path The path.
 * @returns True where it is; always where the runtime knows no permissions.
 */
export function isReadGranted(path: string | URL): boolean {
  if (path === "" || !isDeno) return true;
  const query = { name: "read", path } as const;
  return Deno.permissions.querySync(query).state === "granted";
}

/**
 * What the system says of a path.
 *
 * @param path The path; reading it is granted.
 * @returns Its facts.
 * @throws What the runtime throws where it cannot be looked at.
 */
export function statSync(path: string | URL): FileFacts {
  return isDeno ? Deno.statSync(path) : factsOf(nodeFs().statSync(path));
}

/**
 * What the system says of a path itself, links not followed.
 *
 * @param path The path; reading it is granted.
 * @returns Its facts.
 * @throws What the runtime throws where it cannot be looked at.
 */
export function lstatSync(path: string): FileFacts {
  return isDeno ? Deno.lstatSync(path) : factsOf(nodeFs().lstatSync(path));
}

/**
 * The text of a link's target.
 *
 * @param path The link; reading it is granted.
 * @returns The target as it stands there.
 * @throws What the runtime throws where it cannot be read.
 */
export function readLinkSync(path: string): string {
  return isDeno ? Deno.readLinkSync(path) : nodeFs().readlinkSync(path);
}

/**
 * The entries of a folder, in the system's order.
 *
 * @param path The folder; reading it is granted.
 * @returns Its entries. A name that is not UTF-8 has U+FFFD in it.
 * @throws What the runtime throws where it cannot be read.
 */
export function readFolderSync(path: string): FolderEntry[] {
  if (isDeno) return [...Deno.readDirSync(path)];
  return nodeFs().readdirSync(path, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    isFile: entry.isFile(),
    isDirectory: entry.isDirectory(),
    isSymlink: entry.isSymbolicLink(),
  }));
}

/**
 * Opens a file for reading at once.
 *
 * @param path The path; reading it is granted.
 * @returns The file.
 * @throws What the runtime throws where it cannot be opened.
 */
export function openSync(path: string): OpenFileSync {
  if (isDeno) {
    const file = Deno.openSync(path, { read: true });
    return {
      read: (buffer) => file.readSync(buffer),
      stat: () => file.statSync(),
      close: () => file.close(),
    };
  }
  const fs = nodeFs();
  const file = fs.openSync(path);
  return {
    read(buffer) {
      const read = fs.readSync(file, buffer);
      return read === 0 ? null : read;
    },
    stat: () => factsOf(fs.fstatSync(file)),
    close: () => fs.closeSync(file),
  };
}

/**
 * Whether reading everything is granted. Never prompts.
 *
 * @returns True where it is; always where the runtime knows no permissions.
 */
export function isAllReadGranted(): boolean {
  if (!isDeno) return true;
  const { state, partial } = Deno.permissions.querySync({ name: "read" });
  return state === "granted" && partial !== true;
}

/**
 * Opens a file for reading.
 *
 * @param path The path; reading it is granted.
 * @returns The file.
 * @throws What the runtime throws where it cannot be opened.
 */
export async function openToRead(path: string | URL): Promise<OpenFile> {
  if (isDeno) return openOf(await Deno.open(path, { read: true }));
  const handle = await nodeFs().promises.open(path);
  return {
    async read(buffer) {
      const { bytesRead } = await handle.read(buffer);
      return bytesRead === 0 ? null : bytesRead;
    },
    async readAt(buffer, offset) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      return bytesRead === 0 ? null : bytesRead;
    },
    stat: async () => factsOf(await handle.stat()),
    close: () => void handle.close(),
  };
}

function openOf(file: Deno.FsFile): OpenFile {
  return {
    read: (buffer) => file.read(buffer),
    async readAt(buffer, offset) {
      await file.seek(offset, Deno.SeekMode.Start);
      return await file.read(buffer);
    },
    stat: () => file.stat(),
    close: () => file.close(),
  };
}

function factsOf(stats: NodeStats): FileFacts {
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
    size: stats.size,
    mtime: stats.mtime,
    nlink: stats.nlink,
    ino: stats.ino,
    mode: stats.mode,
  };
}

/**
 * Whether nothing shows that a file was changed.
 *
 * @param before Its facts when the reading began.
 * @param after Its facts at the end.
 * @returns True where length and time of change are the same.
 */
export function isUnchanged(before: FileFacts, after: FileFacts): boolean {
  return before.size === after.size &&
    before.mtime?.getTime() === after.mtime?.getTime();
}

/** Reasons by the runtimes' names for them. */
const REASONS: Readonly<Record<string, string>> = {
  NotFound: "no such file",
  ENOENT: "no such file",
  IsADirectory: "it is a directory",
  EISDIR: "it is a directory",
  PermissionDenied: "permission denied",
  EACCES: "permission denied",
};

/**
 * Why a file cannot be opened or read.
 *
 * @param cause What the runtime threw.
 * @returns A few words.
 */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as { code?: unknown };
  return REASONS[cause.name] ?? REASONS[String(code)] ?? cause.message;
}
