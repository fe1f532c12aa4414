/**
 * Chooses who reads the files of a schema.
 *
 * @module
 */

import { engineForAsync, recover } from "../backend.ts";
import { isDeno } from "../files.ts";
import type { Pace } from "../pace.ts";
import type { Scanned, Unread } from "./_scan.ts";
import { scanFilesNative } from "./_scan_native.ts";
import { scanFilesTs } from "./_scan_ts.ts";
import type { Source } from "./_sources.ts";
import type { SchemaSettings } from "./options.ts";

/**
 * Reads and checks files.
 *
 * @param sources The files.
 * @param settings The engine and who stops it.
 * @param pace Lets other tasks run.
 * @param onFile Told after each file.
 * @returns What was found, in the same order.
 */
export async function scanFiles(
  sources: readonly Source[],
  settings: SchemaSettings,
  pace: Pace,
  onFile: () => void,
): Promise<(Scanned | Unread)[]> {
  const { engine } = settings;
  const native = sources.every(isOnDisk) && areGranted(sources)
    ? await engineForAsync("schema.scan", sources.length, engine)
    : null;
  if (native === null) return await scanFilesTs(sources, pace, onFile);
  try {
    const found = await scanFilesNative(native, sources, settings);
    found.forEach(onFile);
    return found;
  } catch (error) {
    recover(error, engine);
    return await scanFilesTs(sources, pace, onFile);
  }
}

/** Bytes in memory are not handed over: the checks alone do not pay. */
function isOnDisk({ file }: Source): boolean {
  return file !== null;
}

/**
 * Whether native code may open the files, whose paths have no links: all
 * reading is granted, or that of their folders, without exceptions.
 */
function areGranted(sources: readonly Source[]): boolean {
  if (!isDeno) return true;
  const isGranted = (path?: string) => {
    const query = { name: "read", ...(path === undefined ? {} : { path }) };
    const status = Deno.permissions.querySync(query as { name: "read" });
    return status.state === "granted" && !status.partial;
  };
  if (isGranted()) return true;
  const folders = new Set(
    sources.map(({ file }) => file!.slice(0, file!.lastIndexOf("/") + 1)),
  );
  return [...folders].every(isGranted);
}
