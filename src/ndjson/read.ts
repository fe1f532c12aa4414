/**
 * Reads newline-delimited JSON to typed columns: a table, or batches of
 * bounded memory.
 *
 * @module
 */

import type { BytesInput } from "../input.ts";
import {
  readBatches,
  type ReadRequest,
  readTable,
  readTableSync,
} from "../read/_drive.ts";
import type { ColumnPath, JsonRules, ListRule } from "../read/_engine.ts";
import {
  checkChoice,
  checkName,
  checkReadOptions,
  type ReadBatchesOptions,
  type ReadOptions,
} from "../read/options.ts";
import type { DeclaredShape, Field, ShapeOf } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { parsePath } from "../values/json_path.ts";
import { NdjsonScanner } from "./_scan_ts.ts";

/** What JSON leaves open, decided; the first word is the default. */
export interface NdjsonRules {
  /** Brackets that may be open at once, the row's own included: 1,024. */
  readonly maxDepth?: number;
  /** A repeated key: the last one wins, or it is an error. */
  readonly duplicates?: "last" | "error";
  /** The escape of half a surrogate pair: an error, or U+FFFD. */
  readonly surrogates?: "error" | "replace";
  /** An integer beyond 64 bits: an error, or text. */
  readonly integers?: "error" | "text";
  /** A number beyond a 64-bit float: an error, or text. */
  readonly overflow?: "error" | "text";
  /** A blank line: skipped, or an error. */
  readonly blankLines?: "skip" | "error";
}

/** Columns that are read from inside the records. */
export interface NdjsonPaths {
  /**
   * Columns by name, each with the place of its values in a record: a JSON
   * pointer (`/address/city`, `/tags/0`) or a path (`$.address.city`), without
   * wildcards. A record that has nothing there has a null. The keys at the
   * top are columns as ever (`columns` chooses), but for those whose name a
   * path has.
   */
  readonly paths?: Readonly<Record<string, string>>;
}

/** What becomes of arrays. */
export interface NdjsonLists {
  /**
   * What becomes of arrays: their raw `text`, or lists in `columns` whose
   * arrays all hold single values, typed by the join of all items. A column
   * that also has other values, or arrays of arrays or objects, stays text.
   * Default `text`; a column that `schema` declares as `list<...>` is one in
   * any case.
   */
  readonly lists?: "text" | "columns";
}

/**
 * Options of `readNdjson` and `readNdjsonSync`.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadNdjsonOptions<D extends DeclaredShape = DeclaredShape>
  extends NdjsonRules, NdjsonPaths, NdjsonLists, ReadOptions<D> {}

/**
 * Options of `readNdjsonBatches`.
 *
 * @typeParam D Declared types by column name.
 */
export interface ReadNdjsonBatchesOptions<
  D extends DeclaredShape = DeclaredShape,
> extends NdjsonRules, NdjsonPaths, NdjsonLists, ReadBatchesOptions<D> {}

/**
 * Reads NDJSON to a table: a column per key of the rows' objects, in order of
 * first appearance (declared columns come first). Bytes and files are typed
 * by all their rows, a stream by its first `sampleRows` rows.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Rules, types and limits.
 * @returns The table.
 * @throws {ParseError} If a line is no JSON object, or a value does not fit
 * its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Read bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjson } from "@fastpath/fastpath";
 *
 * const lines = '{"id":1,"tags":["a"]}\n{"id":2,"at":"2024-02-29"}\n';
 * const table = await readNdjson(new TextEncoder().encode(lines));
 * assertEquals(table.toObjects(), [
 *   { id: 1, tags: '["a"]', at: null },
 *   { id: 2, tags: null, at: "2024-02-29" },
 * ]);
 * ```
 *
 * @example Values from inside the records
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjson } from "@fastpath/fastpath";
 *
 * const line = '{"id":1,"at":{"city":"Ulm","zip":["89073"]}}\n';
 * const table = await readNdjson(new TextEncoder().encode(line), {
 *   paths: { city: "/at/city", zip: "$.at.zip[0]" },
 *   columns: ["id", "city", "zip"],
 * });
 * assertEquals(table.toObjects(), [{ id: 1, city: "Ulm", zip: "89073" }]);
 * ```
 *
 * @example Arrays as lists
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjson } from "@fastpath/fastpath";
 *
 * const lines = '{"at":[1,null]}\n{"at":[]}\n{"at":null}\n{"at":[2.5]}\n';
 * const table = await readNdjson(new TextEncoder().encode(lines), {
 *   lists: "columns",
 * });
 * const at = table.column("at");
 * assertEquals(at.toArray(), [[1, null], [], null, [2.5]]);
 * assertEquals(at.item, { type: "f64", zoned: false });
 * ```
 *
 * @example A text that is a date, by declaration
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"at":"1970-01-03"}\n');
 * const table = await readNdjson(bytes, { schema: { at: "date" } });
 * assertEquals(table.column("at").data[0], 2);
 * ```
 */
export async function readNdjson<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadNdjsonOptions<D> = {},
): Promise<Table<ShapeOf<D>>> {
  const table = await readTable(input, requestOf(options));
  return table as Table<ShapeOf<D>>;
}

/**
 * Reads NDJSON bytes to a table without giving up the thread: for small
 * inputs and for programs that have nothing else to do.
 *
 * @typeParam D Declared types by column name.
 * @param bytes The bytes.
 * @param options Rules, types and limits.
 * @returns The table.
 * @throws {ParseError} If a line is no JSON object, or a value does not fit
 * its type.
 * @throws {TypeError} If the bytes or an option have the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Read bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjsonSync } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode('{"a":1}\n{"a":2.5}\n');
 * assertEquals(readNdjsonSync(bytes).column("a").toArray(), [1, 2.5]);
 * ```
 */
export function readNdjsonSync<D extends DeclaredShape>(
  bytes: Uint8Array,
  options: ReadNdjsonOptions<D> = {},
): Table<ShapeOf<D>> {
  return readTableSync(bytes, requestOf(options)) as Table<ShapeOf<D>>;
}

/**
 * Reads NDJSON batch by batch, in memory that depends on the batch, not on
 * the input. The next batch is read when it is asked for; a loop that is left
 * closes the file. There is always a first batch.
 *
 * Columns and types are decided by the first `sampleRows` rows, or by all
 * rows with `inferRows: "all"`. All complete rows before a fault are
 * delivered before it is thrown; a key that the sample did not have is the
 * fault `NEW_COLUMN`.
 *
 * @typeParam D Declared types by column name.
 * @param input The bytes, a path, or a stream of bytes.
 * @param options Rules, types, limits and the size of a batch.
 * @returns The batches.
 * @throws {ParseError} If a line is no JSON object, or a value does not fit
 * its type.
 * @throws {FastpathError} If the input cannot be read or memory runs out.
 * @throws {TypeError} If the input or an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 *
 * @example Count rows of a stream
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNdjsonBatches } from "@fastpath/fastpath";
 *
 * const stream = new Blob(['{"a":1}\n{"a":2}\n']).stream();
 * let rows = 0;
 * for await (const batch of readNdjsonBatches(stream)) rows += batch.numRows;
 * assertEquals(rows, 2);
 * ```
 */
export function readNdjsonBatches<D extends DeclaredShape>(
  input: BytesInput,
  options: ReadNdjsonBatchesOptions<D> = {},
): AsyncGenerator<Table<ShapeOf<D>>, void, undefined> {
  const batches = readBatches(input, requestOf(options));
  return batches as AsyncGenerator<Table<ShapeOf<D>>, void, undefined>;
}

/** Brackets that may be open at once where nothing else is said. */
const MAX_DEPTH = 1024;
/** The deepest limit: brackets are counted, not nested calls. */
const MAX_DEPTH_MAX = 2 ** 20;

/** What the options ask of the reader; JSON arrays are read by them too. */
export function requestOf(options: ReadNdjsonBatchesOptions): ReadRequest {
  const settings = checkReadOptions(options);
  const rules = {
    ...rulesOf(options),
    paths: pathsOf(options.paths),
    lists: listsOf(options.lists, settings.declared),
  };
  return {
    ...settings,
    kernel: "ndjson.read",
    format: { name: "ndjson", rules },
    scanner: (names) => new NdjsonScanner(rules, names, settings.largeFloats),
    types: "auto",
  };
}

function listsOf(
  lists: NdjsonLists["lists"] = "text",
  declared: readonly Field[],
): ListRule | undefined {
  checkChoice("lists", lists, ["text", "columns"]);
  const areFound = lists === "columns";
  const names = declared.filter(({ type }) => type === "list")
    .map(({ name }) => name);
  if (!areFound && names.length === 0) return undefined;
  return { areFound, names: new Set(names) };
}

/** The most columns that are read by path. */
const PATHS_MAX = 1000;

function pathsOf(paths: unknown): ColumnPath[] | undefined {
  if (paths === undefined) return undefined;
  if (typeof paths !== "object" || paths === null || Array.isArray(paths)) {
    throw new TypeError(
      "Cannot read: the option paths must be an object of paths by column name",
    );
  }
  const entries = Object.entries(paths);
  if (entries.length > PATHS_MAX) {
    throw new RangeError(
      `Cannot read: the option paths names ${entries.length} columns, more ` +
        `than ${PATHS_MAX}`,
    );
  }
  const checked = entries.map(([name, text]) => pathOf(name, text));
  return checked.length === 0 ? undefined : checked;
}

function pathOf(name: string, text: unknown): ColumnPath {
  checkName(name);
  if (typeof text !== "string") {
    throw new TypeError(
      `Cannot read column "${name}" by path: the path must be a text: it is ` +
        (text === null ? "null" : `a ${typeof text}`),
    );
  }
  const path = parsePath(text, `Cannot read column "${name}" by path`);
  if (path.isMany || path.steps.length === 0) {
    throw new RangeError(
      `Cannot read column "${name}" by path "${text}": ` +
        (path.isMany
          ? "a wildcard goes to many values, a column has one a row"
          : "it is the whole record"),
    );
  }
  return { name, path };
}

function rulesOf(options: NdjsonRules): JsonRules {
  const {
    maxDepth = MAX_DEPTH,
    duplicates = "last",
    surrogates = "error",
    integers = "error",
    overflow = "error",
    blankLines = "skip",
  } = options;
  checkChoice("duplicates", duplicates, ["last", "error"]);
  checkChoice("surrogates", surrogates, ["error", "replace"]);
  checkChoice("integers", integers, ["error", "text"]);
  checkChoice("overflow", overflow, ["error", "text"]);
  checkChoice("blankLines", blankLines, ["skip", "error"]);
  if (typeof maxDepth !== "number") {
    throw new TypeError("Cannot read: the option maxDepth must be a number");
  }
  if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > MAX_DEPTH_MAX) {
    throw new RangeError(
      "Cannot read: the option maxDepth must be a whole number from 1 to " +
        `${MAX_DEPTH_MAX}: it is ${maxDepth}`,
    );
  }
  return {
    maxDepth,
    duplicates,
    surrogates,
    integers,
    overflow,
    blankLines,
  };
}
