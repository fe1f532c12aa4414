/**
 * `fastpath selfbench`: the native engine against TypeScript on this machine.
 *
 * @module
 */

import {
  selfBenchmark,
  type SelfBenchmarkResult,
} from "../catalogue/self_benchmark.ts";
import type { Command, Invocation } from "./command.ts";
import { EXIT } from "./failure.ts";
import { printOut } from "./io.ts";

/** The command. */
export const SELFBENCH: Command = {
  words: ["selfbench"],
  operands: "[OPERATION...]",
  summary: "Measure the native engine against TypeScript on this machine",
  options: [
    {
      name: "size",
      kind: "size",
      repeatable: true,
      fallback: "1kB, 100kB and 1MB",
      summary: "Size of the samples",
    },
    { name: "json", kind: "flag", summary: "Print JSON" },
  ],
  examples: ["selfbench", "selfbench csv.read --size 10MB --json"],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { positionals, values, signal } = invocation;
  const sizes = values.size as readonly string[] | undefined;
  const results = await selfBenchmark({
    signal,
    ...(positionals.length === 0 ? {} : { operations: positionals }),
    ...(sizes === undefined ? {} : { sizes: sizes.map(Number) }),
  });
  await printOut(
    values.json === true ? `${JSON.stringify(results)}\n` : table(results),
  );
  return EXIT.ok;
}

function table(results: readonly SelfBenchmarkResult[]): string {
  const rows = results.map((result) => [
    result.op,
    result.size.toLocaleString("en"),
    milliseconds(result.nativeMs),
    milliseconds(result.typescriptMs),
    `${result.speedup.toFixed(2)}x`,
    result.verdict,
  ]);
  const head = [
    ...["operation", "bytes", "native ms", "TypeScript ms", "speedup"],
    "verdict",
  ];
  const widths = head.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]!.length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => {
      const isText = index === 0 || index === head.length - 1;
      const width = widths[index]!;
      return isText ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd() + "\n";
  return [head, ...rows].map(line).join("");
}

function milliseconds(value: number): string {
  return value < 1 ? value.toPrecision(3) : value.toFixed(2);
}
