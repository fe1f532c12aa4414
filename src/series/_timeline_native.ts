/**
 * The native engine of timelines: columns in, one buffer out.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import type { Native } from "../backend.ts";
import {
  BY_HOUR,
  type Job,
  type Rows,
  type Starts,
  type Sums,
} from "./_job.ts";
import { wordsOf } from "./_words.ts";

/** The kernel's name in messages. */
const KERNEL = "series.timeline";

/** Rows whose timeline takes less than 1 ms. */
const SYNC_ROWS_MAX = 16_384;

/** Bytes before the rows of the output: their number and the outcome. */
const HEADER_BYTES = 16;

/** Numbers of the outcomes at the boundary; others are sums too large. */
const DONE = 0;
const NEEDS_ROOM = 3;

const NO_CELLS = new Int32Array(0);

/**
 * Makes the rows of a timeline, at once.
 *
 * @param native The library.
 * @param job What to do.
 * @returns The rows; null if a sum does not fit 64 bits.
 * @throws {NativePanic} If the kernel panicked.
 */
export function timelineNative(native: Native, job: Job): Rows | null {
  const output = new Output(job);
  do {
    const call = argumentsOf(job, NO_CELLS, output.bytes);
    checkStatus(native.fp_series_timeline(...call), KERNEL);
  } while (output.grows(job));
  return output.rowsOf(job);
}

/**
 * Makes the rows of a timeline, beside the JavaScript thread.
 *
 * @param native The library.
 * @param job What to do.
 * @param signal Stops the work.
 * @returns The rows; null if a sum does not fit 64 bits.
 * @throws {NativePanic} If the kernel panicked.
 * @throws The signal's reason if it is aborted.
 */
export async function timelineNativeAsync(
  native: Native,
  job: Job,
  signal: AbortSignal | undefined,
): Promise<Rows | null> {
  if (job.rows <= SYNC_ROWS_MAX) return timelineNative(native, job);
  using control = new Control({ signal });
  const output = new Output(job);
  const { fp_series_timeline_async } = native;
  do {
    const call = argumentsOf(job, control.cells, output.bytes);
    checkStatus(await fp_series_timeline_async(...call), KERNEL, { signal });
  } while (output.grows(job));
  return output.rowsOf(job);
}

type Arguments = Parameters<Native["fp_series_timeline"]>;

function argumentsOf(
  { times, changes, validity, ranks, groups, by, zone }: Job,
  cells: Int32Array<ArrayBufferLike>,
  out: Uint8Array<ArrayBuffer>,
): Arguments {
  const inDays = times instanceof Int32Array;
  const bitmap = validity?.subarray(0, (changes.length + 7) >>> 3) ?? null;
  // Without rows there are no places of types either.
  const places = ranks?.length === 0 ? null : ranks;
  return [
    times,
    times.byteLength,
    inDays ? 1 : 0,
    changes,
    changes.byteLength,
    changeType(changes),
    bitmap,
    bitmap?.byteLength ?? 0,
    places,
    places?.byteLength ?? 0,
    groups,
    by,
    zone,
    zone.byteLength,
    cells as Int32Array<ArrayBuffer>,
    cells.length,
    out,
    out.byteLength,
  ];
}

/** Numbers of the types at the boundary. */
function changeType(changes: Job["changes"]): number {
  if (changes instanceof Int32Array) return 0;
  return changes instanceof Float64Array ? 2 : 1;
}

/** Seconds of half an hour and a day. */
const HALF_HOUR = 1800;
const DAY = 86_400;

/**
 * How many rows there may be, in general: often far fewer than events. The
 * kernel says so, before any work, where it may be more.
 */
function expectedRows({ rows, by, times, first, last, groups }: Job): number {
  const span = last - first;
  const inDays = times instanceof Int32Array || by > BY_HOUR;
  const steps = inDays ? span / DAY : by === BY_HOUR ? span / HALF_HOUR : span;
  return Math.min(rows, (Math.ceil(steps) + 8) * groups);
}

/**
 * The kernel's output: a header, then starts, changes, totals and places of
 * types, each with room for all rows.
 */
class Output {
  bytes: Uint8Array<ArrayBuffer>;
  #room: number;
  #hasGrown = false;

  constructor(job: Job) {
    this.#room = expectedRows(job);
    this.bytes = outputBytes(job, this.#room);
  }

  /** Whether the rows need more room, which they now have. */
  grows(job: Job): boolean {
    const { rows, outcome } = this.#header();
    if (outcome !== NEEDS_ROOM) return false;
    // Whoever changes the times meanwhile may need room again: for all rows.
    this.#room = this.#hasGrown ? job.rows : rows;
    this.#hasGrown = true;
    this.bytes = outputBytes(job, this.#room);
    return true;
  }

  /** The rows; null if a sum does not fit 64 bits. */
  rowsOf(job: Job): Rows | null {
    const { rows, outcome } = this.#header();
    const isFloat = job.changes instanceof Float64Array;
    if (outcome !== DONE) return null;
    return {
      starts: this.#starts(job, rows),
      changes: this.#sums(1, rows, isFloat),
      totals: this.#sums(2, rows, isFloat),
      ranks: job.ranks === null
        ? null
        : new Uint32Array(this.bytes.buffer, this.#at(3), rows).slice(),
    };
  }

  #header(): { rows: number; outcome: number } {
    const numbers = new Float64Array(this.bytes.buffer, 0, 2);
    return { rows: numbers[0]!, outcome: numbers[1]! };
  }

  #at(array: number): number {
    return HEADER_BYTES + array * this.#room * 8;
  }

  /** Rows are copied, unless they fill most of the room they have. */
  #kept<A extends Starts | Sums>(view: A): A {
    return view.length * 2 > this.#room ? view : view.slice() as A;
  }

  #sums(array: number, rows: number, isFloat: boolean): Sums {
    const { buffer } = this.bytes;
    return isFloat
      ? this.#kept(new Float64Array(buffer, this.#at(array), rows))
      : this.#kept(new BigInt64Array(buffer, this.#at(array), rows));
  }

  #starts({ by, times }: Job, rows: number): Starts {
    const starts = new BigInt64Array(this.bytes.buffer, this.#at(0), rows);
    const inDays = times instanceof Int32Array || by > BY_HOUR;
    if (!inDays) return this.#kept(starts);
    const words = wordsOf(starts);
    const days = new Int32Array(rows);
    for (let row = 0; row < rows; row++) days[row] = words[2 * row]!;
    return days;
  }
}

function outputBytes({ ranks }: Job, room: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(HEADER_BYTES + room * (ranks === null ? 24 : 28));
}
