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
  sumFault,
  type Sums,
} from "./_job.ts";
import { wordsOf } from "./_words.ts";
import { ENTRY } from "./_zone.ts";

/** The kernel's name in messages. */
const KERNEL = "series.timeline";

/** Rows whose timeline takes less than 1 ms. */
const SYNC_ROWS_MAX = 16_384;

/** Bytes before the rows of the output: their number and the outcome. */
const HEADER_BYTES = 16;

/** Numbers of the outcomes at the boundary. */
const CHANGE_TOO_LARGE = 1;
const TOTAL_TOO_LARGE = 2;

const NO_CELLS = new Int32Array(0);

/**
 * Makes the rows of a timeline, at once.
 *
 * @param native The library.
 * @param job What to do.
 * @returns The rows.
 * @throws {NativePanic} If the kernel panicked.
 * @throws {RangeError} If a sum does not fit 64 bits.
 */
export function timelineNative(native: Native, job: Job): Rows {
  const out = outputOf(job);
  const call = argumentsOf(job, NO_CELLS, out);
  checkStatus(native.fp_series_timeline(...call), KERNEL);
  return rowsOf(job, out);
}

/**
 * Makes the rows of a timeline, beside the JavaScript thread.
 *
 * @param native The library.
 * @param job What to do.
 * @param signal Stops the work.
 * @returns The rows.
 * @throws {NativePanic} If the kernel panicked.
 * @throws {RangeError} If a sum does not fit 64 bits.
 * @throws The signal's reason if it is aborted.
 */
export async function timelineNativeAsync(
  native: Native,
  job: Job,
  signal: AbortSignal | undefined,
): Promise<Rows> {
  if (job.rows <= SYNC_ROWS_MAX) return timelineNative(native, job);
  using control = new Control({ signal });
  const out = outputOf(job);
  const call = argumentsOf(job, control.cells, out);
  const { fp_series_timeline_async } = native;
  checkStatus(await fp_series_timeline_async(...call), KERNEL, { signal });
  return rowsOf(job, out);
}

/** Seconds of an hour and a day. */
const HOUR = 3600;
const DAY = 86_400;

/** How many rows there may be at most: of periods often far fewer than events. */
function roomOf({ rows, by, first, last, zone, groups }: Job): number {
  if (by === 0) return rows;
  // A clock differs from UTC by a day at most, and each change of its offset
  // adds two broken hours at most.
  const span = last - first + 2 * DAY;
  const periods = by === BY_HOUR
    ? span / HOUR + 2 * zone.length / ENTRY
    : span / DAY;
  return Math.min(rows, (Math.ceil(periods) + 2) * groups);
}

function outputOf(job: Job): Uint8Array<ArrayBuffer> {
  const rowBytes = job.ranks === null ? 24 : 28;
  return new Uint8Array(HEADER_BYTES + roomOf(job) * rowBytes);
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

function rowsOf(job: Job, out: Uint8Array<ArrayBuffer>): Rows {
  const { buffer } = out;
  const [rows, outcome] = new Float64Array(buffer, 0, 2) as unknown as [
    number,
    number,
  ];
  const room = roomOf(job);
  const startsAt = HEADER_BYTES;
  if (outcome === CHANGE_TOO_LARGE || outcome === TOTAL_TOO_LARGE) {
    const sum = outcome === CHANGE_TOO_LARGE ? "change" : "total";
    throw sumFault(sum, startsOf(job, buffer, 1, room), job.zoned);
  }
  const changesAt = startsAt + room * 8;
  const totalsAt = changesAt + room * 8;
  return {
    starts: startsOf(job, buffer, rows, room),
    changes: sumsOf(job, buffer, changesAt, rows, room),
    totals: sumsOf(job, buffer, totalsAt, rows, room),
    ranks: job.ranks === null
      ? null
      : new Uint32Array(buffer, totalsAt + room * 8, rows).slice(),
  };
}

/** Rows are copied, unless they fill most of the room they have. */
function kept<A extends Starts | Sums>(view: A, room: number): A {
  return view.length * 2 > room ? view : view.slice() as A;
}

function sumsOf(
  { changes }: Job,
  buffer: ArrayBuffer,
  at: number,
  rows: number,
  room: number,
): Sums {
  return changes instanceof Float64Array
    ? kept(new Float64Array(buffer, at, rows), room)
    : kept(new BigInt64Array(buffer, at, rows), room);
}

function startsOf(
  { by, times }: Job,
  buffer: ArrayBuffer,
  rows: number,
  room: number,
): Starts {
  const starts = new BigInt64Array(buffer, HEADER_BYTES, rows);
  const inDays = times instanceof Int32Array || by > BY_HOUR;
  if (!inDays) return kept(starts, room);
  const words = wordsOf(starts);
  const days = new Int32Array(rows);
  for (let row = 0; row < rows; row++) days[row] = words[2 * row]!;
  return days;
}
