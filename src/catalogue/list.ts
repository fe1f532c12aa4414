/**
 * The list of operations, one line each. Command line, parity tests, benches
 * and (later) HTTP routes are loops over it. An entry is loaded when it is
 * asked for: a command line that hashes need not load the readers (12 ms).
 *
 * @module
 */

import type { Op } from "./op.ts";

/** Loads an operation's entry, by the operation's name. */
export const OPERATIONS: Readonly<Record<string, () => Promise<Op>>> = {
  "arrow.read": async () => (await import("../arrow/read.op.ts")).arrowRead,
  "arrow.write": async () => (await import("../arrow/write.op.ts")).arrowWrite,
  "csv.read": async () => (await import("../csv/read.op.ts")).csvRead,
  "csv.sniff": async () => (await import("../csv/sniff.op.ts")).csvSniff,
  "csv.write": async () => (await import("../csv/write.op.ts")).csvWrite,
  "duration.format": async () =>
    (await import("../duration/format.op.ts")).durationFormat,
  "duration.parse": async () =>
    (await import("../duration/parse.op.ts")).durationParse,
  "hash.digest": async () => (await import("../hash/digest.op.ts")).hashDigest,
  "json.digest": async () => (await import("../json/digest.op.ts")).jsonDigest,
  "json.minify": async () => (await import("../json/minify.op.ts")).jsonMinify,
  "json.read": async () => (await import("../json/read.op.ts")).jsonRead,
  "json.select": async () => (await import("../json/select.op.ts")).jsonSelect,
  "json.validate": async () =>
    (await import("../json/validate.op.ts")).jsonValidate,
  "json.write": async () => (await import("../json/write.op.ts")).jsonWrite,
  "ndjson.read": async () => (await import("../ndjson/read.op.ts")).ndjsonRead,
  "ndjson.write": async () =>
    (await import("../ndjson/write.op.ts")).ndjsonWrite,
  "profile": async () => (await import("../profile/profile.op.ts")).profileOp,
  "schema.build": async () =>
    (await import("../schema/build.op.ts")).schemaBuild,
  "series.timeline": async () =>
    (await import("../series/timeline.op.ts")).seriesTimeline,
  "stats.summary": async () =>
    (await import("../stats/summary.op.ts")).statsSummary,
  "stats.week": async () => (await import("../stats/week.op.ts")).statsWeek,
};

/**
 * Loads every entry.
 *
 * @returns The operations in the order of the list.
 */
export function loadOperations(): Promise<Op[]> {
  return Promise.all(Object.values(OPERATIONS).map((load) => load()));
}
