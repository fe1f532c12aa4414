/**
 * What a reader reports over HTTP: its rows, or the rows that are faulty.
 *
 * @module
 */

import type {
  DoorRequest,
  Op,
  OptionSpec,
  OptionValues,
  OutputSpec,
  RowReport,
} from "../catalogue/op.ts";
import { inQueryWords } from "./problem.ts";

/** What the response holds; for operations that can go on after a fault. */
export const REPORT_OPTION: OptionSpec = {
  name: "report",
  kind: "choice",
  choices: ["rows", "errors"],
  fallback: "rows",
  summary: "Answer with the rows, or with the error rows in their place",
};

/** The form of error rows. */
const ERROR_OUTPUTS: readonly OutputSpec[] = [
  { name: "ndjson", mediaType: "application/x-ndjson" },
];

/**
 * Whether an operation has error rows.
 *
 * @param op The operation.
 * @returns True if it has a policy for faulty rows.
 */
export function reportsErrors({ input }: Op): boolean {
  return input.options.some(({ name }) => name === "on-error");
}

/**
 * The forms of a response.
 *
 * @param values The decoded options.
 * @param outputs The forms of the rows.
 * @returns Those of the error rows where they are wanted.
 */
export function reportOutputs(
  { report }: OptionValues,
  outputs: readonly OutputSpec[],
): readonly OutputSpec[] {
  return report === "errors" ? ERROR_OUTPUTS : outputs;
}

/**
 * Runs an operation and gives what is wanted of it.
 *
 * @param op The operation.
 * @param request What its door is asked.
 * @param onErrorRow Told each error row that the result does not show.
 * @returns Its result, or its error rows as NDJSON.
 */
export function reported(
  op: Op,
  request: DoorRequest,
  onErrorRow: () => void,
): AsyncIterable<Uint8Array> {
  if (request.values.report === "errors") return errorRows(op, request);
  return op.door(
    countsErrors(op, request.values)
      ? { ...request, onRowError: onErrorRow }
      : request,
  );
}

/**
 * Whether a result may lack rows, or have repaired ones, without a word.
 *
 * @param op The operation.
 * @param values The decoded options.
 * @returns True where the error rows are to be counted.
 */
export function countsErrors(op: Op, values: OptionValues): boolean {
  const { report, mode, "on-error": onError = "throw" } = values;
  return reportsErrors(op) && report !== "errors" &&
    (mode === "lenient" || onError !== "throw");
}

async function* errorRows(
  op: Op,
  request: DoorRequest,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let lines = "";
  const onRowError = (error: RowReport) => {
    const { code, line, column, byteOffset } = error;
    const message = inQueryWords(error.message);
    lines += JSON.stringify({ code, line, column, byteOffset, message }) + "\n";
  };
  for await (const _ of op.door({ ...request, onRowError })) {
    if (lines === "") continue;
    yield encoder.encode(lines);
    lines = "";
  }
  if (lines !== "") yield encoder.encode(lines);
}
