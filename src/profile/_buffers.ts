/**
 * Typed arrays that grow. The old memory is given back at once instead of
 * waiting for the garbage collector: a profile holds hundreds of megabytes,
 * and its peak counts. Copies are lazy on the system's side: memory that was
 * never written takes no room.
 *
 * @module
 */

import { isDetached } from "../runtime.ts";
import type { Pace } from "../pace.ts";
import { FastpathError } from "../errors.ts";

/** The arrays in use. */
export type Store =
  | Uint8Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** Bytes copied between two looks at the clock. */
const COPY_BYTES = 4 << 20;
/** An array of this size may be copied in one go, some milliseconds. */
export const SMALL_BYTES: number = 8 << 20;

/** Gives an array's memory back; the array is empty afterwards. */
export function release(store: Store | null): void {
  if (store !== null) releaseBuffer(store.buffer);
}

/** Gives a buffer's memory back, where the runtime can (not Node 20). */
export function releaseBuffer(buffer: ArrayBuffer): void {
  if (!isDetached(buffer)) buffer.transfer?.(0);
}

/**
 * Copies an array into a larger one and gives the old memory back.
 *
 * @param old The array.
 * @param grown The new array.
 * @param used The elements to copy.
 * @returns The new array.
 */
export function moved<T extends Store>(old: T, grown: T, used: number): T {
  // Both have the same element type, which the checker cannot know.
  (grown as Uint8Array).set(old.subarray(0, used) as Uint8Array);
  release(old);
  return grown;
}

/** The same in slices, for large arrays. */
export async function movedSlowly<T extends Store>(
  old: T,
  grown: T,
  used: number,
  pace: Pace,
): Promise<T> {
  const step = COPY_BYTES / old.BYTES_PER_ELEMENT;
  for (let at = 0; at < used; at += step) {
    const end = Math.min(at + step, used);
    (grown as Uint8Array).set(old.subarray(at, end) as Uint8Array, at);
    if (pace.due()) await pace.rest();
  }
  release(old);
  return grown;
}

/**
 * Makes an array of a size that the input decides.
 *
 * @param make Makes it.
 * @returns The array.
 * @throws {FastpathError} `OUT_OF_MEMORY` if there is no room for it.
 */
export function allocate<T extends Store>(make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new FastpathError(
      "OUT_OF_MEMORY",
      "Cannot profile input: out of memory, lower the option memory",
      { cause },
    );
  }
}
