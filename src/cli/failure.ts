/**
 * Errors to error lines and exit codes.
 *
 * @module
 */

import { FastpathError, ParseError } from "../errors.ts";
import { type SchemaFault, schemaFaults } from "../schema/faults.ts";
import { UsageError } from "./flags.ts";
import { inFlags } from "./_words.ts";
import { ClosedPipe, printError, WriteFailed } from "./io.ts";

/** Exit codes; scripts rely on them. */
export const EXIT: Readonly<
  Record<
    "ok" | "failed" | "usage" | "badInput" | "noNative" | "cancelled",
    number
  >
> = {
  ok: 0,
  failed: 1,
  usage: 2,
  badInput: 3,
  noNative: 4,
  cancelled: 130,
};

/**
 * Prints the error line of a failure and names its exit code.
 *
 * @param error What was thrown.
 * @param name The input's name as given, or null where none is concerned.
 * @param hint What to do about a fault of the input, or null.
 * @returns The exit code.
 */
export function reportFailure(
  error: unknown,
  name: string | null,
  hint: string | null = null,
): number {
  if (error instanceof ClosedPipe) return EXIT.ok;
  if (error instanceof ParseError) {
    const advice = hint === null ? "" : `; ${hint}`;
    printError(
      `${name ?? "-"}:${error.line}:${error.column}: ` +
        `${inFlags(error.message)}${advice} ` +
        `(${error.code}, byte ${error.byteOffset})`,
    );
    return EXIT.badInput;
  }
  if (error instanceof FastpathError && error.code === "SCHEMA_INVALID") {
    schemaFaults(error).forEach(printFault);
    return EXIT.badInput;
  }
  if (error instanceof FastpathError) return reportFastpathError(error, name);
  if (error instanceof DOMException && error.name === "AbortError") {
    return EXIT.cancelled;
  }
  if (error instanceof WriteFailed) {
    printError(`fastpath: ${error.message}`);
    return EXIT.failed;
  }
  // The library's own range errors begin like this; V8's do not.
  const isRange = error instanceof RangeError && /^Cannot /.test(error.message);
  if (error instanceof UsageError || isRange) {
    printError(`fastpath: ${inFlags(error.message)}`);
    return EXIT.usage;
  }
  const detail = error instanceof Error ? error.stack : String(error);
  const report = `fastpath: internal error, please report it: ${detail}`;
  report.split("\n").forEach(printError);
  return EXIT.failed;
}

function printFault(fault: SchemaFault): void {
  const { path, line, column, byteOffset, message, code } = fault;
  const place = line === undefined ? path : `${path}:${line}:${column}`;
  const byte = byteOffset === undefined ? "" : `, byte ${byteOffset}`;
  printError(`${place}: ${message} (${code}${byte})`);
}

function reportFastpathError(
  error: FastpathError,
  name: string | null,
): number {
  const subject = name === null || error.code === "NATIVE_UNAVAILABLE"
    ? "fastpath"
    : name;
  printError(`${subject}: ${inFlags(error.message)} (${error.code})`);
  switch (error.code) {
    case "NATIVE_UNAVAILABLE":
      printError("fastpath: run `fastpath doctor` to see what was tried");
      return EXIT.noNative;
    case "INPUT_UNREADABLE":
    case "INVALID_COMPRESSION":
    case "RATIO_EXCEEDED":
    case "INVALID_MANIFEST":
      return EXIT.badInput;
    default:
      return EXIT.failed;
  }
}
