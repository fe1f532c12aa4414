/**
 * The catalogue's entry of `stats.week`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import { ROWS_TYPES, sampleTable } from "../catalogue/rows.ts";
import {
  COLUMNS_OPTIONS,
  type FaultyField,
  missingColumn,
  NO_MIX,
  nonNumber,
  pickColumns,
} from "../catalogue/rows_columns.ts";
import type { Table } from "../table/table.ts";
import { RowFault } from "./_row_fault.ts";
import { sampleTasks } from "./_sample.ts";
import {
  weekColumns,
  weekColumnsSync,
  type WeekOptions,
  type WeekStats,
} from "./week.ts";

/** The columns that the figures need. */
const NEEDED = ["week", "duration", "score", "project"];

/** Columns whose values are names as they stand: `1.50` is not `1.5`. */
const NAMES = ["week", "project"];

/** `stats.week`, as the doors see it. */
export const statsWeek: Op = op<WeekOptions, WeekStats[]>({
  name: "stats.week",
  summary: "Add up tasks by week and project: time, scores, productivity",
  call: weekColumns,
  run(input, options, engine) {
    const table = sampleTable(input);
    if (table.numColumns === 0) return [];
    return weekColumnsSync(table, { ...options, engine });
  },
  kernels: ["stats.week"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [
      {
        name: "week",
        kind: "text",
        value: "WEEK",
        summary: "Print this week alone",
      },
      ...COLUMNS_OPTIONS,
    ],
  },
  outputs: [{ name: "json", mediaType: "application/json" }],
  door,
  comparable: (weeks) => weeks,
  sample: (size, seed) => ({
    input: sampleTasks(size, seed),
    options: seed % 5 === 4 ? { week: 7 } : {},
  }),
  thresholdSize: (input) => sampleTable(input).numRows,
});

/** An array of weeks on one line. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values, engine, signal } = request;
  const { table, faultOf } = await pickColumns(request, neededOf, NAMES);
  let weeks: WeekStats[] = [];
  if (table.numColumns > 0) {
    const fault = typeFault(table);
    if (fault !== null) throw await faultOf(fault);
    try {
      weeks = await weekColumns(table, {
        engine,
        ...(signal === undefined ? {} : { signal }),
        ...(values.week === undefined ? {} : { week: String(values.week) }),
      });
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      throw await faultOf(mixFault(table, error) ?? error);
    }
  }
  yield new TextEncoder().encode(`${JSON.stringify(weeks)}\n`);
}

function neededOf(first: Table): readonly string[] {
  const missing = NEEDED.find((name) => !first.has(name));
  if (missing === undefined) return NEEDED;
  throw missingColumn(missing, first.columnNames);
}

/**
 * The integer that makes durations texts, where all of them are numbers: no
 * text is to blame then.
 */
function mixFault(
  table: Table,
  { column, reason }: RowFault,
): FaultyField | null {
  if (reason === undefined) return null;
  const fault = nonNumber(column, table.column(column));
  return fault?.expected === NO_MIX ? fault : null;
}

/** The first value of a column whose type cannot mean what it should. */
function typeFault(table: Table): ReturnType<typeof nonNumber> {
  const duration = table.column("duration");
  const isText = duration.type === "utf8";
  return (isText ? null : nonNumber("duration", duration)) ??
    nonNumber("score", table.column("score"));
}
