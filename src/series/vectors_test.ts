/** Timelines against Python's datetime, zoneinfo and sums. */

import { assertEquals } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { columnOf } from "../table/mod.ts";
import type { TimelineSyncOptions } from "./options.ts";
import { timelineSync } from "./timeline.ts";

interface Case {
  readonly options: TimelineSyncOptions;
  readonly type: "i64" | "f64";
  readonly timestamp: readonly string[];
  readonly change: readonly (string | number | null)[];
  readonly kind: readonly (string | null)[];
  readonly columns: Readonly<Record<string, readonly unknown[]>>;
}

const text = await Deno.readTextFile(
  new URL("../../tests/vectors/series.ndjson", import.meta.url),
);
const CASES = text.trimEnd().split("\n").map((line) =>
  JSON.parse(line) as Case
);

function changeColumn({ type, change }: Case) {
  return type === "i64"
    ? columnOf(
      "i64",
      change.map((one) => one === null ? null : BigInt(one)),
    )
    : columnOf("f64", change as (number | null)[]);
}

testEngines("timeline() gives Python's rows, to the bit", (engine) => {
  CASES.forEach((one, index) => {
    const table = timelineSync({
      timestamp: columnOf("timestamp_utc", one.timestamp),
      change: changeColumn(one),
      type: columnOf("utf8", one.kind),
    }, { ...one.options, engine });
    const what = `case ${index}: ${JSON.stringify(one.options)}`;
    assertEquals(table.columnNames, Object.keys(one.columns), what);
    for (const [name, expected] of Object.entries(one.columns)) {
      const found = table.column(name).toArray().map((value) =>
        typeof value === "bigint" ? String(value) : value
      );
      assertEquals(found, expected, `${what} ${name}`);
    }
  });
});
