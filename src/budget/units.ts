/**
 * Units of metrics: which one a name ends with, which values are better, how
 * sizes are read and values are shown.
 *
 * @module
 */

import type { MetricUnit } from "./types.ts";

const METRIC =
  /^(?:[a-z][a-z0-9_]*?_)?(per_s|ns|us|ms|s|bytes|rate|ratio|speedup|count)$/;

/** Bytes of the units of sizes. */
export const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/**
 * The unit that a metric's name ends with.
 *
 * @param metric The name, for instance `peak_rss_bytes`.
 * @returns The unit, or null where the name ends with none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { metricUnit } from "@fastpath/fastpath/budget";
 *
 * assertEquals(metricUnit("p95_ms"), "ms");
 * assertEquals(metricUnit("rows_per_s"), "per_s");
 * assertEquals(metricUnit("memory"), null);
 * ```
 */
export function metricUnit(metric: string): MetricUnit | null {
  return (METRIC.exec(metric)?.[1] ?? null) as MetricUnit | null;
}

/**
 * Which values of a unit are better where a budget says nothing.
 *
 * @param unit The unit.
 * @returns `higher` for rates per second and speedups, else `lower`.
 */
export function betterOf(unit: MetricUnit): "lower" | "higher" {
  return unit === "per_s" || unit === "speedup" ? "higher" : "lower";
}

/**
 * Reads a size such as `64MiB` (2^20 bytes each) or `500kB` (1,000 each).
 *
 * @param text The size; digits, maybe a fraction, and a unit.
 * @returns Bytes, or null where the text is no size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSize } from "@fastpath/fastpath/budget";
 *
 * assertEquals(parseSize("64MiB"), 67_108_864);
 * assertEquals(parseSize("1.5kB"), 1500);
 * assertEquals(parseSize("64 apples"), null);
 * ```
 */
export function parseSize(text: string): number | null {
  const match = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]+)$/.exec(text);
  if (match === null || !Object.hasOwn(SIZE_UNITS, match[2]!)) return null;
  return Math.round(Number(match[1]) * SIZE_UNITS[match[2]!]!);
}

/**
 * A value as tables show it.
 *
 * @param value The value, or null for none.
 * @param unit Its unit.
 * @returns The text; a dash for none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatValue } from "@fastpath/fastpath/budget";
 *
 * assertEquals(formatValue(0.01234, "ms"), "0.0123 ms");
 * assertEquals(formatValue(1_038_304, "bytes"), "1,038,304 B");
 * assertEquals(formatValue(3.2, "speedup"), "3.20x");
 * ```
 */
export function formatValue(value: number | null, unit: MetricUnit): string {
  if (value === null) return "-";
  switch (unit) {
    case "bytes":
      return `${grouped(value)} B`;
    case "count":
      return grouped(value);
    case "per_s":
      return `${grouped(value)}/s`;
    case "ratio":
    case "speedup":
      return `${value.toFixed(2)}x`;
    case "rate":
      return significant(value);
    default:
      return `${significant(value)} ${unit === "us" ? "µs" : unit}`;
  }
}

/** Whole, digits in groups of three. */
function grouped(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 });
}

/** Three digits that count, never an exponent. */
function significant(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
