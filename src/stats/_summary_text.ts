/**
 * A summary as JSON.
 *
 * @module
 */

import { formatFloat } from "../values/format.ts";
import type { Summary } from "./summary.ts";

/** Raised when the report's form changes. */
const VERSION = 1;

/**
 * Prints a summary as one JSON object without line breaks. Integers of 64
 * bits keep all their digits, NaN and the infinities print `null`.
 *
 * @param column The column's name, if it has one.
 * @param summary The summary.
 * @returns The JSON text.
 */
export function summaryText(column: string | null, summary: Summary): string {
  return valueText({ version: VERSION, column, ...summary });
}

function valueText(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") {
    return Number.isFinite(value) ? formatFloat(value) : "null";
  }
  if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) =>
    `${JSON.stringify(key)}:${valueText(member)}`
  );
  return `{${members.join(",")}}`;
}
