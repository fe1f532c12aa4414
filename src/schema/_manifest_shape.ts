/**
 * Whether a value is the manifest of a schema, and what it lacks.
 *
 * @module
 */

import type {
  SchemaManifest,
  SchemaManifestFile,
  SchemaManifestOptions,
} from "./manifest.ts";
import { checkSchemaOptions, type SchemaOptions } from "./options.ts";

/**
 * Line feeds at a file's end that may be left out before what it gave gets a
 * digest of its own: whoever verifies it puts them back.
 */
export const LINE_FEEDS_LEFT_MAX = 64;

/** The options of a build that a manifest records where they are given. */
export const RECORDED_OPTIONS: readonly (keyof SchemaManifestOptions)[] = [
  ...["header", "separator", "separatorText", "bom", "crlf", "meta"] as const,
  ...["extensions", "duplicatePrefixes"] as const,
];

/**
 * The options of a manifest, and no others that may stand there.
 *
 * @param manifest The manifest.
 * @returns The options.
 */
export function optionsIn({ options }: SchemaManifest): SchemaOptions {
  if (options === undefined) return {};
  const names = RECORDED_OPTIONS.filter((name) => options[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}

/**
 * What keeps a value from being a manifest.
 *
 * @param value The value.
 * @returns A few words; null for a manifest.
 */
export function troubleOf(value: unknown): string | null {
  const manifest = value as SchemaManifest | null | undefined;
  if (manifest?.version !== 1) return "it is not of version 1";
  const { output, files, digest } = manifest;
  if (!isDigest(digest) || !isDigest(output?.digest)) {
    return "a digest is missing";
  }
  if (!isCount(output.size)) return "the size of the output is missing";
  const trouble = optionTrouble(manifest);
  if (trouble !== null) return trouble;
  if (!Array.isArray(files)) return "it has no files";
  const seen = new Set<string>();
  for (const [index, file] of files.entries()) {
    if (!isFile(file, output.size)) return `file ${index + 1} is incomplete`;
    if (seen.has(file.path)) return `"${file.path}" is listed twice`;
    seen.add(file.path);
  }
  return null;
}

/**
 * Refuses what is no manifest.
 *
 * @param value The value.
 * @param task What it is needed for: the beginning of the message.
 * @throws {TypeError} If it is none.
 */
export function assertManifest(value: unknown, task: string): void {
  const trouble = troubleOf(value);
  if (trouble === null) return;
  throw new TypeError(`${task}: expected a manifest of a schema: ${trouble}`);
}

/** Order, environment and options are those that a build could have had. */
function optionTrouble(manifest: SchemaManifest): string | null {
  const { order, env, options } = manifest;
  const isObject = typeof options === "object" && options !== null;
  if (options !== undefined && !isObject) return "its options are no object";
  try {
    checkSchemaOptions({
      ...optionsIn(manifest),
      order,
      ...(order === "manifest" ? { paths: [] } : {}),
      ...(env === null ? {} : { env } as SchemaOptions),
    });
    // A default would stand for what is missing.
    if (order === undefined || env === undefined) {
      return "order or environment is missing";
    }
    return null;
  } catch (error) {
    const { message } = error as Error;
    return message.replace(/^Cannot build schema: /, "");
  }
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isFile(value: unknown, size: number): boolean {
  const file = value as SchemaManifestFile | null;
  if (typeof file?.path !== "string" || !isDigest(file.digest)) return false;
  const { overrides, included, emitted, ranges } = file;
  return isCount(file.size) && isRun(file, size) &&
    (overrides === undefined || typeof overrides === "string") &&
    (included === undefined || included === true) &&
    (emitted === undefined || isDigest(emitted)) &&
    (ranges === undefined ||
      (Array.isArray(ranges) &&
        ranges.every((range) =>
          isRun(range, size) && isCount(range.line) && isDigest(range.emitted)
        )));
}

/** Whether a run lies within the output. */
function isRun(value: unknown, size: number): boolean {
  const run = value as { start?: number; end?: number } | null;
  return isCount(run?.start) && isCount(run?.end) &&
    run!.start! <= run!.end! && run!.end! <= size;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
