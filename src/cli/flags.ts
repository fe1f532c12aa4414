/**
 * Command line arguments to option values, by the options' specifications.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import type { OptionSpec, OptionValues } from "../catalogue/op.ts";
import { decodeOption, UsageError } from "../catalogue/option_values.ts";
import { closest } from "../catalogue/suggest.ts";

export { UsageError };

/** What a command line says. */
export interface Parsed {
  /** Arguments that are no options, in order. */
  readonly positionals: readonly string[];
  /** Decoded option values by name. */
  readonly values: OptionValues;
}

/**
 * Decodes a command line.
 *
 * @param args The arguments after the command's name.
 * @param options The options that exist.
 * @param operandsAreTexts Whether operands may begin with a minus: then `-5`
 * and `-PT5S` are operands, and what begins with one minus and is no short
 * option is never one.
 * @returns Positional arguments and decoded values.
 * @throws {UsageError} For an unknown option or a value that does not fit.
 */
export function parseFlags(
  args: readonly string[],
  options: readonly OptionSpec[],
  operandsAreTexts = false,
): Parsed {
  const byName = new Map(options.map((spec) => [spec.name, spec]));
  const takesValue = options.filter((spec) => !isSwitch(spec));
  args = withMinusValues(args, new Set(takesValue.map(({ name }) => name)));
  const shielded = operandsAreTexts ? args.map(shield) : args;
  const parsed = parseArgs(shielded, {
    string: ["_", ...takesValue.map((spec) => spec.name)],
    boolean: options.filter(isSwitch).map((spec) => spec.name),
    negatable: options.filter((spec) => spec.kind === "negation")
      .map((spec) => spec.name),
    collect: takesValue.map((spec) => spec.name),
    alias: aliasesOf(options),
    unknown: (arg, key) => refuseUnknown(arg, key, options),
  });
  const values: Record<string, OptionValues[string]> = {};
  const end = args.indexOf("--");
  const given = end < 0 ? args : args.slice(0, end);
  for (const [name, spec] of byName) {
    const raw = parsed[name];
    if (isSwitch(spec)) {
      if (isSwitchedOn(spec, given, options)) {
        values[name] = spec.kind === "flag";
      }
      continue;
    }
    const texts = raw as string[] | undefined;
    if (texts === undefined || texts.length === 0) continue;
    const decoded = texts.map((text) =>
      decodeOption(spec, text, `--${spec.name}`)
    );
    values[name] = spec.repeatable
      ? decoded.map(String)
      : decoded[decoded.length - 1];
  }
  const positionals = parsed._.map((arg) => unshield(String(arg)));
  return { positionals, values };
}

/** Names and the letters that stand for them. */
function aliasesOf(options: readonly OptionSpec[]): Record<string, string> {
  const aliases: Record<string, string> = { help: "h" };
  for (const { name, short } of options) {
    if (short !== undefined) aliases[name] = short;
  }
  return aliases;
}

/**
 * `--limit -1` as `--limit=-1`, and `--delimiter -` as `--delimiter=-`: what
 * stands behind an option that takes a value is that value, unless it is an
 * option itself.
 */
function withMinusValues(
  args: readonly string[],
  takesValue: ReadonlySet<string>,
): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--") return [...out, ...args.slice(at)];
    const value = args[at + 1];
    const isOption = arg.startsWith("--") && takesValue.has(arg.slice(2));
    if (!isOption || value === undefined) out.push(arg);
    else if (/^-([0-9.].*)?$/.test(value)) {
      out.push(`${arg}=${value}`);
      at++;
    } else if (value.startsWith("-")) out.push(arg);
    else {
      out.push(arg, value);
      at++;
    }
  }
  return out;
}

/** Stands before an operand that looks like an option; no argument has it. */
const SHIELD = "\0";

/** A minus and a digit, or a minus and more than a letter. */
function shield(arg: string): string {
  return /^-([0-9]|[^-].)/.test(arg) ? SHIELD + arg : arg;
}

function unshield(arg: string): string {
  return arg.startsWith(SHIELD) ? arg.slice(SHIELD.length) : arg;
}

function isSwitch(spec: OptionSpec): boolean {
  return spec.kind === "flag" || spec.kind === "negation";
}

/** A switch stands bare: `--json`, `--no-header`; nothing else means it. */
function isSwitchedOn(
  spec: OptionSpec,
  given: readonly string[],
  options: readonly OptionSpec[],
): boolean {
  const form = spec.kind === "negation"
    ? `--no-${spec.name}`
    : `--${spec.name}`;
  if (given.some((arg) => arg.startsWith(`${form}=`))) {
    throw new UsageError(`Option ${form} takes no value`);
  }
  if (spec.kind === "negation" && given.includes(`--${spec.name}`)) {
    refuseUnknown(`--${spec.name}`, spec.name, options);
  }
  return given.includes(form) || (spec.name === "help" && given.includes("-h"));
}

function refuseUnknown(
  arg: string,
  key: string | undefined,
  options: readonly OptionSpec[],
): boolean {
  // Positional arguments come here too, without a key.
  if (key === undefined || !arg.startsWith("-") || arg === "-") return true;
  const names = options.map((spec) =>
    spec.kind === "negation" ? `--no-${spec.name}` : `--${spec.name}`
  );
  const given = arg.split("=")[0] ?? arg;
  const near = closest(given, names);
  throw new UsageError(
    `Unknown option ${given}` + (near ? `, did you mean ${near}?` : ""),
  );
}
