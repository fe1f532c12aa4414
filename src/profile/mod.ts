/**
 * Profiles of CSV and NDJSON: what every column holds, in one pass.
 *
 * @module
 */

export { profile } from "./profile.ts";
export type { ProfileJsonOptions, ProfileOptions } from "./options.ts";
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
