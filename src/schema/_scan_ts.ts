/**
 * Reads and checks the files of a schema in TypeScript.
 *
 * @module
 */

import { reasonOf } from "../files.ts";
import { digestSync } from "../hash/digest.ts";
import type { Pace } from "../pace.ts";
import { sequenceLength } from "../values/utf8.ts";
import { readFileWhole } from "./_disk.ts";
import { scanSql } from "./_lexer_ts.ts";
import type { IncludeLine, Scanned, Unread } from "./_scan.ts";
import type { Source } from "./_sources.ts";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BOM_BYTES = 3;

/**
 * Reads and checks files.
 *
 * @param sources The files.
 * @param pace Lets other tasks run.
 * @param onFile Told after each file.
 * @returns What was found, in the same order.
 */
export async function scanFilesTs(
  sources: readonly Source[],
  pace: Pace,
  onFile: () => void,
): Promise<(Scanned | Unread)[]> {
  const found: (Scanned | Unread)[] = [];
  for (const source of sources) {
    found.push(scanFile(source));
    onFile();
    if (pace.due()) await pace.rest();
  }
  return found;
}

function scanFile(source: Source): Scanned | Unread {
  let { bytes } = source;
  if (bytes === null) {
    try {
      bytes = readFileWhole(source.file!);
    } catch (error) {
      return { source, code: "UNREADABLE", reason: reasonOf(error) };
    }
    if (bytes === null) return { source, code: "CHANGED", reason: "" };
  }
  return scanBytes(source, bytes);
}

/**
 * Checks the bytes of a file.
 *
 * @param source The file.
 * @param bytes Its bytes.
 * @returns What was found.
 */
export function scanBytes(
  source: Source,
  bytes: Uint8Array<ArrayBuffer>,
): Scanned {
  const digest = digestSync(bytes, {
    encoding: "bytes",
    engine: "typescript",
  });
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const skipped = hasBom ? BOM_BYTES : 0;
  const text = bytes.subarray(skipped);
  const includes: IncludeLine[] = [];
  let metaAt = -1;
  const fault = encodingFault(text) ?? scanSql(text, {
    include({ start, end, path }) {
      const name = new TextDecoder().decode(
        text.subarray(path.start, path.end),
      );
      includes.push({
        start: start + skipped,
        end: end + skipped,
        path: name,
        pathAt: path.start + skipped,
      });
    },
    meta(at) {
      if (metaAt < 0) metaAt = at + skipped;
    },
  });
  return {
    ...{ source, bytes, digest, hasBom, metaAt, includes },
    fault: fault && { code: fault.code, at: fault.at + skipped },
    crlfAt: firstCrlf(bytes),
  };
}

/**
 * What keeps bytes from being a text of SQL.
 *
 * @param text The bytes.
 * @returns The first that is no UTF-8 or NUL; null if there is none.
 */
export function encodingFault(
  text: Uint8Array,
): { code: "INVALID_UTF8" | "NUL_BYTE"; at: number } | null {
  const nul = text.indexOf(0);
  const bad = firstIllFormed(text);
  if (bad >= 0 && (nul < 0 || bad < nul)) {
    return { code: "INVALID_UTF8", at: bad };
  }
  return nul < 0 ? null : { code: "NUL_BYTE", at: nul };
}

function isUtf8(text: Uint8Array): boolean {
  try {
    DECODER.decode(text);
    return true;
  } catch {
    return false;
  }
}

/** The first byte that is not UTF-8, or -1. */
function firstIllFormed(text: Uint8Array): number {
  if (isUtf8(text)) return -1;
  for (let at = 0; at < text.length;) {
    if (text[at]! < 0x80) at++;
    else {
      const length = sequenceLength(text, at, text.length);
      if (length <= 0) return at;
      at += length;
    }
  }
  return -1;
}

function firstCrlf(bytes: Uint8Array): number {
  for (
    let at = bytes.indexOf(0x0d);
    at >= 0;
    at = bytes.indexOf(0x0d, at + 1)
  ) {
    if (bytes[at + 1] === 0x0a) return at;
  }
  return -1;
}
