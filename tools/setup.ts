// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task setup`: says which tools are there and how to get what is
 * missing, then builds the library.
 *
 * @module
 */

import { runInherited, versionOf } from "./_process.ts";

interface Tool {
  readonly name: string;
  readonly command: readonly string[];
  readonly purpose: string;
  readonly how: string;
}

const TOOLS: readonly Tool[] = [
  {
    name: "cargo",
    command: ["cargo", "--version"],
    purpose: "builds the native library",
    how: "install Rust from https://rustup.rs",
  },
  {
    name: "cc",
    command: ["cc", "--version"],
    purpose: "links the native library",
    how: "install a C compiler (Debian: apt-get install gcc libc6-dev)",
  },
  {
    name: "rustfmt",
    command: ["cargo", "fmt", "--version"],
    purpose: "checks the form of the Rust sources",
    how: "rustup component add rustfmt",
  },
  {
    name: "clippy",
    command: ["cargo", "clippy", "--version"],
    purpose: "checks the Rust sources",
    how: "rustup component add clippy",
  },
  {
    name: "script",
    command: ["script", "--version"],
    purpose: "gives the tests a terminal",
    how: "install util-linux (Debian: apt-get install bsdutils)",
  },
];

console.log(`deno ${Deno.version.deno}`);
let missing = 0;
for (const tool of TOOLS) {
  const version = await versionOf(tool.command);
  if (version === null) missing++;
  console.log(
    version ?? `${tool.name}: missing (${tool.purpose}); ${tool.how}`,
  );
}
const code = await runInherited([
  Deno.execPath(),
  "run",
  "-A",
  "tools/build.ts",
]);
if (missing > 0) {
  console.log(
    `${missing} of ${TOOLS.length} tools are missing; ` +
      "everything else works without them",
  );
}
Deno.exit(code);
