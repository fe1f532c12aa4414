/**
 * From which size the native engine is chosen, per kernel. Below it the call
 * across the boundary costs more than it saves.
 *
 * @module
 */

/** Name of a kernel that exists in both engines. */
export type KernelName =
  | "csv.read"
  | "csv.write"
  | "duration.format"
  | "duration.parse"
  | "hash.blake2b"
  | "hash.blake2s"
  | "hash.blake3"
  | "hash.files"
  | "hash.sha256"
  | "hash.sha512"
  | "hash.xxh3"
  | "json.digest"
  | "json.minify"
  | "json.select"
  | "json.validate"
  | "ndjson.read"
  | "ndjson.write"
  | "profile"
  | "schema.scan"
  | "series.timeline"
  | "stats.summary"
  | "stats.week";

/**
 * Bytes of input from which the native engine is chosen; 0 is always. The
 * reader's batches are copied out part by part, so it pays later than the
 * others. Measured per call on two cores at 2.5 GHz, library open: reading a
 * table of 2 kB takes 32 µs natively and 35 µs in TypeScript, of 77 kB 298
 * and 533 µs; NDJSON of 38 kB 186 and 167 µs, of 148 kB 409 and 736 µs. For
 * statistics it is rows: a summary of 1 takes 5 and 9 µs, week statistics of 3
 * take 12 and 11 µs, of 60 take 78 and 82 µs. Writing counts the bytes of the
 * columns: CSV of 1.5 kB takes 22 and 21 µs, of 2.4 kB 25 and 29 µs; NDJSON of
 * 1.2 kB 20 and 19 µs, of 2.4 kB 26 and 37 µs.
 */
export const NATIVE_FROM: Readonly<Record<KernelName, number>> = {
  "csv.read": 20_309,
  "csv.write": 5_073,
  "duration.format": 0,
  "duration.parse": 0,
  "hash.blake2b": 0,
  "hash.blake2s": 0,
  "hash.blake3": 0,
  "hash.files": 0,
  "hash.sha256": 0,
  "hash.sha512": 0,
  "hash.xxh3": 0,
  "json.digest": 512,
  "json.minify": 4_096,
  "json.select": 4_096,
  "json.validate": 4_096,
  "ndjson.read": 20_258,
  "ndjson.write": 2_079,
  "profile": 159,
  "schema.scan": 0,
  "series.timeline": 0,
  "stats.summary": 0,
  "stats.week": 16,
};
