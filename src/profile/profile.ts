/**
 * The main job: describes every column of a CSV or NDJSON input in one pass.
 *
 * @module
 */

import {
  engineForAsync,
  type EngineInfo,
  explainEngine,
  recover,
} from "../backend.ts";
import {
  assertBytesInput,
  type BytesInput,
  isPath,
  isRepeatable,
} from "../input.ts";
import { profileInput } from "./_source.ts";
import {
  checkProfileOptions,
  type ProfileOptions,
  type ProfileSettings,
} from "./options.ts";
import type { EngineResult, ProfileFormat, ProfileReport } from "./types.ts";

export type { ProfileOptions };

/** The kernel's name. */
const KERNEL = "profile";

/**
 * Profiles a CSV or NDJSON input: per column its type, nulls, distinct
 * values, range, mean, standard deviation, quantiles and most frequent
 * values, and the input's digest. One pass over the input; the memory is
 * bounded by the option `memory`, whatever the input's size. Figures are
 * exact while the values fit it, then estimated, and the report says so.
 *
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Format, memory limit, digests and more.
 * @returns The report. Units: bytes, rows, milliseconds, and the column's
 * own for its figures.
 * @throws {ParseError} If the input breaks a rule of its format, or is Arrow
 * or a JSON array (`UNSUPPORTED_FORMAT`): convert those first.
 * @throws {FastpathError} If a file cannot be read, memory runs out, the
 * native library is required but absent, or a native kernel panicked.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 * @throws The signal's reason if it is aborted.
 *
 * @example Profile bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,sold\nRiga,3\nOslo,5\nRiga,\n");
 * const { rows, columns } = await profile(bytes);
 * assertEquals(rows, 3);
 * assertEquals(columns[0]?.top, [
 *   { value: "Riga", count: 2 },
 *   { value: "Oslo", count: 1 },
 * ]);
 * assertEquals([columns[1]?.type, columns[1]?.nulls], ["i32", 1]);
 * assertEquals(columns[1]?.mean, 4);
 * ```
 *
 * @example Profile a stream with a digest of your choice
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile } from "@fastpath/fastpath";
 *
 * const stream = new Blob(['{"id":1}\n{"id":2,"ok":true}\n']).stream();
 * const { source, columns } = await profile(stream, { digests: [] });
 * assertEquals([source.format, source.sha256], ["ndjson", null]);
 * assertEquals(columns.map(({ name, nulls }) => [name, nulls]), [
 *   ["id", 0],
 *   ["ok", 1],
 * ]);
 * ```
 */
export async function profile(
  input: BytesInput,
  options: ProfileOptions = {},
): Promise<ProfileReport> {
  const begin = performance.now();
  assertBytesInput(input);
  const settings = checkProfileOptions(options);
  settings.signal?.throwIfAborted();
  const formatted = settings.format === undefined
    ? await profileInput(input, settings)
    : { format: settings.format, input };
  const { format } = formatted;
  const [result, engine] = await run(formatted.input, format, settings);
  const name = settings.name ?? (isPath(input) ? String(input) : "-");
  const elapsedMs = performance.now() - begin;
  return reportOf(result, { name, format, engine, elapsedMs });
}

/** The TypeScript engine, loaded on first use: half of all modules. */
async function onTypeScript(
  input: BytesInput,
  format: ProfileFormat,
  settings: ProfileSettings,
): Promise<EngineResult> {
  const { profileTs } = await import("./_profile_ts.ts");
  return await profileTs(input, format, settings);
}

/** Runs on the engine of choice; a panic over a repeatable input is made up. */
async function run(
  input: BytesInput,
  format: ProfileFormat,
  settings: ProfileSettings,
): Promise<[EngineResult, EngineInfo]> {
  const { engine } = settings;
  const size = input instanceof Uint8Array ? input.length : Infinity;
  const native = await engineForAsync(KERNEL, size, engine);
  const info = explainEngine(KERNEL, size, engine);
  if (native === null) {
    return [await onTypeScript(input, format, settings), info];
  }
  const { profileNative } = await import("./_profile_native.ts");
  try {
    return [await profileNative(native, input, format, settings), info];
  } catch (error) {
    if (!isRepeatable(input)) throw error;
    recover(error, engine);
    const result = await onTypeScript(input, format, settings);
    return [result, {
      name: "typescript",
      reason: "the native kernel panicked on this input",
    }];
  }
}

function reportOf(
  { rows, bytes, digests, columns }: EngineResult,
  run: {
    name: string;
    format: ProfileFormat;
    engine: EngineInfo;
    elapsedMs: number;
  },
): ProfileReport {
  const { name, format, engine, elapsedMs } = run;
  const seconds = elapsedMs / 1000;
  return {
    version: 1,
    source: {
      name,
      format,
      bytes,
      sha256: digests.sha256 ?? null,
      blake3: digests.blake3 ?? null,
    },
    rows,
    columns,
    engine: { name: engine.name, reason: engine.reason },
    elapsedMs,
    rowsPerSecond: seconds > 0 ? rows / seconds : 0,
    bytesPerSecond: seconds > 0 ? bytes / seconds : 0,
  };
}
