// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task versus [NAME...] [--json]`: runs the comparisons of
 * `bench/versus/`, one file a rival. A name selects the files and cases that
 * contain it. Exit 1 where a target is missed or an answer differs.
 *
 * @module
 */

import { measure, type VersusCase, type VersusResult } from "./versus/_case.ts";
import { cpuDescription } from "./_cpu.ts";

const FOLDER = new URL("versus/", import.meta.url);

async function loadCases(wanted: readonly string[]): Promise<VersusCase[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(FOLDER)) {
    if (/^[a-z]\w*\.ts$/.test(entry.name)) names.push(entry.name);
  }
  const cases: VersusCase[] = [];
  for (const name of names.sort()) {
    const module = await import(new URL(name, FOLDER).href) as {
      CASES: readonly VersusCase[];
    };
    const stem = name.slice(0, -3);
    cases.push(
      ...module.CASES.filter((one) =>
        wanted.length === 0 ||
        wanted.some((text) => stem.includes(text) || one.name.includes(text))
      ),
    );
  }
  return cases;
}

function line(result: VersusResult): string {
  const met = result.ratio <= result.target ? "met" : "MISSED";
  const ms = (value: number) => value.toFixed(value < 10 ? 2 : 0).padStart(7);
  const limits = result.limits.map((limit) => {
    const bound = limit.max === undefined
      ? `at least ${limit.min}`
      : `at most ${limit.max}`;
    return `\n    ${limit.what} ${limit.value.toFixed(1)}, ${bound}: ` +
      (limit.met ? "met" : "MISSED");
  });
  return `${result.case} vs ${result.rival} ${result.rivalVersion}\n` +
    `    ours ${ms(result.oursMs)} ms, theirs ${ms(result.theirsMs)} ms, ` +
    `ratio ${result.ratio.toFixed(3)}, target ${result.target.toFixed(3)}: ` +
    `${met}, answers ${result.answersEqual ? "equal" : "DIFFER"}` +
    limits.join("") + (result.note === "" ? "" : `\n    ${result.note}`);
}

async function main(args: readonly string[]): Promise<number> {
  const json = args.includes("--json");
  const cases = await loadCases(args.filter((arg) => !arg.startsWith("--")));
  if (cases.length === 0) {
    console.error("versus: no case has that name");
    return 2;
  }
  const cpu = await cpuDescription();
  if (!json) console.log(cpu);
  const results: VersusResult[] = [];
  for (const versus of cases) {
    const result = await measure(versus, cpu);
    if (result === null) {
      console.error(
        `${versus.name}: left out, ${versus.rival} is not installed`,
      );
      continue;
    }
    results.push(result);
    if (!json) console.log(line(result));
  }
  if (json) console.log(JSON.stringify(results, null, 1));
  const good = results.every((result) =>
    result.ratio <= result.target && result.answersEqual &&
    result.limits.every((limit) => limit.met)
  );
  return good ? 0 : 1;
}

Deno.exit(await main(Deno.args));
