/**
 * Help texts, made from the commands and their options.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { type Command, COMMON_OPTIONS } from "./command.ts";

/**
 * The help of the whole command line, or of one area.
 *
 * @param commands Every command.
 * @param area The area's name, or null for all.
 * @returns The text with a line end.
 */
export function overview(
  commands: readonly Command[],
  area: string | null = null,
): string {
  const shown = commands.filter((c) => area === null || c.words[0] === area);
  const rows = shown.map((c): [string, string] => [
    `${c.words.join(" ")} ${c.operands}`,
    c.summary,
  ]);
  const usage = area === null
    ? "fastpath <command> [options]"
    : `fastpath ${area} <operation> [options]`;
  return [
    "fastpath: parse, summarise and hash data at the hardware's speed",
    "",
    `Usage: ${usage}`,
    "",
    "Commands:",
    ...columns(rows),
    "",
    "Every command takes --engine auto|native|typescript and --help.",
    "fastpath --version prints the version.",
    "",
  ].join("\n");
}

/**
 * The help of one command.
 *
 * @param command The command.
 * @returns The text with a line end.
 */
export function helpOf(command: Command): string {
  const words = command.words.join(" ");
  const options = [...command.options, ...COMMON_OPTIONS];
  const lines = [
    command.summary,
    "",
    `Usage: fastpath ${
      [words, command.operands, "[options]"]
        .filter((part) => part !== "").join(" ")
    }`,
    "",
    "Options:",
    ...columns(options.map(optionRow)),
  ];
  if (command.examples.length > 0) {
    lines.push("", "Examples:");
    for (const example of command.examples) {
      lines.push(`  fastpath ${example}`);
    }
  }
  return lines.join("\n") + "\n";
}

/**
 * An option as help and the reference page show it.
 *
 * @param spec The option.
 * @returns How it is written, and what it means.
 */
export function optionRow(spec: OptionSpec): [string, string] {
  let summary = spec.summary;
  if (spec.repeatable) summary += "; may stand several times";
  if (spec.fallback !== undefined) summary += ` (default ${spec.fallback})`;
  return [optionForm(spec), summary];
}

function optionForm(spec: OptionSpec): string {
  const { short } = spec;
  return short === undefined ? longForm(spec) : `-${short}, ${longForm(spec)}`;
}

function longForm(spec: OptionSpec): string {
  switch (spec.kind) {
    case "flag":
      return `--${spec.name}`;
    case "negation":
      return `--no-${spec.name}`;
    case "choice":
      return `--${spec.name} ${(spec.choices ?? []).join("|")}`;
    case "integer":
      return `--${spec.name} ${spec.value ?? "N"}`;
    case "size":
      return `--${spec.name} ${spec.value ?? "SIZE"}`;
    default:
      return `--${spec.name} ${spec.value ?? "TEXT"}`;
  }
}

/** Two columns that fit 80; a long first column gets a line of its own. */
function columns(rows: readonly [string, string][]): string[] {
  const width = Math.min(
    30,
    Math.max(...rows.map(([left]) => left.length)),
  );
  return rows.flatMap(([left, right]) => {
    const wrapped = wrap(right, 80 - width - 4);
    const indent = " ".repeat(width + 4);
    const rest = wrapped.slice(1).map((line) => indent + line);
    const head = wrapped[0] ?? "";
    if (left.length > width) return [`  ${left}`, indent + head, ...rest];
    return [`  ${left.padEnd(width)}  ${head}`, ...rest];
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
