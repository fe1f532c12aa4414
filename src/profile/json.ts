/**
 * The report as JSON: one object, exact to the last digit.
 *
 * @module
 */

import { formatFloat } from "../values/format.ts";
import type { ProfileReport } from "./types.ts";

/**
 * Prints a report as one JSON object without line breaks. Integers of 64
 * bits keep all their digits (as JSON numbers), negative zero prints `-0`,
 * NaN and the infinities print `null`.
 *
 * @param report The report.
 * @returns The JSON text, without a line feed at its end.
 *
 * @example Print a report
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { profile, profileToJson } from "@fastpath/fastpath";
 *
 * const bytes = new TextEncoder().encode("id\n9007199254740993\n");
 * const text = profileToJson(await profile(bytes));
 * assertEquals(text.includes('"min":9007199254740993,'), true);
 * ```
 */
export function profileToJson(report: ProfileReport): string {
  const { columns, ...rest } = report;
  const texts = columns.map(objectText);
  const parts = Object.entries(rest).map(([key, value]) => {
    const text = `${JSON.stringify(key)}:${valueText(value)}`;
    return key === "rows" ? `${text},"columns":[${texts.join(",")}]` : text;
  });
  return `{${parts.join(",")}}`;
}

function objectText(value: object): string {
  const parts = Object.entries(value).map(([key, member]) =>
    `${JSON.stringify(key)}:${valueText(member)}`
  );
  return `{${parts.join(",")}}`;
}

function valueText(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") {
    return Number.isFinite(value) ? formatFloat(value) : "null";
  }
  if (Array.isArray(value)) {
    return `[${value.map(valueText).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    return objectText(value);
  }
  return JSON.stringify(value);
}
