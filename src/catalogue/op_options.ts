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
