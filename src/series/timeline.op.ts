/**
 * The catalogue's entry of `series.timeline`.
 *
 * @module
 */

import { type DoorRequest, type Op, op } from "../catalogue/op.ts";
import {
  ROWS_OPTIONS,
  ROWS_TYPES,
  sampleTable,
  writeOptions,
} from "../catalogue/rows.ts";
import {
  missingColumn,
  nonNumber,
  pickColumns,
  type PickedColumns,
} from "../catalogue/rows_columns.ts";
import { ARROW_OUTPUT, printRows } from "../catalogue/rows_out.ts";
import { writeCsvBatches } from "../csv/write.ts";
import { writeJsonBatches } from "../json/write.ts";
import { ParseError } from "../errors.ts";
import { writeNdjsonBatches } from "../ndjson/write.ts";
import { comparableTable, sampleLines } from "../read/_rows_door.ts";
import type { Column } from "../table/column.ts";
import type { Table } from "../table/table.ts";
import { batchesOf, batchesToPrint } from "./_door_print.ts";
import { EventFault } from "./_faults.ts";
import { checkZone } from "./_zone.ts";
import {
  checkTimelineOptions,
  PERIODS,
  type TimelineOptions,
  type TimelinePeriod,
} from "./options.ts";
import { timeline } from "./timeline.ts";

/** A timeline needs names and types. */
const FIXED: readonly string[] = ["input-header", "types"];

/** `series.timeline`, as the doors see it. */
export const seriesTimeline: Op = op<TimelineOptions, Table>({
  name: "series.timeline",
  summary: "Add up changes over time, by timestamp or period of a time zone",
  call: timeline,
  run: (input, options, engine) =>
    timeline(sampleTable(input), { ...options, engine }),
  kernels: ["series.timeline"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [
      {
        name: "by",
        kind: "choice",
        choices: PERIODS,
        summary: "The period whose events merge; without it, each timestamp",
      },
      {
        name: "zone",
        kind: "text",
        value: "ZONE",
        fallback: "UTC",
        summary: "The time zone of the periods, for instance Europe/Berlin",
      },
      {
        name: "fill",
        kind: "flag",
        summary: "Print periods without events too; needs --by",
      },
      {
        name: "per-type",
        kind: "flag",
        summary: "A running total for each value of the column type",
      },
      {
        name: "rolling",
        kind: "text",
        repeatable: true,
        value: "N,N...",
        summary: "Sum and mean over the last N periods, for instance 7,30",
      },
      ...ROWS_OPTIONS.filter(({ name }) => !FIXED.includes(name)),
    ],
  },
  outputs: [
    { name: "csv", mediaType: "text/csv" },
    { name: "ndjson", mediaType: "application/x-ndjson" },
    { name: "json", mediaType: "application/json" },
    ARROW_OUTPUT,
  ],
  door,
  comparable: comparableTable,
  sample: (size, seed) => ({
    input: sampleLines(size, HEADER, sampleEvents(seed)),
    options: SAMPLE_OPTIONS[seed % SAMPLE_OPTIONS.length]!,
  }),
  thresholdSize: (input) => sampleTable(input).numRows,
});

async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values, engine, signal, to } = request;
  const options: TimelineOptions = {
    ...optionsOf(values),
    engine,
    ...(signal === undefined ? {} : { signal }),
  };
  // Before a long text is read.
  const { zone } = checkTimelineOptions(options);
  if (zone !== null) checkZone(zone);
  const table = await timelineOfText(request, options);
  // Points in time are numbers there; only texts have offsets.
  if (to === "arrow") return yield* printRows(batchesOf(table), to, signal);
  const write = to === "csv"
    ? writeCsvBatches
    : to === "json"
    ? writeJsonBatches
    : writeNdjsonBatches;
  yield* write(
    batchesToPrint(table, zone ?? "UTC"),
    writeOptions(request),
  );
}

/** The timeline of a text; faults are named with their places in it. */
async function timelineOfText(
  request: DoorRequest,
  options: TimelineOptions,
): Promise<Table> {
  // The values of types are names as they stand: `1.50` is not `1.5`.
  const types = options.perType === true ? ["type"] : [];
  const needed = ["timestamp", "change", ...types];
  const choose = (first: Table) => {
    const missing = needed.find((name) => !first.has(name));
    if (missing === undefined) return needed;
    throw missingColumn(missing, first.columnNames);
  };
  const picked = await pickColumns(request, choose, types);
  const { table } = picked;
  // Rows without any column, `{}` in NDJSON.
  if (table.numColumns === 0 && table.numRows > 0) choose(table);
  try {
    if (table.has("change")) checkChange(table.column("change"));
    return await timeline(table, options);
  } catch (error) {
    if (error instanceof EventFault) throw await faultOf(error, picked);
    throw error;
  }
}

/** Finds the value that keeps the changes from being numbers. */
function checkChange(column: Column): void {
  if (column.nullCount === column.length) return;
  const fault = nonNumber("change", column);
  if (fault === null) return;
  const { row, value, expected } = fault;
  const args = { column: "change", value: value ?? "", expected };
  throw new EventFault("INVALID_VALUE", row, args);
}

/** The error of a fault, with its place where it is one value's. */
async function faultOf(
  { code, row, args }: EventFault,
  { placeOf }: PickedColumns,
): Promise<ParseError> {
  const begin = { line: 1, column: 1, byteOffset: 0 };
  const place = row < 0 ? begin : await placeOf(row, args.column ?? "");
  return new ParseError({ code, ...place, args: { ...args } });
}

function optionsOf(values: DoorRequest["values"]): TimelineOptions {
  const { by, zone, rolling } = values;
  return {
    fill: values.fill === true,
    perType: values["per-type"] === true,
    ...(by === undefined ? {} : { by: by as TimelinePeriod }),
    ...(zone === undefined ? {} : { zone: String(zone) }),
    ...(rolling === undefined
      ? {}
      : { rolling: windowsOf(rolling as readonly string[]) }),
  };
}

/** `7,30` and `7` twice are all the same. */
function windowsOf(texts: readonly string[]): number[] {
  return texts.flatMap((text) => text.split(",")).map((text) => {
    if (/^[0-9]{1,9}$/.test(text)) return Number(text);
    throw new RangeError(
      `Cannot make a timeline: a window of the option rolling must be a ` +
        `whole number: it is ${JSON.stringify(text)}`,
    );
  });
}

const HEADER = "timestamp,change,type\n";

const SAMPLE_OPTIONS: readonly TimelineOptions[] = [
  {},
  { by: "day", zone: "Europe/Berlin", perType: true, rolling: [7, 30] },
  { by: "hour", zone: "Australia/Lord_Howe", fill: true },
  { perType: true, rolling: [7] },
  { by: "month", zone: "America/New_York", fill: true, perType: true },
];

/**
 * Events of some weeks around a change of clocks, from a seed (a
 * multiplicative generator, Lehmer 1951).
 */
function* sampleEvents(seed: number): Generator<string, void, undefined> {
  let state = seed % 65_536 + 1;
  const below = (limit: number) => {
    state = state * 75 % 65_537;
    return state % limit;
  };
  const two = (value: number) => String(value).padStart(2, "0");
  // Floats come with one seed of two; sums of integers are exact.
  const isFloat = seed % 2 === 1;
  while (true) {
    const day = `2024-${two(3 + below(2))}-${two(1 + below(28))}`;
    const clock = `${two(below(24))}:${two(below(60))}:${two(below(60))}`;
    const whole = below(2001) - 1000;
    const change = isFloat ? `${whole}.${two(below(100))}` : whole;
    const type = ["in", "out", "Zürich", ""][below(4)]!;
    yield `${day}T${clock}Z,${below(9) === 0 ? "" : change},${type}\n`;
  }
}
