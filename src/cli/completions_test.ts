/** The completion scripts know what the commands know. */

import { assert, assertEquals } from "@std/assert";
import type { Command } from "./command.ts";
import { completionScript } from "./completions.ts";
import { loadCommands } from "./main.ts";

const COMMANDS = await loadCommands();

/** What bash offers for the last of some words. */
async function bashOffers(...words: string[]): Promise<string[]> {
  const list = words.map((word) => `'${word}'`).join(" ");
  const script = completionScript("bash", COMMANDS) +
    `COMP_WORDS=(fastpath ${list}); COMP_CWORD=${words.length}\n` +
    '_fastpath; printf "%s\\n" "${COMPREPLY[@]}"\n';
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script],
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trim().split("\n");
}

async function hasShell(name: string): Promise<boolean> {
  try {
    return (await new Deno.Command(name, { args: ["-c", ""] }).output())
      .success;
  } catch {
    return false;
  }
}

const [hasBash, hasZsh, hasFish] = await Promise.all(
  ["bash", "zsh", "fish"].map(hasShell),
);

Deno.test({
  name: "completions: bash offers commands, operations, options and choices",
  ignore: !hasBash,
  async fn() {
    const first = await bashOffers("");
    for (const { words } of COMMANDS) assert(first.includes(words[0]!));
    assertEquals(await bashOffers("pro"), ["profile"]);
    assertEquals(await bashOffers("hash", ""), [
      ...["digest", "file", "files", "tree", "check", "diff"],
    ]);
    assertEquals(
      await bashOffers("hash", "digest", "--algorithm", ""),
      ["sha256", "sha512", "blake2b", "blake2s", "blake3", "xxh3"],
    );
    assertEquals(await bashOffers("hash", "digest", "--alg"), ["--algorithm"]);
    assert((await bashOffers("csv", "read", "--")).includes("--no-header"));
    assertEquals(await bashOffers("profile", "--engine", "t"), ["typescript"]);
    // A place for a file is the shell's own business.
    assertEquals(await bashOffers("csv", "read", ""), [""]);
  },
});

function flagsOf(command: Command): string[] {
  return command.options.map((option) =>
    option.kind === "negation" ? `no-${option.name}` : option.name
  );
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test(`completions: ${shell} knows every word and option`, () => {
    const script = completionScript(shell, COMMANDS);
    for (const command of COMMANDS) {
      for (const word of [...command.words, ...flagsOf(command)]) {
        assert(script.includes(word), `${shell} lacks ${word}`);
      }
    }
  });
}

for (const [shell, exists] of [["zsh", hasZsh], ["fish", hasFish]] as const) {
  Deno.test({
    name: `completions: ${shell} can read its script`,
    ignore: !exists,
    async fn() {
      const path = await Deno.makeTempFile();
      try {
        await Deno.writeTextFile(path, completionScript(shell, COMMANDS));
        const run = new Deno.Command(shell, { args: ["-n", path] });
        const { stderr, success } = await run.output();
        assert(success, new TextDecoder().decode(stderr));
      } finally {
        await Deno.remove(path);
      }
    },
  });
}
