/**
 * What a pass tells the native reader, in the form of a config.
 *
 * @module
 */

import { type ConfigValues, encodeConfig } from "../../ffi/call.ts";
import { declaredType } from "../table/schema.ts";
import { type DialectRules, NO_BYTE } from "./_dialect_rules.ts";
import { encodePaths } from "../values/json_path.ts";
import {
  type ColumnPath,
  type JsonRules,
  type Pass,
  ROWS_MAX,
} from "./_engine.ts";
import type { Condition, Literal } from "./where.ts";

/** With fewer rows that are wanted one thread reads them. */
const ROWS_MIN = 1 << 20;

/** Whether a pass makes one batch of all rows, or looks at all of them. */
export function isOneBatch({ goal, batchRows, limit }: Pass): boolean {
  return limit === Infinity && (goal === "infer" || batchRows === ROWS_MAX);
}

/**
 * Whether several threads may read a pass: not where only some rows are
 * wanted, most of what they read ahead would be for nothing.
 */
export function isParallel({ threads, limit }: Pass): boolean {
  return threads !== 1 && limit >= ROWS_MIN;
}

/** The config of a pass, as `reader::Options` in Rust reads it. */
export function configOf(pass: Pass): Uint8Array<ArrayBuffer> {
  const { format, types, declared, largeFloats, goal, batchRows } = pass;
  const { limit } = pass;
  const schema = declared
    .map((field) => `${field.name}\0${declaredType(field)}\0`).join("");
  return encodeConfig({
    format: format.name,
    types,
    schema,
    columns: Array.from(pass.columns ?? [], (name) => `${name}\0`).join(""),
    large_floats: [...largeFloats].map((name) => `${name}\0`).join(""),
    mode: goal === "infer" ? "infer" : isOneBatch(pass) ? "build" : "sample",
    batch_rows: Math.min(batchRows, limit),
    sample_rows: pass.sampleRows,
    ...policyConfig(pass),
    where: pass.where === undefined ? undefined : whereConfig(pass.where),
    threads: isParallel(pass) ? pass.threads : 1,
    piece_bytes: pass.chunkBytes,
    ...(format.name === "csv"
      ? {
        delimiter: format.delimiter,
        header: format.header,
        ...(format.dialect === undefined ? {} : dialectConfig(format.dialect)),
      }
      : { array: format.isArray === true, ...rulesConfig(format.rules) }),
  });
}

function policyConfig({ policy, numbers }: Pass): ConfigValues {
  return {
    on_error: policy?.onMisfit,
    max_errors: policy?.maxErrors,
    decimal: numbers && character(numbers.decimal),
    thousands: numbers && character(numbers.thousands),
  };
}

/** Conditions: `column\0op\0kind\0value\0`, joined. */
function whereConfig(where: readonly Condition[]): string {
  return where.map(({ column, op, literal }) =>
    [column, op, ...literalParts(literal)].map((part) => `${part}\0`).join("")
  ).join("");
}

function literalParts(literal: Literal | null): [string, string] {
  if (literal === null) return ["none", ""];
  switch (literal.kind) {
    case "number": {
      const { value } = literal;
      const kind = typeof value === "bigint" ? "integer" : "float";
      return [kind, String(value)];
    }
    case "bool":
      return ["bool", String(literal.value)];
    case "time":
      return [literal.zoned ? "utc" : "local", String(literal.micros)];
    case "text":
      return ["text", literal.value];
  }
}

/** A byte as a text; none is the empty text. */
function character(byte: number): string {
  return byte === NO_BYTE ? "" : String.fromCharCode(byte);
}

function dialectConfig(rules: DialectRules): ConfigValues {
  const lines = (texts: readonly string[]) =>
    texts.map((text) => `${text}\0`).join("");
  return {
    dialect: true,
    quote: character(rules.quote),
    escape: character(rules.escape),
    comment: character(rules.comment),
    names: rules.names === null ? undefined : lines(rules.names),
    skip_rows: rules.skipRows,
    trim: rules.trim,
    null_tokens: lines(rules.nullTokens),
    lenient: rules.lenient,
    recovers: rules.recovers,
  };
}

function rulesConfig(rules: JsonRules): ConfigValues {
  return {
    max_depth: rules.maxDepth,
    duplicates: rules.duplicates,
    surrogates: rules.surrogates,
    integers: rules.integers,
    overflow: rules.overflow,
    blank_lines: rules.blankLines,
    lists: rules.lists?.areFound === true,
    ...(rules.paths === undefined ? {} : pathsConfig(rules.paths)),
  };
}

function pathsConfig(paths: readonly ColumnPath[]): ConfigValues {
  return {
    paths: encodePaths(paths.map(({ path }) => path)),
    path_names: paths.map(({ name }) => `${name}\0`).join(""),
  };
}
