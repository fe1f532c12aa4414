/**
 * The progress line of long reads: bytes, rate and time left, on stderr and
 * only on a terminal.
 *
 * @module
 */

import { writeError } from "./io.ts";

/** What a progress line needs from the world; tests give their own. */
export interface ProgressWorld {
  /** Milliseconds of a monotonic clock. */
  readonly nowMs: () => number;
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
  /** Columns of the terminal. */
  readonly columns: number;
}

/** Nothing is shown before a read has lasted this long. */
const QUIET_MS = 500;
/** Time between two drawings. */
const REDRAW_MS = 100;

/** A line that says how far a read is. */
export class Progress {
  readonly #world: ProgressWorld;
  readonly #name: string;
  readonly #total: number | null;
  readonly #startMs: number;
  #drawnMs: number;
  #shown = false;

  /**
   * Begins a read; nothing is drawn yet.
   *
   * @param world Clock and terminal.
   * @param name The input's name.
   * @param total Its bytes, or null where unknown.
   */
  constructor(world: ProgressWorld, name: string, total: number | null) {
    this.#world = world;
    this.#name = name;
    this.#total = total;
    this.#startMs = world.nowMs();
    this.#drawnMs = this.#startMs + QUIET_MS - REDRAW_MS;
  }

  /**
   * Draws the line anew, at most ten times a second.
   *
   * @param bytesDone Bytes of input that are done.
   */
  update(bytesDone: number): void {
    const nowMs = this.#world.nowMs();
    if (nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#shown = true;
    const line = progressLine(
      this.#name,
      bytesDone,
      this.#total,
      nowMs - this.#startMs,
      this.#world.columns,
    );
    this.#world.write(`\r\x1b[2K${line}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown) this.#world.write("\r\x1b[2K");
    this.#shown = false;
  }
}

/**
 * The text of a progress line.
 *
 * @param name The input's name.
 * @param bytesDone Bytes that are done.
 * @param total Bytes in all, or null.
 * @param elapsedMs Time since the start.
 * @param columns Columns of the terminal; the line is one shorter.
 * @returns The line without an end.
 */
export function progressLine(
  name: string,
  bytesDone: number,
  total: number | null,
  elapsedMs: number,
  columns: number,
): string {
  const perMs = bytesDone / Math.max(1, elapsedMs);
  const rate = `${(perMs / 1e3).toFixed(0)} MB/s`;
  const done = `${(bytesDone / 1e6).toFixed(0)} MB`;
  let line = `${name}: ${done}, ${rate}`;
  if (total !== null && total > 0 && perMs > 0) {
    const percent = Math.min(100, Math.floor(100 * bytesDone / total));
    const leftS = Math.max(0, (total - bytesDone) / perMs / 1e3);
    line = `${name}: ${percent} % of ${(total / 1e6).toFixed(0)} MB, ` +
      `${rate}, ${Math.ceil(leftS)} s left`;
  }
  return line.slice(0, columns - 1);
}

/**
 * Starts the progress of an input on this process's terminal.
 *
 * @param name The input's name as given.
 * @param total Its bytes, or null where unknown.
 * @returns The progress, or null where stderr is no terminal.
 */
export function startProgress(
  name: string,
  total: number | null,
): Progress | null {
  if (!Deno.stderr.isTerminal()) return null;
  let columns = 80;
  try {
    columns = Deno.consoleSize().columns || columns;
  } catch {
    // No size is known.
  }
  return new Progress(
    { nowMs: () => performance.now(), write: writeError, columns },
    name,
    total,
  );
}
