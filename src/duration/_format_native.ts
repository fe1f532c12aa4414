/**
 * The native engine of printing durations as lines of bytes.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import type { Native } from "../backend.ts";
import type { DurationStyle } from "./options.ts";
import { storeInt64 } from "../values/_duration_parse.ts";
import { isThere, type Milliseconds, safeMs } from "./_values.ts";

/** The kernel's name in messages. */
const KERNEL = "duration.format";

/** Numbers of the styles at the boundary. */
const STYLES: Readonly<Record<DurationStyle, number>> = {
  clock: 0,
  iso: 1,
  compact: 2,
};

/** The size where a value is no safe integer. */
const UNSAFE = -100;

/**
 * Lines of durations.
 *
 * @param native The library.
 * @param source Milliseconds.
 * @param style How to print.
 * @returns The lines; null where a value is no safe integer: TypeScript then
 * says which.
 * @throws {NativePanic} If the kernel panicked.
 */
export function formatNative(
  native: Native,
  source: Milliseconds,
  style: DurationStyle,
): Uint8Array<ArrayBuffer> | null {
  const values = int64Of(source);
  const { byteLength } = values;
  const validity = source.validity ?? null;
  const validityBytes = validity?.length ?? 0;
  const id = STYLES[style];
  const size = native.fp_duration_format_size(
    values,
    byteLength,
    validity,
    validityBytes,
    id,
  );
  if (size === UNSAFE) return null;
  if (size < 0) checkStatus(size, KERNEL);
  const out = new Uint8Array(size);
  checkStatus(
    native.fp_duration_format(
      values,
      byteLength,
      validity,
      validityBytes,
      id,
      out,
      out.length,
    ),
    KERNEL,
  );
  return out;
}

/** The values as 64-bit integers; those of other kinds are converted. */
function int64Of(source: Milliseconds): BigInt64Array<ArrayBuffer> {
  const { length, data } = source;
  if (data instanceof BigInt64Array) {
    return data.subarray(0, length) as BigInt64Array<ArrayBuffer>;
  }
  const values = new BigInt64Array(length);
  const halves = new Int32Array(values.buffer);
  for (let row = 0; row < length; row++) {
    if (isThere(source, row)) storeInt64(halves, row, safeMs(data[row]!, row));
  }
  return values;
}
