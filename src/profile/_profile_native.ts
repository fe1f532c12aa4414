/**
 * The native engine of `profile`: the kernel reads a file itself where the
 * permissions allow it, else it is fed.
 *
 * @module
 */

import { encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { readablePath } from "../../ffi/readable.ts";
import type { Native } from "../backend.ts";
import { type BytesInput, isPath } from "../input.ts";
import { compressionOf, plainChunks } from "../inflate/inflate.ts";
import { arrangeColumn, nameQuantiles } from "./_arrange.ts";
import { readAhead } from "../stream/read_ahead.ts";
import type { ProfileSettings } from "./options.ts";
import type {
  EngineResult,
  ProfileColumn,
  ProfileFormat,
  ProfileValue,
  TypeName,
} from "./types.ts";

/** Bytes of one call, some 10 ms of work: an abort acts at once. */
const PUSH_BYTES = 1 << 22;
/** Bytes of a stream that are gathered for one call: a step of the kernel. */
const STEP_BYTES = 1 << 21;
const NOTHING = new Uint8Array(0);

/**
 * Profiles an input.
 *
 * @param native The library.
 * @param input The input.
 * @param format Its format.
 * @param settings The options, checked.
 * @returns The figures and the digests.
 * @throws {ParseError} If the input breaks a rule of its format.
 * @throws {FastpathError} If a file cannot be read, memory ran out, or the
 * kernel panicked (`NATIVE_PANIC`).
 * @throws The signal's reason if it is aborted.
 */
export async function profileNative(
  native: Native,
  input: BytesInput,
  format: ProfileFormat,
  settings: ProfileSettings,
): Promise<EngineResult> {
  const { signal } = settings;
  signal?.throwIfAborted();
  const config = configOf(format, settings);
  const status = native.fp_profile_open(config, config.length);
  using handle = new NativeHandle(native, status, "profile");
  const isPlainPath = isPath(input) && compressionOf(input) === null;
  const path = isPlainPath ? readablePath(input) : null;
  if (path !== null) await runFile(native, handle, path, input, settings);
  else await feed(native, handle, input, settings);
  return resultOf(handle.text());
}

async function runFile(
  native: Native,
  handle: NativeHandle,
  path: string,
  input: BytesInput,
  { signal, onProgress }: ProfileSettings,
): Promise<void> {
  using control = new Control({ signal, onProgress });
  const { cells } = control;
  const name = new TextEncoder().encode(path);
  const status = await native.fp_profile_file_async(
    handle.id,
    name,
    name.length,
    cells,
    cells.length,
  );
  handle.check(status, { signal, path: String(input) });
  onProgress?.(control.bytesDone);
}

async function feed(
  native: Native,
  handle: NativeHandle,
  input: BytesInput,
  settings: ProfileSettings,
): Promise<void> {
  const { signal, onProgress } = settings;
  using control = new Control({ signal });
  const { cells } = control;
  let bytes = 0;
  const push = async (piece: Uint8Array<ArrayBuffer>, last: 0 | 1) => {
    const status = await native.fp_profile_push_async(
      handle.id,
      piece,
      piece.length,
      last,
      cells,
      cells.length,
    );
    handle.check(status, { signal });
    bytes += piece.length;
    onProgress?.(bytes);
  };
  const chunks = plainChunks(input, settings);
  const isWhole = input instanceof Uint8Array;
  for await (const chunk of isWhole ? chunks : readAhead(chunks, STEP_BYTES)) {
    for (let at = 0; at < chunk.length; at += PUSH_BYTES) {
      await push(chunk.subarray(at, at + PUSH_BYTES), 0);
    }
  }
  await push(NOTHING, 1);
}

function configOf(
  format: ProfileFormat,
  { delimiter, header, memory, digests, rules }: ProfileSettings,
): Uint8Array<ArrayBuffer> {
  return encodeConfig({
    format,
    delimiter,
    header,
    memory,
    digests: digests.join(","),
    threads: navigator.hardwareConcurrency,
    max_depth: rules.maxDepth,
    duplicates: rules.duplicates,
    surrogates: rules.surrogates,
    integers: rules.integers,
    overflow: rules.overflow,
    blank_lines: rules.blankLines,
  });
}

/** A value as the kernel writes it. */
type RawValue = boolean | number | string;

/** A column as the kernel writes it: values are not typed yet. */
interface RawColumn
  extends Omit<ProfileColumn, "min" | "max" | "top" | "quantiles"> {
  min: RawValue | null;
  max: RawValue | null;
  top: [RawValue, number][];
  quantiles?: (number | string | null)[];
}

/** The kernel's JSON as the result of an engine. */
function resultOf(text: string): EngineResult {
  const { rows, bytes, digests, columns } = JSON.parse(text) as {
    rows: number;
    bytes: number;
    digests: EngineResult["digests"];
    columns: RawColumn[];
  };
  return { rows, bytes, digests, columns: columns.map(columnOf) };
}

function columnOf(raw: RawColumn): ProfileColumn {
  const { quantiles, min, max, top, ...others } = raw;
  const { type } = raw;
  return arrangeColumn({
    ...others,
    min: min === null ? null : valueOf(min, type),
    max: max === null ? null : valueOf(max, type),
    ...(quantiles === undefined ? {} : { quantiles: nameQuantiles(quantiles) }),
    top: top.map(([value, count]) => ({ value: valueOf(value, type), count })),
  });
}

/** An i64 is a text of digits; an f64 that JSON cannot hold is its name. */
function valueOf(value: RawValue, type: TypeName): ProfileValue {
  if (type === "i64") return BigInt(value);
  return type === "f64" ? Number(value) : value;
}
