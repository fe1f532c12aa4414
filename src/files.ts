/**
 * Files of the runtime: Deno's, and Node's and Bun's where there is no Deno.
 *
 * @module
 */

/** What a system says of a path. */
export interface FileFacts {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  /** Bytes. */
  readonly size: number;
  readonly mtime: Date | null;
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
  readonly promises: { open(path: string | URL): Promise<NodeHandle> };
}

interface NodeStats {
  readonly size: number;
  readonly mtime: Date;
  isFile(): boolean;
  isDirectory(): boolean;
}

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
    size: stats.size,
    mtime: stats.mtime,
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
