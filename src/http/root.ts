/**
 * The folder of the server below which requests may name others.
 *
 * @module
 */

import type { Op, OptionValues } from "../catalogue/op.ts";
import { UsageError } from "../catalogue/option_values.ts";
import { kindOf, realPath } from "../schema/_disk.ts";
import { isPlainPath } from "../schema/_paths.ts";

/**
 * The real path of a root.
 *
 * @param path The folder as the operator names it.
 * @returns An absolute path without links.
 * @throws {UsageError} If it is no folder, or may not be read.
 */
export function realRoot(path: string): string {
  try {
    const real = realPath(path);
    if (kindOf(real) === "directory") return real;
  } catch {
    // It is not there, or reading it is not granted.
  }
  throw new UsageError(`The root "${path}" is no folder that can be read`);
}

/**
 * Values in which folders of the request are those of the system.
 *
 * @param op The operation.
 * @param values Its options as the request names them.
 * @param root The real path of the root; null where there is none.
 * @returns The values with whole paths.
 * @throws {UsageError} If a folder is not below the root.
 */
export function withFolders(
  { input }: Op,
  values: OptionValues,
  root: string | null,
): OptionValues {
  const name = input.folders?.name;
  const given = name === undefined ? undefined : values[name];
  if (name === undefined || given === undefined || root === null) return values;
  const folders = given as readonly string[];
  return { ...values, [name]: folders.map((path) => below(root, path)) };
}

/** The real path of a folder; links may not lead out of the root either. */
function below(root: string, path: string): string {
  if (path === ".") return root;
  const base = root === "/" ? "" : root;
  if (isPlainPath(path) && !path.includes("\0")) {
    try {
      const real = realPath(`${base}/${path}`);
      const isBelow = real === root || real.startsWith(`${base}/`);
      if (isBelow && kindOf(real) === "directory") return real;
    } catch {
      // It is not there; a client learns no more of what lies elsewhere.
    }
  }
  throw new UsageError(`There is no folder "${path}" below the server's root`);
}
