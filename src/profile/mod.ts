/**
 * Profiles of CSV and NDJSON: what every column holds, found in one pass
 * over a file of any size, and the report as text, Markdown or JSON.
 *
 * @example Profile a file and print the report
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile, profileToText } from "@fastpath/fastpath/profile";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "city,sold\nRiga,3\nOslo,5\n");
 * const report = await profile(path, { memory: "64MB" });
 * assertEquals(report.columns[1]?.quantiles?.p50, 4);
 * assertEquals(profileToText(report).includes("2 columns"), true);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError, ParseError } from "../errors.ts";
export type { FailureCode, Fault, ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export type { NdjsonRules } from "../ndjson/read.ts";
export type { ProfileOptions } from "./options.ts";
export { profile } from "./profile.ts";
export {
  type ProfileTextOptions,
  profileToJson,
  profileToMarkdown,
  profileToText,
} from "./report.ts";
export type {
  ProfileColumn,
  ProfileDigest,
  ProfileFormat,
  ProfileQuantiles,
  ProfileReport,
  ProfileSource,
  ProfileTop,
  ProfileValue,
  TypeName,
} from "./types.ts";
