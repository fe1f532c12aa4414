// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task fuzz`: seeded random and damaged inputs for the readers of CSV
 * and JSON, against each other and against independent ones: the crates `csv`
 * and `serde_json`, `JSON.parse`, `@std/csv`, Python's `csv` and `json`.
 *
 * `--runs N` inputs in all (10 million), `--seed N`, `--only WORD` properties
 * whose names hold the word, `--from N` the first case of each. The first
 * input that fails is made small and printed with its seed; exit code 1.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { nativeAvailable } from "../tests/_engines.ts";
import { runInherited, versionOf } from "./_process.ts";
import { runProperty } from "./fuzz/_property.ts";
import { PROPERTIES, type Weighted } from "./fuzz/properties.ts";

const RUNS = 10_000_000;

/** Properties of the kernels: tests in Rust that loop natively. */
const KERNELS = [
  { name: "csv strict, crate csv", test: "fuzz_csv_strict", share: 24 },
  { name: "csv lenient, crate csv", test: "fuzz_csv_lenient", share: 24 },
  {
    name: "json validate and minify, serde_json",
    test: "fuzz_json_validate_and_minify",
    share: 18,
  },
  { name: "json select, serde_json", test: "fuzz_json_select", share: 10 },
  { name: "ndjson read, serde_json", test: "fuzz_ndjson_read", share: 14 },
] as const;

interface Request {
  readonly runs: number;
  readonly seed: number;
  readonly from: number;
  readonly only: string;
}

function requestOf(args: readonly string[]): Request {
  const unknown: string[] = [];
  const words = parseArgs([...args], {
    string: ["runs", "seed", "from", "only"],
    unknown: (argument) => unknown.push(argument) < 0,
  });
  if (unknown.length > 0) {
    throw new RangeError(`Cannot fuzz: unknown argument ${unknown[0]}`);
  }
  const number = (name: string, other: number) => {
    const text = words[name];
    if (typeof text !== "string") return other;
    const value = Number(text === "" ? NaN : text.replaceAll(/[_,]/g, ""));
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new RangeError(`Cannot fuzz: --${name} must be a whole number`);
  };
  return {
    runs: number("runs", RUNS),
    seed: number("seed", 1),
    from: number("from", 0),
    only: typeof words.only === "string" ? words.only : "",
  };
}

/** Runs a property of the kernels. */
async function runKernel(test: string, request: Request): Promise<boolean> {
  const command = [
    ...["cargo", "test", "--quiet", "--locked", "--profile", "fuzz"],
    ...["-p", "fastpath-kernels", "--lib", test, "--", "--nocapture"],
  ];
  const code = await runInherited([
    ...["env", `FASTPATH_FUZZ_RUNS=${request.runs}`],
    ...[`FASTPATH_FUZZ_SEED=${request.seed}`],
    ...[`FASTPATH_FUZZ_FROM=${request.from}`, ...command],
  ]);
  return code === 0;
}

/** Runs a property of the library. */
async function runHere(
  { property }: Weighted,
  request: Request,
): Promise<boolean> {
  const isShown = Deno.stderr.isTerminal();
  const line = new TextEncoder();
  const report = await runProperty(property, {
    ...request,
    onProgress(done) {
      if (!isShown || done % 4096 !== 0) return;
      const text = `\r${property.name}: ${done} of ${request.runs} `;
      Deno.stderr.writeSync(line.encode(text));
    },
  });
  if (isShown) Deno.stderr.writeSync(line.encode("\n"));
  if (report !== null) console.error(report);
  return report === null;
}

/** Something to run. */
interface Work {
  readonly name: string;
  readonly share: number;
  missing(): Promise<string | null>;
  run(request: Request): Promise<boolean>;
}

function allWork(): Work[] {
  const cargo = async () =>
    await versionOf(["cargo", "--version"]) === null
      ? "cargo is not installed"
      : null;
  return [
    ...KERNELS.map(({ name, share, test }) => ({
      name,
      share,
      missing: cargo,
      run: (request: Request) => runKernel(test, request),
    })),
    ...PROPERTIES.map((weighted) => ({
      name: weighted.property.name,
      share: weighted.share,
      missing: async () => await weighted.property.missing?.() ?? null,
      run: (request: Request) => runHere(weighted, request),
    })),
  ];
}

async function main(args: readonly string[]): Promise<number> {
  const request = requestOf(args);
  if (!nativeAvailable()) {
    console.error(
      "Cannot fuzz: the native library is absent; deno task build",
    );
    return 1;
  }
  const work = allWork().filter(({ name }) => name.includes(request.only));
  if (work.length === 0) throw new RangeError("Cannot fuzz: no such property");
  const shares = work.reduce((sum, { share }) => sum + share, 0);
  let [done, skipped] = [0, 0];
  for (const { name, share, missing, run } of work) {
    const runs = Math.ceil(request.runs * share / shares);
    const why = await missing();
    if (why !== null) {
      console.log(`${name}: SKIPPED, ${why}`);
      skipped++;
      continue;
    }
    const start = performance.now();
    if (!await run({ ...request, runs })) {
      console.log(`${name}: FAILED (seed ${request.seed})`);
      return 1;
    }
    done += runs;
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.log(`${name}: ${runs} runs passed, ${seconds} s`);
  }
  const left = skipped > 0 ? `, ${skipped} properties SKIPPED` : "";
  console.log(`${done} runs passed (seed ${request.seed})${left}`);
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(error.message);
    Deno.exitCode = 2;
  } finally {
    for (const { property } of PROPERTIES) await property.end?.();
  }
}
