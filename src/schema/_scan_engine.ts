/**
 * Chooses who reads the files of a schema.
 *
 * @module
 */

import type { Pace } from "../pace.ts";
import type { Scanned, Unread } from "./_scan.ts";
import { scanFilesTs } from "./_scan_ts.ts";
import type { Source } from "./_sources.ts";
import type { SchemaSettings } from "./options.ts";

/**
 * Reads and checks files.
 *
 * @param sources The files.
 * @param _settings The engine and who stops it.
 * @param pace Lets other tasks run.
 * @param onFile Told after each file.
 * @returns What was found, in the same order.
 */
export async function scanFiles(
  sources: readonly Source[],
  _settings: SchemaSettings,
  pace: Pace,
  onFile: () => void,
): Promise<(Scanned | Unread)[]> {
  return await scanFilesTs(sources, pace, onFile);
}
