/**
 * What a process takes at most while more comes in than it may keep: stdin
 * and bodies of requests, in processes of their own.
 */

import { assert, assertEquals } from "@std/assert";
import { CLI } from "./_cli.ts";
import { OWN_ENGINES } from "./_engines.ts";

const SERVER = decodeURIComponent(
  new URL("../server.ts", import.meta.url).pathname,
);

/** Bytes of the input, and what a process may take for it at most. */
const INPUT_BYTES = 300_000_000;
const MEMORY_KB = 240_000;

/** A CSV of about `INPUT_BYTES` with few values, a block after the other. */
async function* rows(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  yield encoder.encode("city,day,price\n");
  const block = encoder.encode(
    "Oslo,2026-01-02,12.5\nLima,2026-02-03,7\n".repeat(
      1600,
    ),
  );
  for (let sent = 0; sent < INPUT_BYTES; sent += block.length) {
    // The stream may take the bytes away.
    yield block.slice();
    await Promise.resolve();
  }
}

/** The most memory that a process has taken so far, in kB. */
async function peakOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1]);
}

for (const engine of OWN_ENGINES) {
  Deno.test({
    name: `memory: stdin of 300 MB (${engine})`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", CLI, "profile", "--json", "--engine", engine, "-"],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const writer = child.stdin.getWriter();
      let peak = 0;
      for await (const block of rows()) {
        await writer.write(block);
        peak = await peakOf(child.pid);
      }
      await writer.close();
      const { code } = await child.output();
      assertEquals(code, 0);
      assert(peak > 0 && peak < MEMORY_KB, `${peak} kB`);
    },
  });

  Deno.test({
    name: `memory: a body of 300 MB (${engine})`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", SERVER],
        env: { FASTPATH_PORT: "0", FASTPATH_BACKEND: engine },
        stdout: "piped",
      }).spawn();
      const output = child.stdout.pipeThrough(new TextDecoderStream());
      const reader = output.getReader();
      try {
        const { value } = await reader.read();
        const url = /http:\/\/\S+/.exec(value ?? "")?.[0];
        const response = await fetch(`${url}/v1/profile`, {
          method: "POST",
          headers: { "content-type": "text/csv" },
          body: ReadableStream.from(rows()),
        });
        const report = await response.json();
        assertEquals(report.columns.length, 3);
        // The first request too looks for the library.
        const timing = response.headers.get("server-timing");
        assert(timing?.includes(`desc="${engine}"`), String(timing));
        const peak = await peakOf(child.pid);
        assert(peak > 0 && peak < MEMORY_KB, `${peak} kB`);
      } finally {
        child.kill("SIGTERM");
        await reader.cancel();
        await child.status;
      }
    },
  });
}
