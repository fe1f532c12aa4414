/**
 * `fastpath completions SHELL`: a script that teaches a shell the commands,
 * their options and the options' choices.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { type Command, COMMON_OPTIONS, type Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printOut } from "./io.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = typeof SHELLS[number];

/**
 * The command.
 *
 * @param load Loads every command, itself included.
 * @returns Its entry.
 */
export function completionsCommand(load: () => Promise<Command[]>): Command {
  return {
    words: ["completions"],
    operands: SHELLS.join("|"),
    summary: "Print a shell's completion script",
    options: [],
    examples: [
      "completions bash > /etc/bash_completion.d/fastpath",
      'completions zsh > "${fpath[1]}/_fastpath"',
      "completions fish > ~/.config/fish/completions/fastpath.fish",
    ],
    async run({ positionals }: Invocation): Promise<number> {
      const [shell] = positionals;
      if (positionals.length !== 1 || !isShell(shell)) {
        throw new UsageError(
          `completions needs one of ${SHELLS.join(", ")}` +
            (shell === undefined ? "" : `, found ${positionals.join(" ")}`),
        );
      }
      await printOut(completionScript(shell, await load()));
      return EXIT.ok;
    },
  };
}

function isShell(text: string | undefined): text is Shell {
  return (SHELLS as readonly (string | undefined)[]).includes(text);
}

/**
 * A completion script.
 *
 * @param shell For which shell.
 * @param commands Every command.
 * @returns The script.
 */
export function completionScript(
  shell: Shell,
  commands: readonly Command[],
): string {
  if (shell === "fish") return fish(commands);
  return shell === "bash" ? bash(commands) : zsh(commands);
}

/** An option as it is typed. */
function flagOf(spec: OptionSpec): string {
  return spec.kind === "negation" ? `--no-${spec.name}` : `--${spec.name}`;
}

function optionsOf(command: Command): OptionSpec[] {
  return [...command.options, ...COMMON_OPTIONS];
}

/** First words, each once. */
function firstWords(commands: readonly Command[]): string[] {
  return [...new Set(commands.map(({ words }) => words[0] ?? ""))];
}

/** Second words by first word; commands of one word have none. */
function secondWords(commands: readonly Command[]): Map<string, string[]> {
  const byArea = new Map<string, string[]>();
  for (const { words: [area = "", operation] } of commands) {
    if (operation === undefined) continue;
    byArea.set(area, [...byArea.get(area) ?? [], operation]);
  }
  return byArea;
}

/** `case` arms that both bash and zsh read: what may follow. */
function arms(commands: readonly Command[], reply: (words: string) => string) {
  const lines: string[] = [];
  for (const command of commands) {
    const key = command.words.join(" ");
    for (const spec of optionsOf(command)) {
      if (spec.choices === undefined) continue;
      lines.push(
        `    "${key} ${flagOf(spec)}") ${reply(spec.choices.join(" "))} ;;`,
      );
    }
    const flags = optionsOf(command).map(flagOf).join(" ");
    lines.push(`    "${key} "*) ${reply(flags)} ;;`);
  }
  return lines.join("\n");
}

/** Sets `command` to the words of the command, `previous` to the last word. */
function commandWords(commands: readonly Command[]): string {
  const areas = [...secondWords(commands).keys()];
  return `  case "$first" in
    ${areas.join("|")}) command="$first $second" ;;
    *) command="$first" ;;
  esac`;
}

function bash(commands: readonly Command[]): string {
  const reply = (words: string) =>
    `COMPREPLY=($(compgen -W "${words}" -- "$current"))`;
  const areas = [...secondWords(commands)].map(([area, operations]) =>
    `    ${area}) ${reply(operations.join(" "))} ;;`
  );
  return `# bash completion of fastpath, made by: fastpath completions bash
_fastpath() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local first="\${COMP_WORDS[1]}" second="\${COMP_WORDS[2]}" command
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${reply(firstWords(commands).join(" "))}
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$first" in
${areas.map((line) => `  ${line}`).join("\n")}
    esac
    [ "\${#COMPREPLY[@]}" -gt 0 ] && return
  fi
${commandWords(commands)}
  case "$previous" in -*) ;; *)
    case "$current" in -*) ;; *) return ;; esac ;;
  esac
  case "$command $previous" in
${arms(commands, reply)}
  esac
}
complete -o default -F _fastpath fastpath
`;
}

function zsh(commands: readonly Command[]): string {
  const reply = (words: string) => `compadd -- ${words}`;
  const areas = [...secondWords(commands)].map(([area, operations]) =>
    `      ${area}) ${reply(operations.join(" "))}; return ;;`
  );
  return `#compdef fastpath
# zsh completion of fastpath, made by: fastpath completions zsh
_fastpath() {
  local current="\${words[CURRENT]}" previous="\${words[CURRENT-1]}"
  local first="\${words[2]}" second="\${words[3]}" command
  if (( CURRENT == 2 )); then
    ${reply(firstWords(commands).join(" "))}
    return
  fi
  if (( CURRENT == 3 )); then
    case "$first" in
${areas.join("\n")}
    esac
  fi
${commandWords(commands)}
  if [[ "$previous" != -* && "$current" != -* ]]; then
    _files
    return
  fi
  case "$command $previous" in
${arms(commands, reply)}
  esac
}
_fastpath "$@"
`;
}

function fish(commands: readonly Command[]): string {
  const lines = [
    "# fish completion of fastpath, made by: fastpath completions fish",
  ];
  const quote = (text: string) => `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
  const none = "__fish_use_subcommand";
  for (const word of firstWords(commands)) {
    lines.push(`complete -c fastpath -n ${none} -f -a ${word}`);
  }
  for (const [area, operations] of secondWords(commands)) {
    const inArea = `__fish_seen_subcommand_from ${area}`;
    const without = `not __fish_seen_subcommand_from ${operations.join(" ")}`;
    const when = quote(`${inArea}; and ${without}`);
    lines.push(
      `complete -c fastpath -n ${when} -f -a ${quote(operations.join(" "))}`,
    );
  }
  for (const command of commands) {
    const seen = command.words
      .map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
    for (const spec of optionsOf(command)) {
      const takesValue = spec.kind !== "flag" && spec.kind !== "negation";
      const values = spec.choices === undefined
        ? ""
        : ` -f -a ${quote(spec.choices.join(" "))}`;
      lines.push(
        `complete -c fastpath -n ${quote(seen)} -l ${flagOf(spec).slice(2)}` +
          `${takesValue ? " -r" : ""}${values} -d ${quote(spec.summary)}`,
      );
    }
  }
  return lines.join("\n") + "\n";
}
