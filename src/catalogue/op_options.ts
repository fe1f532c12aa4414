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

/** Options of the readers: which columns, and how the work is shared. */
export const READ_OPTIONS: readonly OptionSpec[] = [
  {
    name: "columns",
    kind: "text",
    value: "A,B...",
    fallback: "all",
    summary: "Read only the columns of these names",
  },
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
