// The part of @std/cli 1.x that this project uses.

/** What `parseArgs` looks for. */
export interface ParseOptions {
  /** Stop at the first argument that is no option. */
  stopEarly?: boolean;
  /** Options that take no value. */
  boolean?: readonly string[];
  /** Options whose value stays a text. */
  string?: readonly string[];
  /** Options that may stand several times. */
  collect?: readonly string[];
  /** Options that `--no-x` sets to false. */
  negatable?: readonly string[];
  /** Short names: short to long. */
  alias?: Record<string, string | readonly string[]>;
  /** Called for an option that is not declared; false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  /** Put what follows `--` under the key `--`. */
  "--"?: boolean;
}

/** Options by name, positional arguments under `_`. */
export interface Args {
  [name: string]: unknown;
  _: (string | number)[];
}

/** Parses command line arguments. */
export function parseArgs(
  args: readonly string[],
  options?: ParseOptions,
): Args;
