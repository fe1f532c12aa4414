/**
 * The catalogue's entry of `ndjson.read`.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionSpec,
  type OptionValues,
} from "../catalogue/op.ts";
import {
  DECLARED_OPTION,
  RATIO_OPTION,
  READ_OPTIONS,
} from "../catalogue/op_options.ts";
import { ALL_OUTPUTS, printRows } from "../catalogue/rows_out.ts";
import { isRepeatable } from "../input.ts";
import {
  comparableTable,
  doorOptions,
  sampleLines,
  type SampleRow,
  sampleRows,
} from "../read/_rows_door.ts";
import { declaredOption } from "../read/_types_option.ts";
import type { Table } from "../table/table.ts";
import {
  type NdjsonLists,
  type NdjsonPaths,
  type NdjsonRules,
  readNdjson,
  readNdjsonBatches,
  type ReadNdjsonOptions,
} from "./read.ts";

/** The rules of NDJSON (semantics 10) as options of a door, in the order of help. */
export const RULE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "integers",
    kind: "choice",
    choices: ["error", "text"],
    fallback: "error",
    summary: "JSON integers beyond 64 bits: refuse them, or read them as text",
  },
  {
    name: "overflow",
    kind: "choice",
    choices: ["error", "text"],
    fallback: "error",
    summary: "JSON numbers beyond f64: refuse them, or read them as text",
  },
  {
    name: "duplicates",
    kind: "choice",
    choices: ["last", "error"],
    fallback: "last",
    summary: "A key twice in a JSON object: the last one wins, or refuse it",
  },
  {
    name: "surrogates",
    kind: "choice",
    choices: ["error", "replace"],
    fallback: "error",
    summary: "Lone surrogates in JSON: refuse them, or read U+FFFD",
  },
];

/** What is read from inside the records, as an option of a door. */
export const PATH_OPTION: OptionSpec = {
  name: "path",
  kind: "text",
  value: "NAME=P",
  repeatable: true,
  summary:
    "A column of what stands at a JSON pointer: city=/at/city; may be repeated",
};

/** What becomes of arrays, as an option of a door. */
export const LISTS_OPTION: OptionSpec = {
  name: "lists",
  kind: "choice",
  choices: ["text", "columns"],
  fallback: "text",
  summary: "JSON arrays of single values: their text, or lists",
};

/** `ndjson.read`, as the doors see it. */
export const ndjsonRead: Op = op<ReadNdjsonOptions, Table>({
  name: "ndjson.read",
  summary: "Read newline-delimited JSON to typed columns and print its rows",
  call: readNdjson,
  run: (input, options, engine) => readNdjson(input, { ...options, engine }),
  kernels: ["ndjson.read"],
  input: {
    mediaTypes: ["application/x-ndjson"],
    streams: "rows",
    options: [
      DECLARED_OPTION,
      {
        name: "limit",
        kind: "integer",
        value: "N",
        summary: "Stop reading after N rows",
      },
      ...READ_OPTIONS,
      RATIO_OPTION,
      ...RULE_OPTIONS,
      PATH_OPTION,
      LISTS_OPTION,
    ],
  },
  outputs: ALL_OUTPUTS,
  door,
  comparable: comparableTable,
  sample: (size, seed) => ({
    input: sampleLines(size, "", sampleNdjson(seed)),
    options: {},
  }),
});

function door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const batches = readNdjsonBatches(request.input, {
    ...doorOptions(request),
    ...rulesOf(request.values),
    schema: declaredOption(request.values.types),
    ...nestedOf(request.values),
    inferRows: isRepeatable(request.input) ? "all" : "sample",
  });
  return printRows(batches, request.to, request.signal);
}

function* sampleNdjson(seed: number): Generator<string, void, undefined> {
  for (const row of sampleRows(seed)) yield jsonLine(row);
}

/** Numbers as they are written; a late key, a missing one, a nested one. */
function jsonLine({ id, day, kind, price, big, note }: SampleRow): string {
  const late = id < 2 ? "" : `,"late":{"id":[${id},null]}`;
  const found = note === null ? "" : `,"note":${JSON.stringify(note)}`;
  return `{"id":${id},"day":"${day}","kind":${JSON.stringify(kind)}` +
    `,"price":${price},"big":${big}${found}${late}}\n`;
}

/**
 * The rules that a door's values stand for.
 *
 * @param values The decoded values.
 * @returns The rules that were given.
 */
export function rulesOf(values: OptionValues): NdjsonRules {
  const rules: Record<string, unknown> = {};
  for (const { name } of RULE_OPTIONS) {
    if (values[name] !== undefined) rules[name] = values[name];
  }
  return rules;
}

/**
 * What a door's values say of nested values.
 *
 * @param values The decoded values.
 * @returns The options that were given.
 * @throws {RangeError} If a path has no name, or one that stands twice.
 */
export function nestedOf(values: OptionValues): NdjsonPaths & NdjsonLists {
  const { lists, path } = values;
  return {
    ...(path === undefined ? {} : pathsOf(path)),
    ...(lists === undefined
      ? {}
      : { lists: lists as NonNullable<NdjsonLists["lists"]> }),
  };
}

function pathsOf(given: NonNullable<OptionValues[string]>): NdjsonPaths {
  const texts = typeof given === "object" ? given : [String(given)];
  const entries = texts.map((text) => {
    // A pointer's names may have an equals sign, a column's name too: the
    // first one that a pointer or a path follows parts them.
    const at = /=(?=[/$])/.exec(text)?.index ?? -1;
    if (at < 0) {
      throw new RangeError(
        `Cannot read by the path "${text}": write NAME=/pointer`,
      );
    }
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new RangeError(`Cannot read by path: "${twice}" stands twice`);
  }
  return { paths: Object.fromEntries(entries) };
}
