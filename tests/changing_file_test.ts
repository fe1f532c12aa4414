/**
 * A file that becomes shorter or longer while it is read is an error that
 * names it, on both engines: never a crash, and never fewer rows in silence.
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  digest,
  FastpathError,
  indexCsv,
  minifyJson,
  profile,
  readCsv,
  readCsvBatches,
  readCsvRows,
  readJson,
  readNdjson,
  selectJson,
  validateJson,
} from "../mod.ts";
import type { EngineMode } from "../src/backend.ts";
import { chunksOf } from "../src/input.ts";
import { testEngines } from "./_engines.ts";

type Read = (path: string, engine: EngineMode) => Promise<unknown>;

async function drain(batches: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of batches) { /* Only the end matters. */ }
}

const CSV: Readonly<Record<string, Read>> = {
  readCsv: (path, engine) => readCsv(path, { engine }),
  "readCsv, one thread": (path, engine) =>
    readCsv(path, { engine, threads: 1 }),
  "readCsv, lenient": (path, engine) =>
    readCsv(path, { engine, mode: "lenient" }),
  readCsvBatches: (path, engine) => drain(readCsvBatches(path, { engine })),
  indexCsv: (path) => indexCsv(path),
  profile: (path, engine) => profile(path, { engine }),
  digest: (path, engine) => digest(path, { engine }),
};

const NDJSON: Readonly<Record<string, Read>> = {
  readNdjson: (path, engine) => readNdjson(path, { engine }),
  "validateJson, lines": (path, engine) =>
    validateJson(path, { engine, format: "ndjson" }),
  "selectJson, lines": (path, engine) =>
    selectJson(path, ["/id"], { engine, format: "ndjson" }),
};

const JSON_ARRAY: Readonly<Record<string, Read>> = {
  readJson: (path, engine) => readJson(path, { engine }),
  validateJson: (path, engine) => validateJson(path, { engine }),
  minifyJson: (path, engine) => minifyJson(path, { engine }),
};

/** A file's text: whole rows, so that what is cut at a row's end is valid. */
function textOf(kind: string): string {
  const row = kind === "csv" ? "1,abc,2.5\n" : '{"id":1,"b":"abc"}\n';
  if (kind === "csv") return "id,b,c\n" + row.repeat(400_000);
  if (kind === "ndjson") return row.repeat(200_000);
  return `[${`${row.trim()},`.repeat(200_000)}${row.trim()}]`;
}

/** Begins a read, changes the file, and says how the read ended. */
async function outcome(
  read: Read,
  path: string,
  engine: EngineMode,
  change: (path: string) => Promise<void>,
): Promise<unknown> {
  const running = read(path, engine).then(() => null, (error) => error);
  // A few turns of the event loop, so that it has begun.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((go) => setTimeout(go));
  }
  await change(path);
  return await running;
}

const CHANGES: Readonly<
  Record<string, (path: string, text: string) => Promise<void>>
> = {
  shorter: (path, text) =>
    Deno.truncate(path, text.lastIndexOf("\n", text.length / 2) + 1),
  longer: (path, text) =>
    Deno.writeTextFile(path, text.slice(-40), { append: true }),
};

for (
  const [kind, reads] of [
    ["csv", CSV],
    ["ndjson", NDJSON],
    ["json", JSON_ARRAY],
  ] as const
) {
  testEngines(
    `a ${kind} file that changes while it is read`,
    async (engine) => {
      const text = textOf(kind);
      for (const [name, read] of Object.entries(reads)) {
        for (const [what, change] of Object.entries(CHANGES)) {
          const path = await Deno.makeTempFile();
          try {
            await Deno.writeTextFile(path, text);
            const label = `${name}, ${what}`;
            const found = await outcome(
              read,
              path,
              engine,
              () => change(path, text),
            );
            // It may have been read before the change.
            if (found === null) continue;
            if (!(found instanceof FastpathError)) {
              // Or after it, where what stands there may be wrong.
              const later = await read(path, engine).catch(String);
              assertEquals(String(found), later, label);
              continue;
            }
            assertEquals(found.code, "INPUT_UNREADABLE", label);
            assertEquals(
              found.message,
              `Cannot read "${path}": file changed while it was read`,
              label,
            );
          } finally {
            await Deno.remove(path);
          }
        }
      }
    },
  );
}

Deno.test("chunks of a file that changes end in an error", async () => {
  const path = await Deno.makeTempFile();
  try {
    const size = 5 << 20;
    for (const length of [size - 1, 3 << 20, 0, size + 1]) {
      await Deno.writeFile(path, new Uint8Array(size));
      const chunks = chunksOf(path);
      assertEquals((await chunks.next()).value?.length, 1 << 20);
      await Deno.truncate(path, length);
      const error = await assertRejects(() => drain(chunks), FastpathError);
      assertEquals(
        error.message,
        `Cannot read "${path}": file changed while it was read`,
      );
    }
    // One that grows as fast as it is read has an end, too.
    await Deno.writeFile(path, new Uint8Array(size));
    const grown = chunksOf(path);
    await assertRejects(async () => {
      for await (const chunk of grown) {
        await Deno.writeFile(path, chunk, { append: true });
      }
    }, FastpathError);
    // Leaving early is no reading to the end.
    await Deno.writeFile(path, new Uint8Array(size));
    for await (const _ of chunksOf(path)) {
      await Deno.truncate(path, 1);
      break;
    }
  } finally {
    await Deno.remove(path);
  }
});

testEngines("rows of an indexed file that became shorter", async (engine) => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "n\n" + "12\n".repeat(1000));
    const index = await indexCsv(path, { everyBytes: 100 });
    await Deno.truncate(path, 600);
    const error = await assertRejects(
      () => readCsvRows(path, index, 900, 910, { engine }),
      FastpathError,
    );
    assertEquals(
      error.message,
      `Cannot read "${path}": it has 600 bytes and its index is of 3002, ` +
        "index it again",
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test({
  name: "files that the system makes up are read to their end",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const options = { delimiter: "\t", header: false } as const;
    const table = await readCsv("/proc/filesystems", options);
    assert(table.numRows > 1);
  },
});
