/**
 * The TypeScript engine of `profile`.
 *
 * @module
 */

import { CsvScanner } from "../csv/_scan_ts.ts";
import { createHasher } from "../hash/_digest_ts.ts";
import { type BytesInput, CHUNK_BYTES } from "../input.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { NdjsonScanner } from "../ndjson/_scan_ts.ts";
import type { Scanner } from "../values/block.ts";
import { Pace } from "../pace.ts";
import { Profiler } from "./_profiler.ts";
import type { ProfileSettings } from "./options.ts";
import type { EngineResult, ProfileFormat } from "./types.ts";

const NOTHING = new Uint8Array(0);

/**
 * Profiles an input.
 *
 * @param input The input.
 * @param format Its format.
 * @param settings The options, checked.
 * @returns The figures and the digests.
 * @throws {ParseError} If the input breaks a rule of its format.
 * @throws {FastpathError} If a file cannot be read or memory ran out.
 * @throws The signal's reason if it is aborted.
 */
export async function profileTs(
  input: BytesInput,
  format: ProfileFormat,
  settings: ProfileSettings,
): Promise<EngineResult> {
  const { digests, memory, signal, onProgress } = settings;
  signal?.throwIfAborted();
  const pace = new Pace(signal);
  const hashers = digests.map((name) => createHasher(name));
  const profiler = new Profiler(scannerOf(format, settings), memory, pace);
  let bytes = 0;
  for await (const chunk of plainChunks(input, settings)) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const piece = chunk.subarray(at, at + CHUNK_BYTES);
      for (const hasher of hashers) hasher.update(piece);
      await profiler.push(piece, false);
      bytes += piece.length;
      onProgress?.(bytes);
    }
  }
  await profiler.push(NOTHING, true);
  const result = await profiler.finish();
  const hex: EngineResult["digests"] = {};
  digests.forEach((name, index) => hex[name] = hashers[index]!.hex());
  return { ...result, bytes, digests: hex };
}

function scannerOf(
  format: ProfileFormat,
  { delimiter, header, rules }: ProfileSettings,
): Scanner {
  return format === "csv"
    ? new CsvScanner({ delimiter: delimiter.charCodeAt(0), header })
    : new NdjsonScanner(rules);
}
