/**
 * Files of a zip archive, with a bound on what comes out of it. The form is
 * that of PKWARE's APPNOTE 6.3.10: stored and deflated members; no encryption,
 * no parts, no 64-bit sizes.
 *
 * @module
 */

import { RATIO_FREE_BYTES, RATIO_MAX } from "../inflate/inflate.ts";
import { archiveFault } from "./_archive_fault.ts";
import type { SchemaFile } from "./build.ts";

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
 * @returns Its files; folders are left out.
 * @throws {ParseError} `INVALID_ARCHIVE` if it is broken, has what is not
 * read, or too much would come out of it.
 */
export async function filesOfZip(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<SchemaFile[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const members = directoryOf(bytes, view);
  const total = members.reduce((sum, { size }) => sum + size, 0);
  if (total > Math.max(RATIO_FREE_BYTES, bytes.length * RATIO_MAX)) {
    throw archiveFault(
      0,
      `more than ${RATIO_MAX} times its size would come out`,
    );
  }
  const files: SchemaFile[] = [];
  for (const member of members) {
    if (member.name.endsWith("/")) continue;
    const content = await contentOf(member, bytes, view);
    if (crc32(content) !== member.crc) {
      throw archiveFault(
        member.at,
        `"${member.name}" does not match its checksum`,
      );
    }
    files.push({ path: member.name, bytes: content });
  }
  return files;
}

/** The directory stands at the end, before a comment of any length. */
function directoryOf(bytes: Uint8Array, view: DataView): Member[] {
  let end = bytes.length - END_BYTES;
  const least = Math.max(0, end - 0xffff);
  while (end >= least && view.getUint32(end, true) !== END) end--;
  if (end < least || end < 0) {
    throw archiveFault(bytes.length, "it has no directory, is it whole?");
  }
  const count = view.getUint16(end + 10, true);
  if (count === 0xffff || count > MEMBERS_MAX) {
    throw archiveFault(end, "it has too many members, or 64-bit sizes");
  }
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
  return {
    ...{ entry: at, name, method },
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
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

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value = CRC_TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8);
  }
  return ~value >>> 0;
}
