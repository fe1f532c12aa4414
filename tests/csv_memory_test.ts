/**
 * What a process takes at most while it streams a CSV that is larger: 2 GB
 * with `deno task test:large`, less in a plain test run.
 */

import { assert, assertEquals } from "@std/assert";
import { flightsBytes } from "../bench/data/flights.ts";
import { CLI } from "./_cli.ts";
import { OWN_ENGINES } from "./_engines.ts";

const isLarge = Deno.env.get("FASTPATH_LARGE") === "1";
const FILE_BYTES = isLarge ? 2e9 : 100e6;

/** 200 MB, and what the collector may be late with. */
const MEMORY_KB = 210_000;

const READER = decodeURIComponent(
  new URL("_csv_memory.ts", import.meta.url).pathname,
);

/** A file of rows that repeat after 8 MB, and their number. */
async function largeFile(path: string): Promise<number> {
  const bytes = flightsBytes("csv", 8e6);
  const body = bytes.subarray(bytes.indexOf(10) + 1);
  // Line breaks stand in quotes, too; only a row begins with a year.
  const rows = new TextDecoder().decode(body).match(/^20\d\d-/gm)!.length;
  using file = await Deno.open(path, { write: true, truncate: true });
  await write(file, bytes);
  let count = rows;
  for (let size = bytes.length; size < FILE_BYTES; size += body.length) {
    await write(file, body);
    count += rows;
  }
  return count;
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await file.write(bytes.subarray(done));
  }
}

/** The most memory of a process until it ends, in kB. */
async function peakUntil(pid: number, end: Promise<unknown>): Promise<number> {
  let [peak, isOver] = [0, false];
  end.finally(() => isOver = true);
  while (!isOver) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`)
      .catch(() => "");
    peak = Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1] ?? peak);
    await new Promise((go) => setTimeout(go, 20));
  }
  return peak;
}

/** Lines that come out of a process, and its peak. */
async function run(
  args: string[],
  stdin: string | null,
): Promise<{ lines: number; peak: number; last: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...args],
    stdin: stdin === null ? "null" : "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const peak = peakUntil(child.pid, child.status);
  if (stdin !== null) {
    (await Deno.open(stdin)).readable.pipeTo(child.stdin).catch(() => {});
  }
  let lines = 0;
  let last = "";
  for await (const chunk of child.stdout) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      lines++;
    }
    if (last.length < 1000) last += new TextDecoder().decode(chunk);
  }
  assertEquals((await child.status).code, 0);
  return { lines, peak: await peak, last };
}

for (const engine of OWN_ENGINES) {
  Deno.test({
    name: `memory: a CSV of ${FILE_BYTES / 1e6} MB, streamed (${engine})`,
    ignore: Deno.build.os !== "linux",
    async fn(test) {
      const path = await Deno.makeTempFile({ suffix: ".csv" });
      try {
        const rows = await largeFile(path);
        const peaks: Record<string, number> = {};
        // A profile keeps what it is allowed to, 256 MB unless told otherwise.
        const sketch = ["--memory", "64MB"];
        const read = ["csv", "read", "--to", "ndjson", "--engine", engine];
        const cases: [string, string[], string | null][] = [
          ["csv read FILE", [CLI, ...read, path], null],
          ["csv read -", [CLI, ...read, "-"], path],
          [
            "profile",
            [CLI, "profile", "--json", ...sketch, "--engine", engine, path],
            null,
          ],
          ["readCsvBatches", [READER, engine, path], null],
        ];
        for (const [name, args, stdin] of cases) {
          await test.step(name, async () => {
            const { lines, peak, last } = await run(args, stdin);
            if (name === "readCsvBatches") assertEquals(Number(last), rows);
            else if (name !== "profile") assertEquals(lines, rows);
            peaks[name] = Math.round(peak * 1.024 / 1e3);
            assert(peak > 0 && peak < MEMORY_KB, `${name}: ${peak} kB`);
          });
        }
        // The figures are worth knowing where they are measured in full.
        // deno-lint-ignore no-console
        if (isLarge) console.log("peak MB", peaks);
      } finally {
        await Deno.remove(path);
      }
    },
  });
}
