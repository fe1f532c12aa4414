// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task reference`: writes `docs/command_line.md`, the reference page of
 * the command line, from the catalogue.
 *
 * @module
 */

import { type Command, COMMON_OPTIONS } from "../src/cli/command.ts";
import { optionRow } from "../src/cli/help.ts";
import { loadCommands } from "../src/cli/main.ts";

/** Where the page stands. */
export const PAGE: URL = new URL("../docs/command_line.md", import.meta.url);

/**
 * The reference page, formatted as `deno fmt` wants it.
 *
 * @returns Markdown.
 */
export async function referencePage(): Promise<string> {
  const commands = await loadCommands();
  const text = [
    "# The command line",
    "",
    "Made by `deno task reference` from the catalogue; do not edit. The program" +
    " is `deno run -A cli.ts`, here called `fastpath`.",
    "",
    "Every command also takes:",
    "",
    ...table(COMMON_OPTIONS.map(optionRow)),
    "",
    "Exit codes: 0 done, 1 failed, 2 usage, 3 bad input, 4 no native library" +
    " where it is required, 130 interrupted.",
    "",
    ...commands.flatMap(section),
  ].join("\n");
  return await formatted(text);
}

function section(command: Command): string[] {
  const words = command.words.join(" ");
  const usage = ["fastpath", words, command.operands, "[options]"];
  const lines = [
    `## ${words}`,
    "",
    `${command.summary}.`,
    "",
    "```text",
    usage.filter((part) => part !== "").join(" "),
    "```",
    "",
  ];
  if (command.options.length > 0) {
    lines.push(...table(command.options.map(optionRow)), "");
  }
  if (command.examples.length > 0) {
    const examples = command.examples.map((line) => `fastpath ${line}`);
    lines.push("```sh", ...examples, "```", "");
  }
  return lines;
}

function table(rows: readonly [string, string][]): string[] {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [
    "| option | meaning |",
    "| --- | --- |",
    ...rows.map(([form, summary]) =>
      `| \`${cell(form)}\` | ${cell(summary)} |`
    ),
  ];
}

async function formatted(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  const { stdout, success } = await child.output();
  if (!success) throw new Error("Cannot format the page");
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  await Deno.writeTextFile(PAGE, await referencePage());
  console.log("wrote docs/command_line.md");
}
