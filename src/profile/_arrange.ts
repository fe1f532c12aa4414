/**
 * The form of a column's figures, whichever engine computed them.
 *
 * @module
 */

import type { ProfileColumn, ProfileQuantiles } from "./types.ts";

/**
 * Puts figures in the order in which reports show them, and leaves out those
 * that do not apply.
 *
 * @param column The figures in any order.
 * @returns The figures in theirs.
 */
export function arrangeColumn(column: ProfileColumn): ProfileColumn {
  const { name, type, count, nulls, nans, distinct, ...others } = column;
  const { distinctExact, distinctError, min, max, mean, std } = others;
  const { quantiles, quantilesExact, quantilesError, top, topExact } = others;
  const { trueCount, falseCount, lengthMin, lengthMax } = others;
  return {
    ...{ name, type, count, nulls },
    ...(nans === undefined ? {} : { nans }),
    ...{ distinct, distinctExact },
    ...(distinctError === undefined ? {} : { distinctError }),
    ...{ min, max },
    ...(mean === undefined || std === undefined ? {} : { mean, std }),
    ...(quantiles === undefined ? {} : { quantiles }),
    ...(quantilesExact === undefined ? {} : { quantilesExact }),
    ...(quantilesError === undefined ? {} : { quantilesError }),
    ...{ top, topExact },
    ...(trueCount === undefined ? {} : { trueCount }),
    ...(falseCount === undefined ? {} : { falseCount }),
    ...(lengthMin === undefined ? {} : { lengthMin }),
    ...(lengthMax === undefined ? {} : { lengthMax }),
  };
}

/**
 * Names quantiles.
 *
 * @param values The five quantiles, or none.
 * @returns The quantiles by name, null where there is no value.
 */
export function nameQuantiles(
  values: readonly (number | string | null)[],
): ProfileQuantiles {
  const [p25 = null, p50 = null, p75 = null, p95 = null, p99 = null] = values;
  return { p25, p50, p75, p95, p99 };
}
