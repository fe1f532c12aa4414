/**
 * Arguments that are not UTF-8. The runtime puts U+FFFD for what is none, and
 * the text may then be the name of another file.
 *
 * @module
 */

import type { OptionValues } from "../catalogue/op.ts";
import { UsageError } from "../catalogue/option_values.ts";
import { failureOf, STATE } from "../hash/_failures.ts";
import { isReadGranted } from "../input.ts";

/** Where Linux keeps the arguments as they were given. */
const COMMAND_LINE = "/proc/self/cmdline";

/** Arguments by whether they are the text that was given. */
export interface Arguments {
  readonly texts: string[];
  /** What stands for arguments that are not UTF-8. */
  readonly others: string[];
}

/**
 * Tells texts from what stands for arguments that are not UTF-8. A name with
 * a true U+FFFD is a text.
 *
 * @param given Arguments as the runtime gives them.
 * @returns Both; all are texts where the system does not tell.
 */
export function textArguments(given: readonly string[]): Arguments {
  const texts = [...given];
  const others: string[] = [];
  if (!given.some((text) => text.includes("\uFFFD"))) return { texts, others };
  for (const lossy of lossyArguments()) {
    const at = texts.indexOf(lossy);
    if (at >= 0) others.push(...texts.splice(at, 1));
  }
  return { texts, others };
}

/**
 * Refuses a path that stands for an argument that is not UTF-8.
 *
 * @param path The path as the runtime gives it.
 * @throws {FastpathError} `INPUT_UNREADABLE`.
 */
export function assertUtf8(path: string): void {
  if (!path.includes("\uFFFD")) return;
  if (lossyArguments().includes(path)) {
    throw failureOf(path, STATE.notUtf8, 0);
  }
}

/**
 * Refuses options whose value is not UTF-8: the text in its place may be
 * another path, or one key for many contexts.
 *
 * @param values Values of options by name.
 * @throws {UsageError} Where one is none.
 */
export function assertOptionsUtf8(values: OptionValues): void {
  const lossy = lossyArguments();
  for (const [name, value] of Object.entries(values)) {
    const option = `--${name}`;
    const texts = [value].flat().map(String);
    const isLossy = texts.some((text) =>
      lossy.includes(text) || lossy.includes(`${option}=${text}`)
    );
    if (isLossy) throw new UsageError(`The value of ${option} is not UTF-8`);
  }
}

/** The arguments that are not UTF-8, as the runtime gives them. */
function lossyArguments(): string[] {
  if (!isReadGranted(COMMAND_LINE)) return [];
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(COMMAND_LINE);
  } catch {
    return [];
  }
  const lossy: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    const argument = bytes.subarray(at, end < 0 ? bytes.length : end);
    if (!isUtf8(argument)) lossy.push(new TextDecoder().decode(argument));
    at += argument.length + 1;
  }
  return lossy;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
