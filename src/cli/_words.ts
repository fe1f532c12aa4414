/**
 * Messages of the library in the words of the command line.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { doorsName, inDoorsWords } from "../catalogue/door_words.ts";

/** The options of the command that runs; a process runs one. */
let known: ReadonlyMap<string, OptionSpec> = new Map();

/**
 * Says whose options messages are to name.
 *
 * @param options The options of the command that runs.
 */
export function speakOf(options: readonly OptionSpec[]): void {
  known = new Map(options.map((spec) => [spec.name, spec]));
}

/**
 * A message as a user of the command line can act on it.
 *
 * @param message The library's message, for instance with "the option
 * maxErrors".
 * @returns The message with `--max-errors`; options that the command does not
 * have stay as they are.
 */
export function inFlags(message: string): string {
  // A writer's options have the plain names where both sides have one.
  const isWriter = message.startsWith("Cannot write");
  return inDoorsWords(message, (option, value) => {
    const name = doorsName(option);
    const input = `input-${name}`;
    const spec = (isWriter ? undefined : known.get(input)) ?? known.get(name);
    if (spec === undefined) return null;
    const form = spec.kind === "negation"
      ? `--no-${spec.name}`
      : `--${spec.name}`;
    return value === undefined ? form : `${form} ${value}`;
  });
}
