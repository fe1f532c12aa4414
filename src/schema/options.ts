/**
 * Options of building a schema, and their checks.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";

/**
 * The order of the files. `bytes`: by the UTF-8 bytes of their paths.
 * `natural`: the same, but runs of digits that meet count as numbers. `hex`: by the
 * hexadecimal number in front of the file's name, whatever its folder.
 * `manifest`: as a list says.
 */
export type SchemaOrder = "bytes" | "natural" | "hex" | "manifest";

/**
 * What stands before each file: `line` is `-- File: PATH`, `block` is
 * `/* File: PATH *\/`, `mysql` is `# File: PATH`, `none` nothing.
 */
export type SchemaSeparator = "line" | "block" | "mysql" | "none";

/** Options of building a schema. */
export interface SchemaOptions {
  /** The order of the files. Default `bytes`. */
  readonly order?: SchemaOrder;
  /** Paths in their order, for the order `manifest`. */
  readonly paths?: readonly string[];
  /**
   * An environment: the files in `env/NAME` of every folder take the place of
   * those with the same path, or come beside them.
   */
  readonly env?: string;
  /** Endings of the files to take. Default `[".sql"]`. */
  readonly extensions?: readonly string[];
  /** What stands before each file. Default `line`. */
  readonly separator?: SchemaSeparator;
  /** A text before each file in which `{path}` is its path; wins. */
  readonly separatorText?: string;
  /** Whether a first line names the files' number and digest. Default true. */
  readonly header?: boolean;
  /** A time for the header, which without it has none. */
  readonly builtAt?: Date;
  /** A byte order mark is an `error`, or is left out. Default `error`. */
  readonly bom?: "error" | "strip";
  /**
   * CRLF is an `error`, becomes `lf`, or is kept. Default `error`. With `lf`
   * several CR before a line feed go with it.
   */
  readonly crlf?: "error" | "lf" | "keep";
  /** Commands of psql are kept, or an `error`. Default `keep`. */
  readonly meta?: "keep" | "error";
  /** Two files of one folder with one number. Default `error`. */
  readonly duplicatePrefixes?: "error" | "allow";
  /** Which engine reads; default: the backend's choice. */
  readonly engine?: EngineMode;
  /** Stops the work. */
  readonly signal?: AbortSignal;
  /** Told the files that are read. */
  readonly onProgress?: (filesDone: number) => void;
}

/** Checked options. */
export interface SchemaSettings {
  readonly order: SchemaOrder;
  readonly paths: readonly string[];
  readonly env: string | null;
  readonly extensions: readonly string[];
  readonly separator: SchemaSeparator;
  readonly separatorText: string | null;
  readonly header: boolean;
  readonly builtAt: Date | null;
  readonly bom: "error" | "strip";
  readonly crlf: "error" | "lf" | "keep";
  readonly meta: "keep" | "error";
  readonly duplicatePrefixes: "error" | "allow";
  readonly engine: EngineMode | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((filesDone: number) => void) | undefined;
  /** Bytes that a schema has at most. */
  readonly outputBytesMax: number;
}

/** Bytes of a schema where nothing else is said. */
export const OUTPUT_BYTES_MAX: number = 2 ** 30;

const ORDERS: readonly string[] = ["bytes", "natural", "hex", "manifest"];
const SEPARATORS: readonly string[] = ["line", "block", "mysql", "none"];

/**
 * Checks options and fills in what is absent.
 *
 * @param options The options as given.
 * @returns The settings.
 * @throws {TypeError} If an option has the wrong type.
 * @throws {RangeError} If an option has a value that is not allowed.
 */
export function checkSchemaOptions(options: SchemaOptions): SchemaSettings {
  const isObject = typeof options === "object" && options !== null &&
    !Array.isArray(options);
  typed("options", isObject, "plain object");
  const { order = "bytes", separator = "line", header = true } = options;
  const { bom = "error", crlf = "error", meta = "keep" } = options;
  const { duplicatePrefixes = "error", extensions = [".sql"] } = options;
  const { paths, env, separatorText, builtAt, signal, onProgress } = options;
  choice("order", order, ORDERS);
  choice("separator", separator, SEPARATORS);
  choice("bom", bom, ["error", "strip"]);
  choice("crlf", crlf, ["error", "lf", "keep"]);
  choice("meta", meta, ["keep", "error"]);
  choice("duplicatePrefixes", duplicatePrefixes, ["error", "allow"]);
  typed("header", typeof header === "boolean", "boolean");
  typed("env", isAbsentOr(env, "string"), "text");
  typed("separatorText", isAbsentOr(separatorText, "string"), "text");
  typed("onProgress", isAbsentOr(onProgress, "function"), "function");
  texts("extensions", extensions);
  texts("paths", paths === undefined ? [] : paths);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("Cannot build schema: signal is no AbortSignal");
  }
  if (builtAt !== undefined && !(builtAt instanceof Date)) {
    throw new TypeError("Cannot build schema: builtAt is no Date");
  }
  if (builtAt !== undefined && Number.isNaN(builtAt.getTime())) {
    throw new RangeError("Cannot build schema: builtAt is no valid time");
  }
  if (env !== undefined) checkEnv(env);
  if (separatorText?.includes("\0") === true) {
    throw new RangeError(
      "Cannot build schema: the option separatorText has a NUL, which no SQL has",
    );
  }
  if (extensions.length === 0) {
    throw new RangeError("Cannot build schema: extensions names no ending");
  }
  if ((order === "manifest") !== (paths !== undefined)) {
    throw new RangeError(
      "Cannot build schema: the order manifest and the option paths need " +
        "each other",
    );
  }
  return {
    ...{ order, separator, header, bom, crlf, meta, duplicatePrefixes },
    ...{ extensions, signal, onProgress, engine: options.engine },
    paths: paths ?? [],
    env: env ?? null,
    separatorText: separatorText ?? null,
    builtAt: builtAt ?? null,
    outputBytesMax: OUTPUT_BYTES_MAX,
  };
}

function isAbsentOr(value: unknown, type: string): boolean {
  return value === undefined || typeof value === type;
}

/** It stands in the header, which is one line. */
function checkEnv(env: string): void {
  // deno-lint-ignore no-control-regex
  const isName = /^[^/\\\0-\x1f\x7f]+$/.test(env) && env.isWellFormed();
  if (isName && env !== "." && env !== "..") return;
  throw new RangeError(
    "Cannot build schema: the option env must be the name of one folder, " +
      `without control characters: it is ${JSON.stringify(env)}`,
  );
}

function choice(name: string, value: string, choices: readonly string[]): void {
  typed(`the option ${name}`, typeof value === "string", "text");
  if (choices.includes(value)) return;
  throw new RangeError(
    `Cannot build schema: the option ${name} must be one of ` +
      `${choices.join(", ")}: it is ${JSON.stringify(value) ?? String(value)}`,
  );
}

function typed(name: string, isRight: boolean, type: string): void {
  if (isRight) return;
  throw new TypeError(`Cannot build schema: ${name} must be a ${type}`);
}

function texts(name: string, value: unknown): void {
  const areTexts = Array.isArray(value) &&
    value.every((text) => typeof text === "string");
  if (areTexts) return;
  throw new TypeError(`Cannot build schema: ${name} must be a list of texts`);
}
