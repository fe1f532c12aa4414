/** `fastpath schema watch`, whatever happens to the folders meanwhile. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../src/schema/_folder.ts";
import { CLI, cli } from "./_cli.ts";

/** A watch that runs, and the lines that it prints on either stream. */
class Watch implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #ends: Promise<void>[];
  #wake: () => void = () => {};

  constructor(folder: Folder, ...args: string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", CLI, "schema", "watch", ...args],
      ...{ cwd: folder.path, stdout: "piped", stderr: "piped" },
      env: { NO_COLOR: "1" },
    }).spawn();
    const { stdout, stderr } = this.#child;
    this.#ends = [this.#read(stdout), this.#read(stderr)];
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      this.#lines.push(...lines);
      this.#wake();
    }
  }

  /** The first line from now on that has some words. */
  async line(words: string): Promise<string> {
    for (;;) {
      for (
        let line = this.#lines.shift();
        line !== undefined;
        line = this.#lines.shift()
      ) {
        if (line.includes(words)) return line;
      }
      await new Promise<void>((resolve, reject) => {
        const late = () => reject(new Error(`no line "${words}" in 30 s`));
        const timer = setTimeout(late, 30_000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Interrupts it. */
  async stop(): Promise<number> {
    this.#child.kill("SIGINT");
    const { code } = await this.#child.status;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await Promise.all(this.#ends);
  }
}

function quiet(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("schema watch builds again when a file changes", async () => {
  using folder = new Folder({ "db/10_a.sql": "a;", "db/20_b.sql": "b;" });
  await using watch = new Watch(folder, "db", "-o", "s.sql");
  await watch.line("s.sql: 2 files, sha256 ");
  folder.write({ "db/30_c.sql": "select 3;" });
  await watch.line("s.sql: 3 files, sha256 ");
  assertStringIncludes(Deno.readTextFileSync(folder.at("s.sql")), "select 3;");
  folder.write({ "db/30_c.sql": "select 'open" });
  await watch.line("30_c.sql:1:8: ");
  folder.write({ "db/30_c.sql": "select 4;" });
  await watch.line("s.sql: 3 files, sha256 ");
  assertEquals(await watch.stop(), 130);
});

Deno.test("schema watch outlives an environment and a folder", async () => {
  using folder = new Folder({ "db/a.sql": "a;", "db/env/prod/b.sql": "b;" });
  await using watch = new Watch(folder, "db", "-o", "s.sql", "--env", "prod");
  await watch.line("s.sql: 2 files, ");
  Deno.removeSync(folder.at("db/env"), { recursive: true });
  await watch.line("no folder env/prod");
  folder.write({ "db/env/prod/c.sql": "c;", "db/env/prod/d.sql": "d;" });
  await watch.line("s.sql: 3 files, ");
  for (const count of [4, 5]) {
    Deno.removeSync(folder.at("db"), { recursive: true });
    await watch.line('Cannot read folder "db"');
    for (let file = 1; file < count; file++) {
      folder.write({ [`db/${file}.sql`]: `${count};` });
    }
    folder.write({ "db/env/prod/e.sql": "e;" });
    await watch.line(`s.sql: ${count} files, `);
    // The new folder is watched as the old one was.
    folder.write({ "db/a.sql": `again ${count};` });
    await watch.line(`s.sql: ${count + 1} files, `);
  }
  assertEquals(await watch.stop(), 130);
});

Deno.test("schema watch follows the list of its order", async () => {
  using folder = new Folder({ "db/a.sql": "a;", "db/b.sql": "b;" });
  folder.write({ "list": "a.sql\nb.sql\n" });
  const order = ["--no-header", "--separator=none", "--order=manifest"];
  const output = () => Deno.readTextFileSync(folder.at("s.sql"));
  {
    await using watch = new Watch(
      folder,
      ...["db", "-o", "s.sql", ...order, "--manifest", "list"],
    );
    await watch.line("2 files");
    assertEquals(output(), "a;\nb;\n");
    folder.write({ "list": "b.sql\n" });
    await watch.line("NOT_LISTED");
    folder.write({ "list.new": "b.sql\na.sql\n" });
    Deno.renameSync(folder.at("list.new"), folder.at("list"));
    await watch.line("2 files");
    assertEquals(output(), "b;\na;\n");
  }
  // A list that every build writes anew does not make it build for ever.
  await using watch = new Watch(
    folder,
    ...["db", "-o", "s.sql", ...order, "--manifest", "s.sql.manifest.json"],
  );
  await watch.line("2 files");
  await assertQuiet(folder.at("s.sql.manifest.json"));
});

Deno.test("schema watch may write below its folders, and not for ever", async () => {
  using folder = new Folder({ "db/a.sql": "a;" });
  await using watch = new Watch(folder, "db", "-o", "./db/s.out", "--time");
  await watch.line("1 file, sha256 ");
  await assertQuiet(folder.at("db/s.out"));
});

/** Asserts that nobody writes to a file. */
async function assertQuiet(path: string): Promise<void> {
  await quiet(300);
  const before = Deno.statSync(path);
  await quiet(900);
  const after = Deno.statSync(path);
  assertEquals(after.mtime, before.mtime);
  assertEquals(after.ino, before.ino);
}

Deno.test("schema watch ends at once where nothing can be built", async () => {
  using folder = new Folder({ "db/a.sql": "a;" });
  for (
    const [args, code, words] of [
      [["nope", "-o", "s.sql"], 3, 'folder "nope": no such file'],
      [["db"], 2, "needs -o FILE"],
      [["db", "-o", "db/s.sql"], 2, "next build would take it"],
      [["db", "-o", "db/a.sql"], 2, "Cannot write schema"],
      [["db", "-o", "s.sql", "--env", "none"], 2, "no folder env/none"],
      [["db", "-o", "none/s.sql"], 1, "no such folder"],
    ] as const
  ) {
    const run = await cli(["schema", "watch", ...args], { cwd: folder.path });
    assertEquals(run.code, code, run.stderr);
    assertStringIncludes(run.stderr, words);
    assertEquals(run.stderr.split("\n").length, 2, run.stderr);
  }
});
