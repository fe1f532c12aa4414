/**
 * Building a schema in a process that runs already: against plain Python, and
 * against the times that a build may take.
 *
 * @module
 */

import { buildSchema } from "../../src/schema/build.ts";
import { digestSync } from "../../src/hash/digest.ts";
import type { EngineMode } from "../../src/backend.ts";
import { type Limit, type Prepared, Timed, type VersusCase } from "./_case.ts";
import { programVersion, runProcess } from "./_process.ts";

const SCRIPT = decodeURIComponent(
  new URL("python/build_schema.py", import.meta.url).pathname,
);

/** Builds of one measurement. */
const ROUNDS = 20;

/** A folder with tables in files of about 2.8 KB. */
async function schemaFolder(files: number): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "fastpath-schema-" });
  globalThis.addEventListener("unload", () => {
    Deno.removeSync(folder, { recursive: true });
  });
  for (let index = 0; index < files; index++) {
    const group = String(Math.floor(index / 100)).padStart(3, "0");
    const number = String(index % 100).padStart(3, "0");
    await Deno.mkdir(`${folder}/${group}_group`, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/${group}_group/${number}_t${index}.sql`,
      tableOf(index),
    );
  }
  return folder;
}

function tableOf(index: number): string {
  const columns = Array.from(
    { length: 36 },
    (_, column) =>
      `  column_${column} text not null default 'it''s ${index}', -- a note\n`,
  );
  return `create table t${index} (\n${columns.join("")}  id int\n);\n` +
    `create function f${index}() returns int language sql as $$ select 1; $$;\n`;
}

/** The shortest of some builds, and the digest of its output without header. */
async function built(folder: string, engine: EngineMode): Promise<Timed> {
  let [ms, bytes] = [Infinity, new Uint8Array(0)];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const schema = await buildSchema(folder, { engine, header: false });
    ms = Math.min(ms, performance.now() - start);
    bytes = schema.bytes;
  }
  return new Timed(ms, digestSync(bytes));
}

function versusPython(
  files: number,
  engine: "native" | "typescript",
  factor: number,
  msMax: number,
): VersusCase {
  return {
    name: `schema.build of ${files} files, in process, ${engine}`,
    rival: "Python, open, hashlib and join",
    target: 1 / factor,
    pairs: 5,
    note: "Python looks for no open quotes, no includes and no changes",
    rivalVersion: () => programVersion(["python3", "--version"]),
    async prepare(): Promise<Prepared> {
      const folder = await schemaFolder(files);
      let bestMs = Infinity;
      return {
        async ours() {
          const timed = await built(folder, engine);
          bestMs = Math.min(bestMs, timed.ms);
          return timed;
        },
        async theirs() {
          const { stdout } = await runProcess(["python3", SCRIPT, folder]);
          const { buildMs, digest } = JSON.parse(stdout) as {
            buildMs: number;
            digest: string;
          };
          return new Timed(buildMs, digest);
        },
        equal: (ours, theirs) => ours === theirs,
        limits: (): Limit[] => [
          { what: "milliseconds a build", value: bestMs, max: msMax },
        ],
      };
    },
  };
}

/** The comparisons of building; of many files nobody asked for a factor. */
export const CASES: readonly VersusCase[] = [
  versusPython(100, "native", 10, 10),
  versusPython(100, "typescript", 10, 40),
  versusPython(5_000, "native", 1, 100),
  versusPython(5_000, "typescript", 1, 400),
];
