/**
 * Durations of 1,000 and 1,000,000 rows on both engines: texts of an array,
 * a column of texts, and values to lines of bytes.
 *
 * Run it with `deno bench -A bench/duration_bench.ts`.
 */

import { assertEquals } from "@std/assert";
import { backendInfo } from "../src/backend.ts";
import { formatDurationsToBytes } from "../src/duration/format.ts";
import { parseDurationColumn, parseDurations } from "../src/duration/parse.ts";
import { columnOf } from "../src/table/column_of.ts";

const ENGINES = backendInfo().library === null
  ? ["typescript"] as const
  : ["native", "typescript"] as const;

/** Every second of a day, again and again. */
function texts(rows: number): string[] {
  const two = (value: number) => String(value).padStart(2, "0");
  return Array.from({ length: rows }, (_, row) => {
    const second = row % 86_400;
    const minute = Math.floor(second / 60);
    return `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${
      two(second % 60)
    }`;
  });
}

for (const rows of [1000, 1_000_000]) {
  const array = texts(rows);
  const column = columnOf("utf8", array);
  const values = parseDurations(array);
  const expected = `${array.join("\n")}\n`;
  assertEquals(
    new TextDecoder().decode(formatDurationsToBytes(values)),
    expected,
  );
  Deno.bench({
    name: "parseDurations",
    group: `durations of ${rows} texts`,
    fn: () => void parseDurations(array),
  });
  for (const engine of ENGINES) {
    const baseline = engine === ENGINES[0];
    Deno.bench({
      name: `parseDurationColumn, ${engine}`,
      group: `durations of a column of ${rows} texts`,
      baseline,
      fn: () => void parseDurationColumn(column, { engine }),
    });
    Deno.bench({
      name: `formatDurationsToBytes, ${engine}`,
      group: `lines of ${rows} durations`,
      baseline,
      fn: () => void formatDurationsToBytes(values, { engine }),
    });
  }
}
