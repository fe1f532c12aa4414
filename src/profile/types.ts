/**
 * The report of a profile: what `profile` returns and `--json` prints.
 *
 * @module
 */

import type { TypeName } from "../table/schema.ts";

export type { TypeName };

/**
 * A value of a column: bool, i32 and f64 as themselves, i64 as a bigint,
 * dates, timestamps and texts as strings.
 */
export type ProfileValue = boolean | number | bigint | string;

/** Formats that can be profiled. */
export type ProfileFormat = "csv" | "ndjson";

/** Digests of the input. */
export type ProfileDigest = "sha256" | "blake3";

/** Five quantiles: f64 of numbers, texts of dates and timestamps. */
export interface ProfileQuantiles {
  /** A quarter of the values lies at or below it. */
  p25: number | string | null;
  /** The median. */
  p50: number | string | null;
  /** Three quarters. */
  p75: number | string | null;
  /** 95 percent. */
  p95: number | string | null;
  /** 99 percent. */
  p99: number | string | null;
}

/** A frequent value. */
export interface ProfileTop {
  /** The value. */
  value: ProfileValue;
  /** How often it came; a lower bound where `topExact` is false. */
  count: number;
}

/**
 * The figures of a column. A figure that does not apply to the type is
 * absent, one that applies but has no value is null.
 */
export interface ProfileColumn {
  /** The column's name. */
  name: string;
  /** The type that all values have in common. */
  type: TypeName;
  /** Values that are not null, NaN included. */
  count: number;
  /** Rows without a value. */
  nulls: number;
  /** Values that are NaN (f64). */
  nans?: number;
  /** Distinct values. */
  distinct: number;
  /** False where `distinct` is an estimate. */
  distinctExact: boolean;
  /** Relative standard error of an estimated `distinct`. */
  distinctError?: number;
  /** The smallest value; texts by their UTF-8 bytes. */
  min: ProfileValue | null;
  /** The largest value. */
  max: ProfileValue | null;
  /** Arithmetic mean (numbers). */
  mean?: number | null;
  /** Standard deviation of the sample (numbers). */
  std?: number | null;
  /** Quantiles (numbers, dates, timestamps). */
  quantiles?: ProfileQuantiles;
  /** False where the quantiles are estimates. */
  quantilesExact?: boolean;
  /** Rank error of estimated quantiles. */
  quantilesError?: number;
  /** Up to five most frequent values. */
  top: ProfileTop[];
  /** False where the counts of `top` are lower bounds. */
  topExact: boolean;
  /** Values that are true (bool). */
  trueCount?: number;
  /** Values that are false (bool). */
  falseCount?: number;
  /** Code points of the shortest text (utf8). */
  lengthMin?: number | null;
  /** Code points of the longest text (utf8). */
  lengthMax?: number | null;
}

/** What was profiled. */
export interface ProfileSource {
  /** The name as given. */
  name: string;
  /** The format it was read as. */
  format: ProfileFormat;
  /** Its size. */
  bytes: number;
  /** SHA-256 in hex; null where it was not asked for. */
  sha256: string | null;
  /** BLAKE3 in hex; null where it was not asked for. */
  blake3: string | null;
}

/** The report of a profile. */
export interface ProfileReport {
  /** Version of this form. */
  version: 1;
  /** What was profiled. */
  source: ProfileSource;
  /** Rows. */
  rows: number;
  /** The columns' figures, in their order. */
  columns: ProfileColumn[];
  /** The engine that did the work, and why it was chosen. */
  engine: { name: "native" | "typescript"; reason: string };
  /** Milliseconds from the call to the report. */
  elapsedMs: number;
  /** Rows a second. */
  rowsPerSecond: number;
  /** Bytes a second. */
  bytesPerSecond: number;
}

/** What a kernel of either engine computes. */
export interface KernelResult {
  /** Rows. */
  rows: number;
  /** The columns' figures. */
  columns: ProfileColumn[];
}

/** What an engine gives back: the figures, and what it hashed. */
export interface EngineResult extends KernelResult {
  /** Bytes of input. */
  bytes: number;
  /** Digests in hex, those asked for. */
  digests: Partial<Record<ProfileDigest, string>>;
}
