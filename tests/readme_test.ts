/**
 * What the README shows at a prompt is what comes out: its `console` blocks
 * are run, line by line, in one empty folder.
 */

import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const PORT = "8787";

/** A command and what the README says that it prints. */
interface Shown {
  readonly command: string;
  readonly output: string;
}

async function readmeBlocks(fence: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const blocks = text.matchAll(new RegExp(`\`\`\`${fence}\n(.*?)\`\`\``, "gs"));
  return Array.from(blocks, ([, block]) => block!);
}

function shownIn(block: string): Shown[] {
  return block.split(/^\$ /m).slice(1).map((part) => {
    const end = part.indexOf("\n");
    return { command: part.slice(0, end), output: part.slice(end + 1) };
  });
}

/** What differs from run to run and from machine to machine. */
function masked(output: string): string {
  return output
    .replace(/^( {2}(?:time|engine) ).*$/gm, "$1...")
    .replace(/"instance":"[^"]*"/g, '"instance":"..."')
    .replace(/:[0-9]+$/gm, ":PORT")
    .trimEnd();
}

/** A command of the README as it runs from another folder. */
function runnable(command: string, port: string): string {
  const file = (name: string) =>
    `'${decodeURIComponent(new URL(name, ROOT).pathname)}'`;
  return command
    .replaceAll(PORT, port)
    .replace("deno task --quiet serve", `deno run -A ${file("server.ts")}`)
    .replace("cli.ts", file("cli.ts"))
    .replace(/\bdeno run\b/, `'${Deno.execPath()}' run`);
}

function freePort(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return String((listener.addr as Deno.NetAddr).port);
}

function shell(command: string, cwd: string): Deno.Command {
  return new Deno.Command("sh", {
    args: ["-c", command],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Starts what the README leaves running; gives its first line. */
async function started(
  command: string,
  cwd: string,
): Promise<{ output: string; child: Deno.ChildProcess }> {
  const child = shell(`exec env ${command}`, cwd).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return { output: new TextDecoder().decode(value), child };
}

Deno.test({
  name: "readme: what it shows at a prompt is what comes out",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const port = freePort();
    const running: Deno.ChildProcess[] = [];
    try {
      for (const block of await readmeBlocks("console")) {
        for (const { command, output } of shownIn(block)) {
          const line = runnable(command, port);
          let printed: string;
          if (line.endsWith(" &")) {
            const server = await started(line.slice(0, -2), folder);
            running.push(server.child);
            printed = server.output;
          } else {
            const { stdout, stderr } = await shell(line, folder).output();
            const decoder = new TextDecoder();
            printed = decoder.decode(stdout) + decoder.decode(stderr);
          }
          assertEquals(masked(printed), masked(output), command);
        }
      }
    } finally {
      for (const child of running) {
        child.kill("SIGTERM");
        await child.output();
      }
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("readme: the benchmarks that it shows have budgets", async () => {
  const file = new URL("fastpath.budgets.json", ROOT);
  const { budgets } = JSON.parse(await Deno.readTextFile(file)) as {
    budgets: { id: string }[];
  };
  const ids = new Set(budgets.map(({ id }) => id));
  const [block = ""] = (await readmeBlocks("text"))
    .filter((text) => text.startsWith("$ deno bench"));
  const shown = Array.from(
    block.matchAll(/^\| ([a-z]\S+\.\S+)/gm),
    ([, id]) => id!,
  );
  assertEquals(shown.length, 2);
  assertEquals(shown.filter((id) => !ids.has(id)), []);
});
