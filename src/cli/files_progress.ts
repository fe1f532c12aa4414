/**
 * The progress line of sets of files: files, bytes, rate and time left, on
 * stderr and only on a terminal.
 *
 * @module
 */

import type { FilesProgress } from "../hash/mod.ts";
import { writeError } from "./io.ts";
import type { ProgressWorld } from "./progress.ts";

/** Nothing is shown before the work has lasted this long. */
const QUIET_MS = 500;
/** Time between two drawings. */
const REDRAW_MS = 100;

/** A line under way. */
export interface FilesLine {
  /** Draws the line anew, at most ten times a second. */
  readonly update: (progress: FilesProgress) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/**
 * The text of a progress line.
 *
 * @param name The command.
 * @param progress How far it is.
 * @param elapsedMs Time since the start.
 * @param columns Columns of the terminal; the line is one shorter.
 * @returns The line without an end.
 */
export function filesProgressLine(
  name: string,
  { files, filesTotal, bytes }: FilesProgress,
  elapsedMs: number,
  columns: number,
): string {
  const rate = (bytes / 1e3 / Math.max(1, elapsedMs)).toFixed(0);
  let line = `${name}: ${files} files, ${(bytes / 1e6).toFixed(0)} MB`;
  if (filesTotal > 0) {
    line = `${name}: ${files} of ${filesTotal} files, ` +
      `${(bytes / 1e6).toFixed(0)} MB, ${rate} MB/s`;
    if (files > 0) {
      const leftS = elapsedMs / files * (filesTotal - files) / 1e3;
      line += `, ${Math.ceil(Math.max(0, leftS))} s left`;
    }
  }
  return line.slice(0, columns - 1);
}

/**
 * A progress line.
 *
 * @param world Clock and terminal.
 * @param name The command.
 * @returns The line; nothing is drawn yet.
 */
export function filesLine(world: ProgressWorld, name: string): FilesLine {
  const startMs = world.nowMs();
  let drawnMs = startMs + QUIET_MS - REDRAW_MS;
  let isShown = false;
  return {
    update(progress) {
      const nowMs = world.nowMs();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      isShown = true;
      const elapsedMs = nowMs - startMs;
      const line = filesProgressLine(name, progress, elapsedMs, world.columns);
      world.write(`\r\x1b[2K${line}`);
    },
    clear() {
      if (isShown) world.write("\r\x1b[2K");
      isShown = false;
    },
  };
}

/**
 * Starts a line on this process's terminal.
 *
 * @param name The command.
 * @returns The line, or null where stderr is no terminal.
 */
export function startFilesProgress(name: string): FilesLine | null {
  if (!Deno.stderr.isTerminal()) return null;
  let columns = 80;
  try {
    columns = Deno.consoleSize().columns || columns;
  } catch {
    // No size is known.
  }
  const world = {
    nowMs: () => performance.now(),
    write: writeError,
    columns,
  };
  return filesLine(world, name);
}
