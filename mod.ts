/**
 * fastpath: parsing, profiling and hashing of data at the hardware's speed.
 * A native library does the work where it can be opened; TypeScript gives
 * the same answers everywhere else. Importing this module opens nothing and
 * needs no permission.
 *
 * @example Read a CSV and look at a column
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("city,sold\nRiga,3\nOslo,5\n");
 * const table = await readCsv(bytes);
 * assertEquals(table.numRows, 2);
 * assertEquals(table.get(1, "city"), "Oslo");
 * ```
 *
 * @module
 */

export {
  type Attempt,
  type BackendInfo,
  backendInfo,
  type BackendOptions,
  configureBackend,
  type EngineInfo,
  type EngineMode,
  type LibraryInfo,
  loadBackend,
} from "./src/backend.ts";
export * from "./src/arrow/mod.ts";
export * from "./src/csv/mod.ts";
export * from "./src/duration/mod.ts";
export * from "./src/hash/mod.ts";
export * from "./src/json/mod.ts";
export * from "./src/ndjson/mod.ts";
export * from "./src/profile/mod.ts";
export * from "./src/schema/mod.ts";
export * from "./src/series/mod.ts";
export * from "./src/stats/mod.ts";
export * from "./src/table/mod.ts";
export { VERSION } from "./src/version.ts";
