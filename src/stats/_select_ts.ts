/**
 * Order statistics without sorting all: quicksort that follows only the parts
 * in which a wanted rank lies (Hoare 1961, algorithm 65 for several ranks).
 *
 * @module
 */

/** Parts up to here are sorted. */
const SORTED_MAX = 256;
/** Values looked at between two rests. */
const STEP = 1 << 18;

/** A part of the values, and the ranks that lie in it. */
interface Part {
  readonly from: number;
  readonly to: number;
  /** Indexes into the ranks, `to` exclusive. */
  readonly rankFrom: number;
  readonly rankTo: number;
  /** Whether the values stand in the second buffer. */
  readonly isSecond: boolean;
  /** Partitions that led here. */
  readonly depth: number;
}

/**
 * The values of some ranks. Yields now and then; the caller may let other
 * tasks run before it goes on.
 *
 * @param values The values, not NaN and without -0; their order is lost.
 * @param ranks Ranks from 0, ascending, each below the number of values.
 * @returns The values of the ranks, in their order.
 */
export function* select(
  values: Float64Array<ArrayBuffer>,
  ranks: Float64Array,
): Generator<void, Float64Array<ArrayBuffer>> {
  const picked = new Float64Array(ranks.length);
  const count = values.length;
  const second = new Float64Array(count > SORTED_MAX ? count : 0);
  // Bad pivots end in a sort: never worse than n log n.
  const depthMax = 2 * Math.ceil(Math.log2(count + 1));
  const parts: Part[] = [{
    from: 0,
    to: count,
    rankFrom: 0,
    rankTo: ranks.length,
    isSecond: false,
    depth: 0,
  }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const { from, to, rankFrom, rankTo, isSecond, depth } = part;
    if (rankFrom === rankTo) continue;
    const [source, target] = isSecond ? [second, values] : [values, second];
    if (to - from <= SORTED_MAX || depth > depthMax) {
      source.subarray(from, to).sort();
      for (let at = rankFrom; at < rankTo; at++) {
        picked[at] = source[ranks[at]!]!;
      }
      yield;
      continue;
    }
    const pivot = pivotOf(source, from, to);
    let low = from;
    let high = to;
    for (let at = from; at < to; at += STEP) {
      const bounds = partition(source, target, at, Math.min(to, at + STEP), {
        pivot,
        low,
        high,
      });
      ({ low, high } = bounds);
      yield;
    }
    // Below the pivot, the pivot itself, above it.
    let middle = rankFrom;
    while (middle < rankTo && ranks[middle]! < low) middle++;
    let above = middle;
    while (above < rankTo && ranks[above]! < high) picked[above++] = pivot;
    const next = { isSecond: !isSecond, depth: depth + 1 };
    parts.push({ from, to: low, rankFrom, rankTo: middle, ...next });
    parts.push({ from: high, to, rankFrom: above, rankTo, ...next });
  }
  return picked;
}

/** The median of five values that stand evenly in a part. */
function pivotOf(source: Float64Array, from: number, to: number): number {
  const step = (to - from) >>> 3;
  const some = new Float64Array(5);
  for (let at = 0; at < 5; at++) some[at] = source[from + step * (at + 2)]!;
  return some.sort()[2]!;
}

/** Copies less to the front and greater to the back; equals are left out. */
function partition(
  source: Float64Array,
  target: Float64Array,
  from: number,
  to: number,
  { pivot, low, high }: { pivot: number; low: number; high: number },
): { low: number; high: number } {
  for (let at = from; at < to; at++) {
    const x = source[at]!;
    // Written on both sides, kept on one: no branch to be guessed wrong.
    target[low] = x;
    target[high - 1] = x;
    low += x < pivot ? 1 : 0;
    high -= x > pivot ? 1 : 0;
  }
  return { low, high };
}
