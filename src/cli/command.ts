/**
 * What a command of the command line is.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import type { OptionSpec, OptionValues, RowReport } from "../catalogue/op.ts";

/** What a command is run with. */
export interface Invocation {
  /** Arguments that are no options. */
  readonly positionals: readonly string[];
  /** Decoded options. */
  readonly values: OptionValues;
  /** The engine asked for; `auto` where nothing is said. */
  readonly engine: EngineMode;
  /** Stops the command. */
  readonly signal: AbortSignal;
  /** Told faulty rows that did not end the reading. */
  readonly onRowError?: (error: RowReport) => void;
  /** Told what ended the reading of the input, before it is reported. */
  readonly onFailure?: (error: unknown) => void;
}

/** A command: derived from the catalogue, or written by hand. */
export interface Command {
  /** The words that call it, for instance `["csv", "read"]`. */
  readonly words: readonly string[];
  /** What follows the words in the usage line. */
  readonly operands: string;
  /** Whether operands are texts, which may begin with a minus. */
  readonly operandsAreTexts?: boolean;
  /** One sentence without a period. */
  readonly summary: string;
  /** Its options, without those that every command has. */
  readonly options: readonly OptionSpec[];
  /** Command lines to show in help, without the program's name. */
  readonly examples: readonly string[];
  /** Does the work and gives the exit code. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** Options of every command. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  {
    name: "engine",
    kind: "choice",
    choices: ["auto", "native", "typescript"],
    fallback: "auto",
    summary: "The engine to use",
  },
  { name: "help", kind: "flag", summary: "Print this help" },
];
