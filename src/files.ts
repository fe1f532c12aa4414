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
  /** When its bytes were written, and when anything about it changed. */
  readonly mtime: Date | null;
  readonly ctime: Date | null;
  /** The same in nanoseconds; Deno tells milliseconds, and seconds of ctime. */
  readonly mtimeNs?: bigint;
  readonly ctimeNs?: bigint;
  /** The device that it is on, which file of it, and its bits of mode. */
  readonly dev: number | null;
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
  statSync(path: string | URL, options: BigInts): NodeStats;
  lstatSync(path: string, options: BigInts): NodeStats;
  readlinkSync(path: string, options: { encoding: "buffer" }): Uint8Array;
  realpathSync(path: string | URL): string;
  readdirSync(path: string, options: { withFileTypes: true }): NodeEntry[];
  openSync(path: string, flags?: number): number;
  readSync(file: number, buffer: Uint8Array): number;
  fstatSync(file: number, options: BigInts): NodeStats;
  closeSync(file: number): void;
  readonly constants: { readonly O_NONBLOCK?: number; O_NOFOLLOW?: number };
  readonly promises: { open(path: string | URL): Promise<NodeHandle> };
}

type BigInts = { readonly bigint: boolean };

interface NodeStats {
  readonly size: number | bigint;
  readonly mtime: Date;
  readonly ctime: Date;
  /** With bigints alone. */
  readonly mtimeNs?: bigint;
  readonly ctimeNs?: bigint;
  readonly dev: number | bigint;
  readonly ino: number | bigint;
  readonly mode: number | bigint;
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
  stat(options: BigInts): Promise<NodeStats>;
  close(): Promise<void>;
}

/** Whether this is Deno. */
export const isDeno: boolean = typeof Deno !== "undefined";

/** Whether paths of this system have backslashes. */
export const isWindows: boolean = isDeno
  ? Deno.build.os === "windows"
  : (globalThis.process as unknown as { platform: string }).platform ===
    "win32";

/** Deno's bigints of times are milliseconds all the same. */
const BIGINTS: BigInts = { bigint: !isDeno };

let nodeFsLoaded: NodeFs | undefined;

/** Loaded on first use; asked for once more, it takes as long as a look. */
function nodeFs(): NodeFs {
  nodeFsLoaded ??= globalThis.process.getBuiltinModule(
    "node:fs",
  ) as unknown as NodeFs;
  return nodeFsLoaded;
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
  return isDeno
    ? Deno.statSync(path)
    : factsOf(nodeFs().statSync(path, BIGINTS));
}

/**
 * What the system says of a path itself, links not followed.
 *
 * @param path The path; reading it is granted.
 * @returns Its facts.
 * @throws What the runtime throws where it cannot be looked at.
 */
export function lstatSync(path: string): FileFacts {
  return isDeno
    ? Deno.lstatSync(path)
    : factsOf(nodeFs().lstatSync(path, BIGINTS));
}

/**
 * The text of a link's target.
 *
 * @param path The link; reading it is granted.
 * @returns The target as it stands there; null where it is not UTF-8.
 * @throws What the runtime throws where it cannot be read.
 */
export function readLinkSync(path: string): string | null {
  if (isDeno) {
    try {
      return Deno.readLinkSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.InvalidData) return null;
      throw error;
    }
  }
  const bytes = nodeFs().readlinkSync(path, { encoding: "buffer" });
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * What a path leads to, links followed.
 *
 * @param path The path.
 * @returns The absolute path without links; null where that cannot be told.
 */
export function realPath(path: string | URL): string | null {
  try {
    return isDeno ? Deno.realPathSync(path) : nodeFs().realpathSync(path);
  } catch {
    return null;
  }
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
  return nodeFileOf(nodeFs().openSync(path));
}

/**
 * Opens a file for reading, and waits for no pipe's writer. Deno does not
 * watch over what is asked of this file.
 *
 * @param path The path; reading it, and what it leads to, is granted.
 * @param followsLink Whether the file may be a link.
 * @returns The file.
 * @throws What the runtime throws where it cannot be opened.
 */
export function openWaitless(path: string, followsLink: boolean): OpenFileSync {
  const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = nodeFs().constants;
  const flags = O_NONBLOCK | (followsLink ? 0 : O_NOFOLLOW);
  return nodeFileOf(nodeFs().openSync(path, flags));
}

function nodeFileOf(file: number): OpenFileSync {
  const fs = nodeFs();
  return {
    read(buffer) {
      const read = fs.readSync(file, buffer);
      return read === 0 ? null : read;
    },
    stat: () => factsOf(fs.fstatSync(file, BIGINTS)),
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
    stat: async () => factsOf(await handle.stat(BIGINTS)),
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
  const { mtime, ctime, mtimeNs, ctimeNs } = stats;
  return {
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
    size: Number(stats.size),
    mtime,
    ctime,
    ...(mtimeNs === undefined ? {} : { mtimeNs }),
    ...(ctimeNs === undefined ? {} : { ctimeNs }),
    dev: Number(stats.dev),
    ino: Number(stats.ino),
    mode: Number(stats.mode),
  };
}

/**
 * Whether nothing shows that a file's bytes were changed.
 *
 * @param before Its facts when the reading began.
 * @param after Its facts at the end.
 * @returns True where length and time of writing are the same.
 */
export function isUnchanged(before: FileFacts, after: FileFacts): boolean {
  return before.size === after.size &&
    before.mtime?.getTime() === after.mtime?.getTime() &&
    before.mtimeNs === after.mtimeNs;
}

/**
 * Whether two looks were at one file or folder.
 *
 * @param one What was found.
 * @param other What was found another time.
 * @returns True where it is the same; also where the system numbers none.
 */
export function isSameInode(one: FileFacts, other: FileFacts): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/**
 * Whether two looks at a path found one file, and nothing shows that it was
 * changed between them: neither its bytes nor its names, nor that someone
 * has set its times. `ffi/kernels/src/hash/place.rs` has the same rule.
 *
 * @param before Its facts when the reading began.
 * @param after Its facts at the end.
 * @returns True where all of it is the same.
 */
export function isUntouched(before: FileFacts, after: FileFacts): boolean {
  return before.isFile === after.isFile && isSameInode(before, after) &&
    isUnchanged(before, after) &&
    before.ctime?.getTime() === after.ctime?.getTime() &&
    before.ctimeNs === after.ctimeNs;
}

/**
 * A file's times tick every 1 to 10 ms: what is written in the tick of its
 * last change leaves them as they are. One more, as milliseconds are cut.
 */
const TICK_MS = 11;

/**
 * How long a file is to be left alone before it is read, so that a change
 * shows. A time that is far ahead is of another clock, which no wait catches
 * up with.
 *
 * @param facts What was found when it was opened.
 * @returns Milliseconds, at most 11.
 */
export function unrestMs({ mtime, ctime, ctimeNs }: FileFacts): number {
  // Cut to seconds, the time of change tells nothing about milliseconds.
  const changed = ctimeNs === undefined ? 0 : ctime?.getTime() ?? 0;
  const age = Date.now() - Math.max(mtime?.getTime() ?? 0, changed);
  return Math.abs(age) >= TICK_MS ? 0 : Math.min(TICK_MS - age, TICK_MS);
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
  // Deno says behind the system's words what it was about to do.
  return REASONS[cause.name] ?? REASONS[String(code)] ??
    cause.message.replace(/(\(os error \d+\)): \w+ '[^]*'$/, "$1");
}
