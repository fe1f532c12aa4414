/**
 * Files of the body of a form: `multipart/form-data` by RFC 7578, of the form
 * that RFC 2046, section 5.1, gives to it. What stands before the first
 * boundary and behind the last one means nothing.
 *
 * @module
 */

import type { Pace } from "../pace.ts";
import { archiveFault, type ArchiveFile } from "./_archive_fault.ts";

/** Bytes of the lines in front of a part. */
const HEADER_BYTES_MAX = 1 << 16;

/** Bytes in front of the first boundary in which it is looked for. */
const PREAMBLE_BYTES_MAX = 1 << 16;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DASH = 0x2d;

/** Encodings of a part that change no byte. */
const PLAIN_ENCODINGS: readonly string[] = ["binary", "7bit", "8bit"];

/** Where a form begins. */
export interface FormStart {
  /** The byte of its first boundary line. */
  readonly at: number;
  /** The boundary with the two dashes before it. */
  readonly mark: Uint8Array;
}

/**
 * The first boundary line of a body: one that headers of a part follow, else
 * the very first line.
 *
 * @param bytes The body.
 * @returns Where it stands; null if this is no form.
 */
export function startOfForm(bytes: Uint8Array): FormStart | null {
  const head = LATIN1.decode(bytes.subarray(0, PREAMBLE_BYTES_MAX));
  const found = FIRST.exec(head) ?? ONLY.exec(head);
  if (found === null) return null;
  const at = found.index + found[1]!.length;
  return { at, mark: new TextEncoder().encode(found[2]!) };
}

/** One character a byte. */
const LATIN1 = new TextDecoder("latin1");

// A boundary has 70 characters at most and no blank at its end (RFC 2046,
// section 5.1.1).
const FIRST =
  /(^|\r\n)(--[ -~]{0,69}[!-~])[ \t]*\r\n(?=content-[a-z-]+[ \t]*:)/i;
/** A form without parts, or one that is cut off. */
const ONLY = /^()(--[ -~]{0,69}?[!-~])(?:[ \t]*\r\n|--[ \t]*(?:\r\n|$))/;

/**
 * Reads the files of a form.
 *
 * @param bytes The body.
 * @param start Where it begins.
 * @param pace Lets other tasks run.
 * @returns The files.
 * @throws {ParseError} `INVALID_ARCHIVE` if the form is broken or cut off, has
 * fields that are no files, or files in an encoding.
 * @throws The signal's reason if it is aborted.
 */
export async function filesOfForm(
  bytes: Uint8Array<ArrayBuffer>,
  { at, mark }: FormStart,
  pace: Pace,
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = [];
  let line = delimiterAt(bytes, at, mark);
  let partAt = at;
  while (line !== null && !line.isLast) {
    if (pace.due()) await pace.rest();
    const { path, from } = headersOf(bytes, line.end, partAt);
    const next = await nextDelimiter(bytes, from, mark, pace);
    if (next === null) break;
    // The line end before a boundary belongs to it.
    const content = bytes.subarray(from, Math.max(from, next.at - 2));
    files.push({ path, bytes: content, at: partAt });
    [line, partAt] = [next, next.at];
  }
  if (line?.isLast !== true) throw brokenForm(bytes.length);
  return files;
}

function brokenForm(at: number): Error {
  return archiveFault(at, "the form is broken or cut off");
}

/** A boundary line. */
interface Delimiter {
  readonly at: number;
  readonly end: number;
  /** Whether it closes the form. */
  readonly isLast: boolean;
}

/** The next boundary line from a byte on, which begins a line. */
async function nextDelimiter(
  bytes: Uint8Array,
  from: number,
  mark: Uint8Array,
  pace: Pace,
): Promise<Delimiter | null> {
  // An empty part may have its boundary where its content would begin.
  let at = from - 2;
  for (; at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (pace.due()) await pace.rest();
    if (bytes[at + 1] !== LF) continue;
    const found = delimiterAt(bytes, at + 2, mark);
    if (found !== null) return found;
  }
  return null;
}

/** The boundary line that begins at a byte, if one does. */
function delimiterAt(
  bytes: Uint8Array,
  at: number,
  mark: Uint8Array,
): Delimiter | null {
  if (bytes.length - at < mark.length) return null;
  for (let index = 0; index < mark.length; index++) {
    if (bytes[at + index] !== mark[index]) return null;
  }
  let end = at + mark.length;
  const isLast = bytes[end] === DASH && bytes[end + 1] === DASH;
  if (isLast) end += 2;
  while (bytes[end] === SPACE || bytes[end] === TAB) end++;
  const isEnd = isLast && end === bytes.length;
  const isLine = bytes[end] === CR && bytes[end + 1] === LF;
  return isEnd || isLine ? { at, end: end + 2, isLast } : null;
}

/** The file's name, and where its bytes begin. */
function headersOf(
  bytes: Uint8Array,
  from: number,
  partAt: number,
): { path: string; from: number } {
  const end = headersEnd(bytes, from);
  const text = textOf(bytes.subarray(from, Math.max(from, end)), from);
  // A line that begins with a blank goes on with the one before.
  const lines = text.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = new Map(lines.map((line) => {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    return [name, line.slice(colon + 1).trim()];
  }));
  const given = headers.get("content-disposition") ?? "";
  const name = parameterOf(given, "name");
  const path = parameterOf(given, "filename");
  if (path === null) {
    throw archiveFault(
      partAt,
      name === null
        ? "a part of the form has no name"
        : `its field "${name}" is no file; options stand in the address`,
    );
  }
  const encoding = headers.get("content-transfer-encoding") ?? "binary";
  if (!PLAIN_ENCODINGS.includes(encoding.toLowerCase())) {
    throw archiveFault(
      partAt,
      `"${path}" has the content-transfer-encoding ${encoding}, send its ` +
        "bytes as they are",
    );
  }
  return { path, from: end + 4 };
}

/** Where the line end stands behind which the empty line is. */
function headersEnd(bytes: Uint8Array, from: number): number {
  // Without headers it is the one of the boundary's line.
  let at = from - 2;
  for (; at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (at - from > HEADER_BYTES_MAX) break;
    const isEnd = bytes[at + 1] === LF && bytes[at + 2] === CR &&
      bytes[at + 3] === LF;
    if (isEnd) return at;
  }
  throw brokenForm(from);
}

function textOf(bytes: Uint8Array, at: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw archiveFault(at, "a name in it is not UTF-8");
  }
}

/**
 * A parameter of a header. Browsers and curl write `%22`, `%0D` and `%0A` for
 * quotes and line ends in names, and all else as it is.
 */
function parameterOf(header: string, name: string): string | null {
  for (const found of header.matchAll(PARAMETER)) {
    if (found[1]!.toLowerCase() !== name) continue;
    const value = found[2] ?? found[3]!;
    return value.replace(
      /%(22|0D|0A)/gi,
      (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  return null;
}

const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"([^"]*)"|([^\s;]*))/g;
