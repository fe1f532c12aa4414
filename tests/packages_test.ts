/** The npm packages as their users meet them: packed, installed, imported. */

import { assertEquals } from "@std/assert";
import { zstdCompressSync } from "node:zlib";
import { packNative } from "../tools/pack_native.ts";
import { packNpm } from "../tools/pack_npm.ts";
import { backendInfo } from "../src/backend.ts";

/** Every entry that needs no Deno, and a function of it. */
const ENTRIES: readonly string[] = [
  ...["", "/arrow", "/budget", "/csv", "/duration", "/hash", "/json"],
  ...["/ndjson", "/profile", "/selfbench", "/series", "/stats", "/table"],
];

/** The rows of all inputs. */
const ROWS = "a,b\n1,x\n2,\n";

/** Runs on every runtime; prints what the expectation below says. */
const PROGRAM = `
import * as f from "@fastpath/fastpath";
import { gzipSync } from "node:zlib";
const empty = [];
for (const entry of ${JSON.stringify(ENTRIES)}) {
  const found = await import("@fastpath/fastpath" + entry);
  if (Object.keys(found).length === 0) empty.push(entry);
}
const bytes = new TextEncoder().encode("a,b\\n1,x\\n2,\\n");
const packed = gzipSync(bytes);
// In parts, as a network gives them; "bytes" fills the reader's own buffers.
const parts = (of) => [of.subarray(0, 3), of.subarray(3)];
const streamOf = (of, type) => {
  const left = parts(of);
  return new ReadableStream({
    type,
    pull(to) {
      const part = left.shift();
      if (part === undefined) {
        to.close();
        to.byobRequest?.respond(0);
      } else to.enqueue(new Uint8Array(part));
    },
  });
};
async function* loop(of) {
  yield* parts(of);
}
const { signal } = new AbortController();
const hung = () => new ReadableStream({});
const stopped = (run) => {
  const control = new AbortController();
  const running = run(control.signal);
  control.abort(new Error("stopped"));
  return running.catch((error) => error.message);
};
const detached = new Uint8Array(8);
const numbers = new Float64Array(detached.buffer);
structuredClone(detached, { transfer: [detached.buffer] });
const wordsOf = (error) => error.message;
const inputs = {
  gzFile: (await f.readCsv("rows.csv.gz")).numRows,
  zstFile: (await f.readCsv("rows.csv.zst")).numRows,
  gzStream: (await f.readCsv(streamOf(packed))).numRows,
  gzBytes: (await f.readCsv(streamOf(packed, "bytes"), { signal })).numRows,
  gzLoop: (await f.readCsv(loop(packed), { signal })).numRows,
  gzCut: await f.readCsv(loop(packed.subarray(0, 20))).catch((e) => e.code),
  gzProfile: (await f.profile("rows.csv.gz", { signal })).rows,
  read: (await f.readCsv("rows.csv", { signal })).numRows,
  lines: (await f.readNdjson(
    streamOf(new TextEncoder().encode('{"a":1}\\n'), "bytes"),
    { signal },
  )).numRows,
  arrow: (await f.readArrow(
    streamOf(await f.writeArrow(await f.readCsv(bytes)), "bytes"),
    { signal },
  )).numRows,
  profiled: (await f.profile(streamOf(bytes, "bytes"), { signal })).rows,
  digests: new Set([
    await f.digest("rows.csv", { signal }),
    await f.digest(bytes, { signal }),
    await f.digest(streamOf(bytes), { signal }),
    await f.digest(streamOf(bytes, "bytes"), { signal }),
    await f.digest(loop(bytes), { signal }),
  ]).size,
  stopped: [
    await stopped((signal) => f.readCsv(hung(), { signal })),
    await stopped((signal) => f.profile(hung(), { signal })),
    await stopped((signal) => f.digest(hung(), { signal })),
  ],
  detached: [
    await f.readCsv(detached).catch(wordsOf),
    await f.digest(detached).catch(wordsOf),
    await f.summary(numbers).catch(wordsOf),
  ],
};
const results = {
  empty,
  inputs,
  rows: (await f.readCsv(bytes)).toObjects(),
  file: (await f.readCsv("rows.csv")).numRows,
  missing: await f.readCsv("none.csv").catch((error) => error.message),
  sha256: await f.digest("rows.csv"),
  blake3: f.digestSync(new TextEncoder().encode("abc"), { algorithm: "blake3" }),
  profiled: (await f.profile(bytes)).columns.map((column) => column.type),
  ms: f.parseDuration("1:30"),
  mean: f.summarySync(new Float64Array([1, 2, 3])).mean,
  json: new TextDecoder().decode(await f.writeNdjson([{ a: 1n }])),
  engine: f.backendInfo().engine.name,
};
console.log(JSON.stringify(results));
`;

const EXPECTED = {
  empty: [],
  inputs: {
    ...{ gzFile: 2, zstFile: 2, gzStream: 2, gzBytes: 2, gzLoop: 2 },
    gzCut: "INVALID_COMPRESSION",
    ...{ gzProfile: 2, read: 2, lines: 1, arrow: 2, profiled: 2 },
    digests: 1,
    stopped: ["stopped", "stopped", "stopped"],
    detached: [
      "Cannot read bytes: the buffer is detached",
      "Cannot read bytes: the buffer is detached",
      "Cannot compute statistics: the buffer of the column is detached",
    ],
  },
  rows: [{ a: 1, b: "x" }, { a: 2, b: null }],
  file: 2,
  missing: 'Cannot read "none.csv": no such file',
  // The algorithm's own test vector for "abc".
  blake3: "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
  profiled: ["i32", "utf8"],
  ms: 90_000,
  mean: 2,
  json: '{"a":1}\n',
  engine: "typescript",
};

async function output(
  folder: string,
  program: string,
  ...args: string[]
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  return decoder.decode(stdout);
}

async function project(): Promise<AsyncDisposable & { folder: string }> {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/package.json`, '{"type":"module"}');
  return {
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("packages: the library part runs on Node and Bun", async () => {
  await using made = await project();
  const { folder } = made;
  const tarball = await packNpm(new URL(`file://${folder}/packed/`));
  await output(folder, "npm", "install", "--silent", tarball, "bun@1.3.0");
  await Deno.writeTextFile(`${folder}/rows.csv`, ROWS);
  await output(folder, "gzip", "--keep", "rows.csv");
  await Deno.writeFile(`${folder}/rows.csv.zst`, zstdCompressSync(ROWS));
  await Deno.writeTextFile(`${folder}/main.mjs`, PROGRAM);
  const expected = {
    ...EXPECTED,
    // What coreutils says.
    sha256: (await output(folder, "sha256sum", "rows.csv")).slice(0, 64),
  };
  for (const program of ["node", "node_modules/.bin/bun"]) {
    const found = JSON.parse(await output(folder, program, "main.mjs"));
    assertEquals(found, expected, program);
  }
});

Deno.test({
  name: "packages: the native library installs and opens with --allow-ffi",
  ignore: backendInfo().library === null,
  async fn() {
    await using made = await project();
    const { folder } = made;
    const tarball = await packNative(new URL(`file://${folder}/packed/`));
    await output(folder, "npm", "install", "--silent", tarball);
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({ nodeModulesDir: "manual" }),
    );
    const root = new URL("../", import.meta.url);
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const path = new URL(request.url).pathname;
        return new Response(await Deno.readFile(new URL(`.${path}`, root)), {
          headers: { "content-type": "application/typescript" },
        });
      },
    );
    const host = `127.0.0.1:${server.addr.port}`;
    const program = `
      const { loadBackend, digest } = await import("http://${host}/mod.ts");
      const { engine, attempts } = await loadBackend();
      const hex = await digest(new Uint8Array(1), { engine: "native" });
      console.log(JSON.stringify([engine.name, attempts.at(-1).step, hex.length]));
    `;
    await Deno.writeTextFile(`${folder}/main.ts`, program);
    const printed = await output(
      folder,
      Deno.execPath(),
      ...["run", "--quiet", "--no-lock", `--allow-import=${host}`],
      ...["--allow-ffi", "main.ts"],
    );
    assertEquals(JSON.parse(printed), ["native", "npm", 64]);
  },
});
