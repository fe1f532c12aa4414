/**
 * The catalogue's entry of `profile`.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionValues,
} from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { RULE_OPTIONS, rulesOf } from "../ndjson/read.op.ts";
import { sampleCsv } from "./_sample.ts";
import { profileToJson } from "./json.ts";
import type { ProfileOptions } from "./options.ts";
import { profile } from "./profile.ts";
import type { ProfileDigest, ProfileFormat, ProfileReport } from "./types.ts";

/** Bytes of a sample's row, about. */
const ROW_BYTES = 64;
const SAMPLE_COLUMNS = 6;

/** Describes every column of an input in one pass. */
export const profileOp: Op = op<ProfileOptions, ProfileReport>({
  name: "profile",
  summary: "Describe every column of CSV or NDJSON in one pass",
  call: profile,
  run: (input, options, engine) => profile(input, { ...options, engine }),
  kernels: ["profile"],
  input: {
    mediaTypes: ["text/csv", "application/x-ndjson"],
    options: [
      {
        name: "format",
        kind: "choice",
        choices: ["csv", "ndjson"],
        fallback: "by the name's ending, else by the first bytes",
        summary: "The input's format",
      },
      {
        name: "delimiter",
        kind: "character",
        value: "C",
        fallback: ",",
        summary: "The character between CSV fields, or the word tab",
      },
      {
        name: "header",
        kind: "negation",
        summary: "The first CSV row is data",
      },
      {
        name: "memory",
        kind: "size",
        fallback: "256MB",
        summary: "Values kept for exact figures; beyond, they are estimated",
      },
      {
        name: "digest",
        kind: "choice",
        choices: ["sha256", "blake3", "none"],
        repeatable: true,
        fallback: "sha256",
        summary: "Digests of the input",
      },
      RATIO_OPTION,
      ...RULE_OPTIONS,
    ],
    streams: true,
  },
  outputs: [{ name: "json", mediaType: "application/json" }],
  door,
  comparable: ({ source, rows, columns }) => ({ source, rows, columns }),
  sample: (size, seed) => ({
    input: new TextEncoder().encode(sampleCsv({
      rows: Math.ceil(size / ROW_BYTES),
      columns: SAMPLE_COLUMNS,
      seed,
    })),
    options: {},
  }),
});

async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const report = await profile(request.input, optionsOf(request));
  yield new TextEncoder().encode(`${profileToJson(report)}\n`);
}

function optionsOf(request: DoorRequest): ProfileOptions {
  const { values, name, engine, signal, onProgress } = request;
  const options: ProfileOptions = { ...profileOptionsOf(values), name, engine };
  if (signal !== undefined) options.signal = signal;
  if (onProgress !== undefined) options.onProgress = onProgress;
  return options;
}

/**
 * The options of `profile` that a door's values stand for.
 *
 * @param values The decoded values.
 * @returns The options without name, engine, signal and progress.
 * @throws {RangeError} If `none` stands beside another digest.
 */
export function profileOptionsOf(values: OptionValues): ProfileOptions {
  const options: ProfileOptions = { ...rulesOf(values) };
  if (values.format !== undefined) {
    options.format = values.format as ProfileFormat;
  }
  if (values.delimiter !== undefined) {
    options.delimiter = String(values.delimiter);
  }
  if (values.header === false) options.header = false;
  if (values.memory !== undefined) options.memory = Number(values.memory);
  if (values["ratio-max"] !== undefined) {
    options.ratioMax = Number(values["ratio-max"]);
  }
  if (values.digest !== undefined) {
    const digests = values.digest as readonly (ProfileDigest | "none")[];
    if (digests.includes("none") && digests.length > 1) {
      throw new RangeError("Cannot choose digests: none excludes others");
    }
    options.digests = digests.filter((digest) => digest !== "none");
  }
  return options;
}
