/**
 * The nine sample quantiles of Hyndman and Fan (The American Statistician 50,
 * 1996), with numpy's order of operations: a place between two order
 * statistics, then the value there.
 *
 * @module
 */

/**
 * A sample quantile by its number in Hyndman and Fan. numpy calls them
 * `inverted_cdf`, `averaged_inverted_cdf`, `closest_observation`,
 * `interpolated_inverted_cdf`, `hazen`, `weibull`, `linear`,
 * `median_unbiased` and `normal_unbiased`.
 */
export type QuantileType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Where a quantile lies among the sorted values. */
export interface Place {
  /** Rank of the value below or at it, from 0. */
  readonly low: number;
  /** Rank of the value above it. */
  readonly high: number;
  /** How far it lies on the way from one to the other, 0 to 1. */
  readonly share: number;
}

/** The constants alpha and beta of the types that interpolate. */
const CONSTANTS: Readonly<Record<number, readonly [number, number]>> = {
  4: [0, 1],
  5: [0.5, 0.5],
  6: [0, 0],
  8: [1 / 3, 1 / 3],
  9: [3 / 8, 3 / 8],
};

/**
 * The place of a quantile.
 *
 * @param count How many values there are, at least 1.
 * @param p The probability, 0 to 1.
 * @param type Which of the nine.
 * @returns Ranks from 0 and the share between them.
 */
export function placeOf(count: number, p: number, type: QuantileType): Place {
  const last = count - 1;
  if (type <= 3) return discretePlace(count * p - 1, last, type);
  const [alpha, beta] = CONSTANTS[type] ?? [1, 1];
  const at = type === 7
    ? last * p
    : count * p + (alpha + p * (1 - alpha - beta)) - 1;
  if (at <= 0) return { low: 0, high: 0, share: 0 };
  if (at >= last) return { low: last, high: last, share: 0 };
  const low = Math.floor(at);
  return { low, high: low + 1, share: at - low };
}

/** Types 1 to 3 take an order statistic, type 2 the middle of two in a tie. */
function discretePlace(
  at: number,
  last: number,
  type: QuantileType,
): Place {
  const within = (rank: number) => Math.min(Math.max(rank, 0), last);
  if (type === 3) {
    // The nearest rank; halfway, the one whose number from 1 is even.
    const half = at - 0.5;
    const below = Math.floor(half);
    const isTie = half === below && below % 2 !== 0;
    const rank = within(isTie ? below : below + 1);
    return { low: rank, high: rank, share: 0 };
  }
  const below = Math.floor(at);
  if (below !== at) {
    const rank = within(below + 1);
    return { low: rank, high: rank, share: 0 };
  }
  if (type === 1) return { low: within(below), high: within(below), share: 0 };
  return { low: within(below), high: within(below + 1), share: 0.5 };
}

/**
 * The ranks that a list of places needs.
 *
 * @param places The places.
 * @returns Ranks from 0, ascending, each once.
 */
export function ranksOf(places: readonly Place[]): Float64Array<ArrayBuffer> {
  const ranks = new Set(places.flatMap(({ low, high }) => [low, high]));
  return Float64Array.from(ranks).sort();
}

/**
 * The value at a place.
 *
 * @param place The place.
 * @param ranks Ranks from 0, ascending.
 * @param values The sorted values of these ranks.
 * @returns The quantile; null where finite values give none in f64.
 */
export function valueAt(
  { low, high, share }: Place,
  ranks: Float64Array,
  values: Float64Array,
): number | null {
  const a = values[ranks.indexOf(low)]!;
  const b = values[ranks.indexOf(high)]!;
  if (a === b || share === 0) return a;
  // Between a number and an infinity lies the infinity, between two none.
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a + b;
  // From the nearer end, as numpy does: the middle of a and b is that of b and a.
  const value = share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
  return Number.isFinite(value) ? value : null;
}
