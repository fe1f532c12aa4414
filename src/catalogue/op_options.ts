/**
 * Options that several entries of the catalogue share.
 *
 * @module
 */

import type { OptionSpec } from "./op.ts";

/** How much may come out of a compressed input. */
export const RATIO_OPTION: OptionSpec = {
  name: "ratio-max",
  kind: "integer",
  value: "N",
  fallback: "250",
  summary: "Bytes that may come out of one byte of a .gz or .zst input",
};

/** How the types of CSV columns are found, or said. */
export const TYPES_OPTION: OptionSpec = {
  name: "types",
  kind: "text",
  value: "auto|text|NAME=TYPE...",
  fallback: "auto",
  summary: "Find the types of CSV columns, keep all as text, or declare some " +
    "as in price=decimal(2),spent=duration",
};

/** Types that are said of columns of JSON. */
export const DECLARED_OPTION: OptionSpec = {
  name: "types",
  kind: "text",
  value: "NAME=TYPE...",
  fallback: "found",
  summary: "Declare types of columns, as in price=decimal(2),spent=duration",
};

/** Which rows are read. */
export const WHERE_OPTION: OptionSpec = {
  name: "where",
  kind: "text",
  value: "COND",
  repeatable: true,
  fallback: "all rows",
  summary: "Read only rows with, for instance, 'price >= 10 and city = Oslo'",
};

/** Options of the readers: which columns, and how the work is shared. */
export const READ_OPTIONS: readonly OptionSpec[] = [
  {
    name: "columns",
    kind: "text",
    value: "A,B...",
    fallback: "all",
    summary: "Read only the columns of these names",
  },
  WHERE_OPTION,
  {
    name: "threads",
    kind: "integer",
    value: "N",
    fallback: "all cores",
    summary: "Threads that read, native engine only",
  },
  {
    name: "chunk-bytes",
    kind: "integer",
    value: "N",
    fallback: "8388608",
    summary: "Bytes of a thread's part of the file",
  },
];

/** Which fields of a written CSV are quoted. */
export const QUOTING_OPTION: OptionSpec = {
  name: "quoting",
  kind: "choice",
  choices: ["minimal", "all", "nonNumeric"],
  fallback: "minimal",
  summary: "Quote the fields that need it, all, or all but numbers",
};

/** How the output is compressed. */
export const COMPRESSION_OPTION: OptionSpec = {
  name: "compression",
  kind: "choice",
  choices: ["gzip", "zstd"],
  fallback: "none",
  summary: "Compress the output",
};

/** How the work of a writer is shared. */
export const WRITE_THREADS_OPTION: OptionSpec = {
  name: "threads",
  kind: "integer",
  value: "N",
  fallback: "all cores",
  summary: "Threads that print large batches, native engine only",
};
