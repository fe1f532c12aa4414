// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task test`: every check of the project, stage by stage, with names
 * and times. The last line sums them: `N passed, N failed`. With `--static`
 * (`deno task ok`) only the checks that run no test.
 *
 * @module
 */

import { type Outcome, run, versionOf } from "./_process.ts";
import { lineCoverage } from "./_coverage.ts";
import { documentedFiles, ownEntryPoints } from "./_documents.ts";

/** Passed and failed checks of a stage. */
interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  /** What must be installed for it. */
  readonly needs?: "cargo";
  readonly work: () => Promise<Outcome>;
  /** Reads the counts from the output; absent: one check, by exit code. */
  readonly count?: (output: string) => Counts;
}

const DENO = Deno.execPath();
const COVERAGE = "coverage";
const TESTS = [DENO, "test", "-A", "--no-check", "--quiet"];
const TEST_FOLDERS = ["src/", "ffi/", "tests/", "tools/", "bench/"];

const STATIC_STAGES: readonly Stage[] = [
  { name: "deno fmt", work: () => run([DENO, "fmt", "--check", "--quiet"]) },
  { name: "deno lint", work: () => run([DENO, "lint", "--quiet"]) },
  { name: "deno check", work: () => run([DENO, "check", "--quiet", "."]) },
  {
    name: "deno doc --lint",
    work: async () =>
      await run([DENO, "doc", "--lint", ...await ownEntryPoints()]),
  },
  {
    name: "deno publish --dry-run",
    work: () => run([DENO, "publish", "--dry-run", "--allow-dirty", "--quiet"]),
  },
  {
    name: "rustfmt",
    needs: "cargo",
    work: () => run(["cargo", "fmt", "--all", "--check"]),
  },
  {
    name: "clippy",
    needs: "cargo",
    work: () =>
      run([
        "cargo",
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
      ]),
  },
];

const TEST_STAGES: readonly Stage[] = [
  {
    name: "build",
    needs: "cargo",
    work: () => run([DENO, "run", "-A", "tools/build.ts"]),
  },
  {
    name: "cargo test",
    needs: "cargo",
    work: () => run(["cargo", "test", "--workspace"]),
    count: countCargo,
  },
  {
    name: "deno test, native engine",
    needs: "cargo",
    work: () => denoTests("auto", `--coverage=${COVERAGE}`),
    count: countDeno,
  },
  {
    name: "deno test, TypeScript engine",
    work: () => denoTests("typescript"),
    count: countDeno,
  },
  {
    name: "doc tests",
    work: async () =>
      await run([...TESTS, "--doc", ...await documentedFiles()]),
    count: countDeno,
  },
  {
    // Without the library its glue cannot run.
    name: "line coverage",
    needs: "cargo",
    work: () => lineCoverage(COVERAGE, 90),
  },
];

/** Counting lines takes half as long again: one run is counted. */
function denoTests(backend: string, ...options: string[]): Promise<Outcome> {
  const env = { FASTPATH_BACKEND: backend };
  return run([...TESTS, ...options, ...TEST_FOLDERS], env);
}

/** Sums the `test result:` lines of cargo test. */
function countCargo(output: string): Counts {
  return sum(output, /test result: \w+\. (\d+) passed; (\d+) failed/g);
}

/** Sums the `ok | N passed | N failed` lines of deno test. */
function countDeno(output: string): Counts {
  return sum(
    output,
    /\| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed/g,
  );
}

function sum(output: string, line: RegExp): Counts {
  let [passed, failed] = [0, 0];
  for (const match of output.matchAll(line)) {
    passed += Number(match[1]);
    failed += Number(match[2]);
  }
  return { passed, failed };
}

async function runStage(stage: Stage): Promise<Counts> {
  const start = performance.now();
  const { code, output } = await stage.work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  let { passed, failed } = stage.count?.(output) ??
    { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  // A stage that fails without a failed test (a crash, a compile error, no
  // test at all) is a failure too.
  if (failed === 0 && (code !== 0 || passed === 0)) failed = 1;
  const verdict = failed === 0 ? "ok" : "FAILED";
  console.log(
    `${stage.name.padEnd(28)} ${verdict.padEnd(6)} ` +
      `${String(passed).padStart(5)} passed ${
        String(failed).padStart(3)
      } failed  ${seconds.padStart(6)} s`,
  );
  if (failed > 0) console.log(output);
  return { passed, failed };
}

async function main(args: readonly string[]): Promise<number> {
  const stages = args.includes("--static")
    ? STATIC_STAGES
    : [...STATIC_STAGES, ...TEST_STAGES];
  await Deno.remove(COVERAGE, { recursive: true }).catch(() => {});
  const cargo = await versionOf(["cargo", "--version"]);
  const leftOut: string[] = [];
  let [passed, failed] = [0, 0];
  for (const stage of stages) {
    if (stage.needs === "cargo" && cargo === null) {
      leftOut.push(stage.name);
      continue;
    }
    const counts = await runStage(stage);
    passed += counts.passed;
    failed += counts.failed;
  }
  if (leftOut.length > 0) {
    console.log(`left out for want of cargo: ${leftOut.join(", ")}`);
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

Deno.exit(await main(Deno.args));
