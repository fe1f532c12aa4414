/**
 * Reads and checks the files of a schema in native code: one call for all of
 * them, on several threads.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import type { Native } from "../backend.ts";
import { statSync } from "../files.ts";
import type { IncludeLine, Scanned, Unread } from "./_scan.ts";
import type { Source } from "./_sources.ts";
import type { SchemaFaultCode } from "./faults.ts";
import type { SchemaSettings } from "./options.ts";

/** The kernel's name in messages. */
const KERNEL = "schema.scan";

/** As many threads as there are cores. */
const ALL_CORES = 0;

/** Bytes of the facts of one file. */
const FACT_BYTES = 80;

/** Faults by their numbers at the boundary. */
const FAULTS: readonly (SchemaFaultCode | null)[] = [
  null,
  "INVALID_UTF8",
  "NUL_BYTE",
  "UNCLOSED_QUOTE",
  "UNCLOSED_IDENTIFIER",
  "UNCLOSED_COMMENT",
  "UNCLOSED_DOLLAR_QUOTE",
  "UNCLOSED_COPY_DATA",
  "UNCLOSED_PARENTHESIS",
  "UNCLOSED_BODY",
  "UNCLOSED_IF",
];

/** So few and small files take less than 1 ms, and less than a thread. */
const SYNC_FILES_MAX = 4;
const SYNC_BYTES_MAX = 1 << 18;

/**
 * Reads and checks files on the disk.
 *
 * @param native The library.
 * @param sources The files; reading them is granted.
 * @param settings Who stops it and who listens.
 * @returns What was found, in the same order.
 * @throws {FastpathError} If memory runs out or the kernel panicked.
 * @throws The signal's reason if it is aborted.
 */
export async function scanFilesNative(
  native: Native,
  sources: readonly Source[],
  { signal, onProgress }: SchemaSettings,
): Promise<(Scanned | Unread)[]> {
  using control = new Control({ signal, onProgress });
  const { cells } = control;
  const paths = new TextEncoder().encode(
    sources.map(({ file }) => `${file}\0`).join(""),
  );
  const args = [paths, paths.length, ALL_CORES, cells, cells.length] as const;
  const status = areSmall(sources)
    ? native.fp_schema_scan(...args)
    : await native.fp_schema_scan_async(...args);
  if (status < 0) checkStatus(status, KERNEL, { signal });
  using handle = new NativeHandle(native, status, KERNEL);
  return take(native, handle, sources);
}

function areSmall(sources: readonly Source[]): boolean {
  if (sources.length > SYNC_FILES_MAX) return false;
  try {
    const sizes = sources.map(({ file }) => {
      const { isFile, size } = statSync(file!);
      return isFile ? size : Infinity;
    });
    return sizes.reduce((sum, size) => sum + size, 0) <= SYNC_BYTES_MAX;
  } catch {
    // It cannot be looked at; the kernel says why.
    return false;
  }
}

function take(
  native: Native,
  handle: NativeHandle,
  sources: readonly Source[],
): (Scanned | Unread)[] {
  const facts = new Uint8Array(sources.length * FACT_BYTES);
  handle.check(native.fp_schema_facts(handle.id, facts, facts.length));
  const view = new DataView(facts.buffer);
  let total = 0;
  for (let index = 0; index < sources.length; index++) {
    total += view.getFloat64(index * FACT_BYTES + 8, true);
  }
  const bytes = new Uint8Array(total);
  handle.check(native.fp_schema_bytes(handle.id, bytes, bytes.length));
  const { includes, words } = textOf(native, handle);
  const lines = linesByFile(includes);
  let at = 0;
  return sources.map((source, index) => {
    const fact = index * FACT_BYTES;
    const size = view.getFloat64(fact + 8, true);
    const own = bytes.subarray(at, at += size);
    const status = view.getUint32(fact, true);
    if (status === 2) return { source, code: "CHANGED", reason: "" };
    if (status !== 0) {
      return { source, code: "UNREADABLE", reason: words[index] ?? "" };
    }
    const code = FAULTS[view.getUint32(fact + 4, true)] ?? null;
    return {
      ...{ source, bytes: own },
      digest: facts.subarray(fact + 48, fact + FACT_BYTES),
      fault: code && { code, at: view.getFloat64(fact + 16, true) },
      crlfAt: view.getFloat64(fact + 24, true),
      metaAt: view.getFloat64(fact + 32, true),
      hasBom: view.getUint32(fact + 40, true) === 1,
      includes: (lines.get(index) ?? []).map((line) => includeOf(own, line)),
    };
  });
}

/** What the kernel says in words and lists. */
interface Text {
  /** Five numbers an include: its file, its line's bytes, its path's. */
  readonly includes: readonly number[];
  readonly words: Readonly<Record<number, string>>;
}

/** Most schemas have neither words nor includes. */
const TEXT_BYTES = 256;

function textOf(native: Native, handle: NativeHandle): Text {
  let room = new Uint8Array(TEXT_BYTES);
  let size = native.fp_schema_text(handle.id, room, room.length);
  if (size > room.length) {
    room = new Uint8Array(size);
    size = native.fp_schema_text(handle.id, room, room.length);
  }
  handle.check(Math.min(size, 0));
  return JSON.parse(new TextDecoder().decode(room.subarray(0, size)));
}

function linesByFile(includes: readonly number[]): Map<number, number[][]> {
  const lines = new Map<number, number[][]>();
  for (let at = 0; at < includes.length; at += 5) {
    const file = includes[at]!;
    const own = lines.get(file) ?? [];
    own.push(includes.slice(at + 1, at + 5));
    lines.set(file, own);
  }
  return lines;
}

function includeOf(
  bytes: Uint8Array,
  [start = 0, end = 0, pathAt = 0, pathEnd = 0]: number[],
): IncludeLine {
  const path = new TextDecoder().decode(bytes.subarray(pathAt, pathEnd));
  return { start, end, path, pathAt };
}
