/**
 * Reads CSV strictly and to typed columns, and writes it.
 *
 * CSV is lines of fields between commas. A field may stand in double quotes;
 * then it may hold commas, line ends and quotes, each quote doubled:
 *
 * ```csv
 * city,people,motto
 * Bern,134591,"Small, old and ""green"""
 * Genf,203856,
 * ```
 *
 * Nothing is guessed beyond that. Rows end with LF or CRLF. A row with too
 * many or too few fields, a stray quote, a byte that is not UTF-8: each is a
 * {@linkcode ParseError} with a code, a line, a column and a byte offset. An
 * unquoted empty field is null, a quoted one the empty text.
 *
 * Options read what is written otherwise: other delimiters, quotes, escapes
 * and encodings, comments, null tokens, decimal commas; `mode: "lenient"`
 * repairs faults, `onError` leaves faulty rows out. Each such row is an error
 * row with a code and a position.
 *
 * Types are found from the values: `bool`, `i32`, `i64`, `f64`, `date`,
 * `timestamp`, else `utf8`. A number with leading zeros (`00501`) is text,
 * and an integer is never rounded: where integers beyond ±2^53 meet decimals,
 * the column is text. The option `schema` declares types, `types: "text"`
 * reads everything as text.
 *
 * - {@linkcode readCsv}: bytes, a file or a stream to one table.
 * - {@linkcode readCsvSync}: the same for bytes, without a promise.
 * - {@linkcode readCsvBatches}: batches of rows in bounded memory.
 * - {@linkcode sniffCsv}: how an unknown file is written.
 * - {@linkcode writeCsv}, {@linkcode writeCsvSync},
 *   {@linkcode writeCsvBatches}: tables and rows to bytes, or in chunks.
 *
 * @example Read, look, compute
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readCsv } from "@fastpath/fastpath/csv";
 *
 * const bytes = new TextEncoder().encode(
 *   'city,people,motto\nBern,134591,"Small, old"\nGenf,203856,\n',
 * );
 * const table = await readCsv(bytes);
 * assertEquals(
 *   table.schema.map(({ name, type }) => `${name} ${type}`),
 *   ["city utf8", "people i32", "motto utf8"],
 * );
 * assertEquals(table.get(0, "motto"), "Small, old");
 * assertEquals(table.get(1, "motto"), null);
 * ```
 *
 * @example Find the line of a fault
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ParseError } from "@fastpath/fastpath";
 * import { readCsvSync } from "@fastpath/fastpath/csv";
 *
 * const bytes = new TextEncoder().encode('a,b\n1,2\n3,"4\n');
 * const error = assertThrows(() => readCsvSync(bytes), ParseError);
 * assertEquals(error.code, "UNTERMINATED_QUOTE");
 * assertEquals([error.line, error.column, error.byteOffset], [3, 3, 10]);
 * ```
 *
 * @module
 */

export type { EngineMode } from "../backend.ts";
export { FastpathError, ParseError } from "../errors.ts";
export type { FailureCode, Fault, ParseErrorCode } from "../errors.ts";
export type { BytesInput } from "../input.ts";
export type { ReadBatchesOptions, ReadOptions } from "../read/options.ts";
export type { Where, WhereCondition, WhereOperator } from "../read/where.ts";
export * from "../table/mod.ts";
export { readCsv, readCsvBatches, readCsvSync } from "./read.ts";
export type {
  CsvDialect,
  CsvErrorOptions,
  ReadCsvBatchesOptions,
  ReadCsvOptions,
  RowError,
} from "./options.ts";
export { indexCsv, readCsvRows } from "./row_index.ts";
export type {
  CsvIndex,
  CsvIndexOptions,
  IndexedDialect,
  ReadCsvRowsOptions,
} from "./row_index.ts";
export { sniffCsv, sniffCsvSync } from "./sniff.ts";
export type { CsvSniff, SniffCsvOptions } from "./sniff.ts";
export type {
  CsvQuoting,
  CsvStyle,
  WriteBatchesInput,
  WriteInput,
  WriteOptions,
  WriteSyncOptions,
} from "../write/options.ts";
export { writeCsv, writeCsvBatches, writeCsvSync } from "./write.ts";
export type { WriteCsvOptions, WriteCsvSyncOptions } from "./write.ts";
