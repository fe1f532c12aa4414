/**
 * Files of a zip archive, with a bound on what comes out of it. The form is
 * that of PKWARE's APPNOTE 6.3.10: stored and deflated members; no encryption,
 * no parts, no 64-bit sizes.
 *
 * @module
 */

import { FastpathError } from "../errors.ts";
import { RATIO_FREE_BYTES, RATIO_MAX } from "../inflate/inflate.ts";
import type { Pace } from "../pace.ts";
import { archiveFault, type ArchiveFile } from "./_archive_fault.ts";

/** Members of an archive. */
const MEMBERS_MAX = 100_000;

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/** Numbers of two and of four bytes that stand elsewhere, in the 64-bit form. */
const ELSEWHERE = 0xffff;
const ELSEWHERE_LONG = 0xffffffff;

/** Kinds of files in the upper bits of a mode; 0 where none is told. */
const KIND = 0xf000;
const KIND_REGULAR = 0x8000;
const KIND_FOLDER = 0x4000;
const KIND_LINK = 0xa000;

/** Bytes whose checksum is made before it is asked whether others wait. */
const CHECK_BYTES = 1 << 20;

/** A member as the directory describes it. */
interface Member {
  /** Where the directory describes it. */
  readonly entry: number;
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/**
 * Reads the files of an archive.
 *
 * @param bytes The archive.
 * @param pace Lets other tasks run.
 * @returns Its files; folders are left out.
 * @throws {ParseError} `INVALID_ARCHIVE` if it is broken or has what is not
 * read.
 * @throws {FastpathError} `RATIO_EXCEEDED` if too much would come out of it.
 * @throws The signal's reason if it is aborted.
 */
export async function filesOfZip(
  bytes: Uint8Array<ArrayBuffer>,
  pace: Pace,
): Promise<ArchiveFile[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const members = directoryOf(bytes, view);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  if (total > Math.max(RATIO_FREE_BYTES, bytes.length * RATIO_MAX)) {
    throw new FastpathError(
      "RATIO_EXCEEDED",
      `Cannot inflate the archive: more than ${RATIO_MAX} bytes would come ` +
        "out of one",
    );
  }
  const files: ArchiveFile[] = [];
  for (const member of members) {
    if (member.name.endsWith("/")) continue;
    if (pace.due()) await pace.rest();
    const content = await contentOf(member, bytes, view);
    if (await crc32(content, pace) !== member.crc) {
      throw archiveFault(
        member.at,
        `"${member.name}" does not match its checksum`,
      );
    }
    files.push({ path: member.name, bytes: content, at: member.entry });
  }
  return files;
}

/** The directory, which the record at the end tells of. */
function directoryOf(bytes: Uint8Array, view: DataView): Member[] {
  const end = endOf(bytes, view);
  const count = view.getUint16(end + 10, true);
  if (count === ELSEWHERE || count > MEMBERS_MAX) {
    throw archiveFault(end, "it has too many members, or 64-bit sizes");
  }
  // The directory's bytes and its place.
  const isLong = view.getUint32(end + 12, true) === ELSEWHERE_LONG ||
    view.getUint32(end + 16, true) === ELSEWHERE_LONG;
  if (isLong) throw archiveFault(end, ZIP64);
  // This part, the one where the directory begins, and its members here.
  const isWhole = view.getUint16(end + 4, true) === 0 &&
    view.getUint16(end + 6, true) === 0 &&
    view.getUint16(end + 8, true) === count;
  if (!isWhole) throw archiveFault(end, SPLIT);
  const members: Member[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL) {
      throw archiveFault(at, "its directory is cut off");
    }
    const nameBytes = view.getUint16(at + 28, true);
    const from = at + CENTRAL_BYTES;
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    members.push(memberOf(view, at, nameOf(bytes, from, nameBytes)));
    at = from + nameBytes + rest;
  }
  return members;
}

const SPLIT = "it is one part of several, put them together first";
const ZIP64 = "it has 64-bit sizes (zip64), which are not read";

/** The record at the end; its comment, of any length, is all that follows. */
function endOf(bytes: Uint8Array, view: DataView): number {
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= 0 && last - at <= 0xffff; at--) {
    const isEnd = view.getUint32(at, true) === END &&
      view.getUint16(at + 20, true) === last - at;
    if (isEnd) return at;
  }
  throw archiveFault(bytes.length, "it has no directory, is it whole?");
}

function nameOf(bytes: Uint8Array, from: number, length: number): string {
  const name = bytes.subarray(from, from + length);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(name);
  } catch {
    throw archiveFault(from, "a name in it is not UTF-8");
  }
}

function memberOf(view: DataView, at: number, name: string): Member {
  const method = view.getUint16(at + 10, true);
  if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) {
    throw archiveFault(at, `"${name}" is encrypted`);
  }
  if (method !== STORED && method !== DEFLATED) {
    throw archiveFault(
      at,
      `"${name}" is compressed by method ${method}, not deflated`,
    );
  }
  // Both its sizes and its place.
  const isLong = [20, 24, 42].some((field) =>
    view.getUint32(at + field, true) === ELSEWHERE_LONG
  );
  if (isLong) throw archiveFault(at, ZIP64);
  if (view.getUint16(at + 34, true) !== 0) throw archiveFault(at, SPLIT);
  const kind = view.getUint16(at + 40, true) & KIND;
  if (!isPlain(kind, name)) {
    const what = kind === KIND_LINK ? "a symbolic link" : "no regular file";
    throw archiveFault(at, `"${name}" is ${what}`);
  }
  return {
    ...{ entry: at, name, method },
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
}

/** Whether a member is what its name says, a file or a folder. */
function isPlain(kind: number, name: string): boolean {
  if (kind === 0) return true;
  return kind === (name.endsWith("/") ? KIND_FOLDER : KIND_REGULAR);
}

async function contentOf(
  member: Member,
  bytes: Uint8Array<ArrayBuffer>,
  view: DataView,
): Promise<Uint8Array<ArrayBuffer>> {
  const { entry, name, method, packed, size, at } = member;
  const isThere = at + LOCAL_BYTES <= bytes.length &&
    view.getUint32(at, true) === LOCAL;
  if (!isThere) {
    throw archiveFault(entry, `"${name}" is not where the directory says`);
  }
  const from = at + LOCAL_BYTES + view.getUint16(at + 26, true) +
    view.getUint16(at + 28, true);
  if (from + packed > bytes.length) {
    throw archiveFault(at, `"${name}" is cut off`);
  }
  const data = bytes.subarray(from, from + packed);
  if (method === DEFLATED) return await inflated(member, data);
  if (packed !== size) throw archiveFault(entry, `"${name}" has two sizes`);
  return data;
}

/** Inflates exactly as much as the directory says. */
async function inflated(
  { name, size, at }: Member,
  data: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = new Uint8Array(size);
  let filled = 0;
  const stream = new Blob([data]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  try {
    for await (const chunk of stream) {
      if (filled + chunk.length > size) break;
      content.set(chunk, filled);
      filled += chunk.length;
    }
  } catch {
    throw archiveFault(at, `"${name}" is not deflated rightly`);
  }
  if (filled !== size) {
    throw archiveFault(at, `"${name}" has not the size it says`);
  }
  return content;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = (value & 1) === 0 ? value >>> 1 : 0xedb88320 ^ (value >>> 1);
  }
  return value;
});

async function crc32(bytes: Uint8Array, pace: Pace): Promise<number> {
  let value = 0xffffffff;
  for (let at = 0; at < bytes.length; at += CHECK_BYTES) {
    if (at > 0 && pace.due()) await pace.rest();
    value = crc32Of(bytes.subarray(at, at + CHECK_BYTES), value);
  }
  return ~value >>> 0;
}

function crc32Of(bytes: Uint8Array, before: number): number {
  let value = before;
  for (const byte of bytes) {
    value = CRC_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  }
  return value;
}
