/**
 * The native engine of `summary`: one call for the sums, a second for the
 * order statistics, whose ranks depend on the first.
 *
 * @module
 */

import { checkStatus } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import type { Native } from "../backend.ts";
import { type Numbers, TYPE_IDS } from "./_numbers.ts";
import type { Moments, SummaryParts, WeightedSums } from "./_summary_ts.ts";

/** The kernel's name in messages. */
const KERNEL = "stats.summary";

/** Up to here a call at once takes less than 1 ms. */
const SYNC_ROWS_MAX = 1 << 16;

/** Floats and integers of the result; their meaning stands in `partsOf`. */
const FLOATS = 14;
const INTEGERS = 4;

/** The control block of a call that can be stopped. */
type ControlCells = Int32Array<SharedArrayBuffer> | null;
type RanksOf = (moments: Moments) => Float64Array<ArrayBuffer>;
/** Arguments of `fp_stats_moments`, in order. */
type MomentsArguments = Parameters<Native["fp_stats_moments"]>;
/** Arguments of `fp_stats_select`, in order. */
type SelectArguments = Parameters<Native["fp_stats_select"]>;

/** The outputs of the first call. */
interface Outputs {
  readonly floats: Float64Array<ArrayBuffer>;
  readonly integers: BigInt64Array<ArrayBuffer>;
}

/**
 * Computes what a summary is made of, beside the JavaScript thread where it
 * takes long.
 *
 * @param native The library.
 * @param numbers The column.
 * @param weights The weights, if any.
 * @param ranksOf The ranks to pick, once the moments are known.
 * @param signal Stops the work.
 * @returns The parts.
 * @throws {NativePanic} If a kernel panicked.
 * @throws {FastpathError} If memory ran out.
 * @throws The signal's reason if it is aborted.
 */
export async function summaryNative(
  native: Native,
  numbers: Numbers,
  weights: Numbers | null,
  ranksOf: RanksOf,
  signal: AbortSignal | undefined,
): Promise<SummaryParts> {
  if (numbers.data.length <= SYNC_ROWS_MAX) {
    return summaryNativeSync(native, numbers, weights, ranksOf);
  }
  using control = new Control({ signal });
  const { cells } = control;
  const outputs = newOutputs();
  const { fp_stats_moments_async, fp_stats_select_async } = native;
  const first = momentsArguments(numbers, weights, outputs, cells);
  checkStatus(await fp_stats_moments_async(...first), KERNEL, { signal });
  const parts = partsOf(numbers, weights, outputs);
  const ranks = ranksOf(parts.moments);
  const picked = new Float64Array(ranks.length);
  if (ranks.length > 0) {
    const second = selectArguments(numbers, ranks, picked, cells);
    checkStatus(await fp_stats_select_async(...second), KERNEL, { signal });
  }
  return { ...parts, picked };
}

/**
 * Computes what a summary is made of, at once.
 *
 * @param native The library.
 * @param numbers The column.
 * @param weights The weights, if any.
 * @param ranksOf The ranks to pick, once the moments are known.
 * @returns The parts.
 * @throws {NativePanic} If a kernel panicked.
 * @throws {FastpathError} If memory ran out.
 */
export function summaryNativeSync(
  native: Native,
  numbers: Numbers,
  weights: Numbers | null,
  ranksOf: RanksOf,
): SummaryParts {
  const outputs = newOutputs();
  const first = momentsArguments(numbers, weights, outputs, null);
  checkStatus(native.fp_stats_moments(...first), KERNEL);
  const parts = partsOf(numbers, weights, outputs);
  const ranks = ranksOf(parts.moments);
  const picked = new Float64Array(ranks.length);
  if (ranks.length > 0) {
    const second = selectArguments(numbers, ranks, picked, null);
    checkStatus(native.fp_stats_select(...second), KERNEL);
  }
  return { ...parts, picked };
}

function newOutputs(): Outputs {
  return {
    floats: new Float64Array(FLOATS),
    integers: new BigInt64Array(INTEGERS),
  };
}

function momentsArguments(
  numbers: Numbers,
  weights: Numbers | null,
  { floats, integers }: Outputs,
  control: ControlCells,
): MomentsArguments {
  return [
    TYPE_IDS[numbers.type],
    numbers.data,
    numbers.data.byteLength,
    numbers.validity ?? null,
    numbers.validity?.length ?? 0,
    weights === null ? 0 : TYPE_IDS[weights.type],
    weights?.data ?? null,
    weights?.data.byteLength ?? 0,
    weights?.validity ?? null,
    weights?.validity?.length ?? 0,
    control,
    control?.length ?? 0,
    floats,
    floats.byteLength,
    integers,
    integers.byteLength,
  ];
}

function selectArguments(
  numbers: Numbers,
  ranks: Float64Array<ArrayBuffer>,
  picked: Float64Array<ArrayBuffer>,
  control: ControlCells,
): SelectArguments {
  return [
    TYPE_IDS[numbers.type],
    numbers.data,
    numbers.data.byteLength,
    numbers.validity ?? null,
    numbers.validity?.length ?? 0,
    ranks,
    ranks.byteLength,
    control,
    control?.length ?? 0,
    picked,
    picked.byteLength,
  ];
}

function partsOf(
  { type }: Numbers,
  weights: Numbers | null,
  { floats, integers }: Outputs,
): { moments: Moments; weighted: WeightedSums | null } {
  const at = (index: number) => floats[index]!;
  const count = at(0);
  const isBig = type === "i64" && count > 0;
  const moments: Moments = {
    count,
    nans: at(1),
    infinities: [at(2), at(3)],
    min: isBig ? integers[2]! : at(4),
    max: isBig ? integers[3]! : at(5),
    // 128 bits in two's complement, the lower half first.
    sum: type === "f64"
      ? at(6)
      : (integers[1]! << 64n) + BigInt.asUintN(64, integers[0]!),
    mean: at(7),
    powers: [at(8), at(9), at(10)],
  };
  const weighted = weights === null
    ? null
    : { faultRow: at(11), weights: at(12), products: at(13) };
  return { moments, weighted };
}
