/**
 * `selectJson` of two fields of NDJSON against simdjson's on-demand parser and
 * sonic-rs, each in one thread: the values as they are written, one object a
 * line, behind each other in one buffer. Both rivals are built here, for this
 * processor: simdjson with `g++` and Debian's `libsimdjson-dev`, sonic-rs with
 * cargo. Each takes its own time: the fastest of some runs in its own process,
 * without starting, reading the file and the first run. Ours is the public
 * function, in this process.
 *
 * @module
 */

import { selectJson } from "../../mod.ts";
import { type Prepared, Timed, type VersusCase } from "./_case.ts";
import { programVersion, runProcess } from "./_process.ts";

const RECORDS = 1_000_000;
const POINTERS = ["/price", "/kind"];
/** Runs of a side, of which the fastest counts. */
const RUNS = 5;

const OUT = new URL("../data/out/", import.meta.url);
const PEERS = new URL("select_peers/", import.meta.url);

/** Lines of about 124 bytes. */
function lines(): Uint8Array<ArrayBuffer> {
  const records: string[] = [];
  for (let id = 0; id < RECORDS; id++) {
    records.push(JSON.stringify({
      id,
      user: `user${(id * 7919) % 100_000}`,
      day: `2024-0${1 + id % 9}-${10 + id % 19}`,
      price: (id * 37) % 99_999 / 100,
      quantity: id % 100,
      ok: id % 3 === 0,
      note: `note number ${id % 1000}`,
      kind: ["alpha", "beta", "gamma"][id % 3],
    }));
  }
  return new TextEncoder().encode(`${records.join("\n")}\n`);
}

/** Bytes and FNV-1a hash of the output, as the rivals print them. */
function answerOf(out: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < out.length; at++) {
    hash = Math.imul(hash ^ out[at]!, 0x01000193);
  }
  return `${out.length} ${hash >>> 0}`;
}

async function ours(bytes: Uint8Array): Promise<Timed> {
  const options = { format: "ndjson", engine: "native" } as const;
  let best = Infinity;
  let out = new Uint8Array(0);
  for (let run = 0; run <= RUNS; run++) {
    const begin = performance.now();
    out = await selectJson(bytes, POINTERS, options);
    if (run > 0) best = Math.min(best, performance.now() - begin);
  }
  return new Timed(best, answerOf(out));
}

/** What a rival prints: milliseconds, bytes and hash. */
async function theirs(command: readonly string[]): Promise<Timed> {
  const { stdout } = await runProcess(command);
  const [ms = "", ...answer] = stdout.trim().split(" ");
  return new Timed(Number(ms), answer.join(" "));
}

/** Builds simdjson's program; the path, or null where that cannot be done. */
async function simdjson(): Promise<string | null> {
  const program = new URL("select_simdjson", OUT).pathname;
  const source = new URL("simdjson.cpp", PEERS).pathname;
  const flags = ["-O3", "-march=native", "-std=c++17", "-DNDEBUG"];
  return await built(
    ["g++", ...flags, source, "-lsimdjson", "-o", program],
    program,
  );
}

/** Builds the program of sonic-rs. */
async function sonic(): Promise<string | null> {
  const folder = new URL("sonic/", PEERS).pathname;
  const target = new URL("select_sonic/", OUT).pathname;
  const command = ["cargo", "build", "--release", "--manifest-path"];
  return await built(
    [...command, `${folder}Cargo.toml`, "--target-dir", target],
    `${target}release/sonic-select`,
    { RUSTFLAGS: "-C target-cpu=native" },
  );
}

async function built(
  command: readonly string[],
  program: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string | null> {
  await Deno.mkdir(OUT, { recursive: true });
  try {
    await runProcess(command, env);
    return program;
  } catch {
    return null;
  }
}

function versus(
  rival: string,
  build: () => Promise<string | null>,
  target: number,
  flags: readonly string[] = [],
): VersusCase {
  let program: Promise<string | null> | null = null;
  return {
    name: `json.select of 2 fields of ${RECORDS / 1e6}M lines, native`,
    rival,
    target,
    pairs: 5,
    note: "each side's own time, one thread; rivals built for this processor",
    async rivalVersion() {
      const path = await (program ??= build());
      return path === null ? null : await programVersion([path]);
    },
    async prepare(): Promise<Prepared> {
      const path = await (program ??= build());
      const bytes = lines();
      const file = new URL("select.ndjson", OUT).pathname;
      await Deno.writeFile(file, bytes);
      return {
        ours: () => ours(bytes),
        theirs: () => theirs([path!, file, String(RUNS), ...flags]),
        equal: (one, other) => one === other,
      };
    },
  };
}

/** The comparisons with parsers of JSON on demand. */
export const CASES: readonly VersusCase[] = [
  versus("simdjson on demand", simdjson, 1 / 0.9),
  versus("sonic-rs get_many", sonic, 1),
  versus("sonic-rs get_many_unchecked", sonic, 1, ["unchecked"]),
];
