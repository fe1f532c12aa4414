/**
 * The catalogue's entry of `stats.summary`.
 *
 * @module
 */

import {
  type DoorRequest,
  type Op,
  op,
  type OptionValues,
} from "../catalogue/op.ts";
import { ROWS_TYPES, sampleTable } from "../catalogue/rows.ts";
import {
  COLUMNS_OPTIONS,
  missingColumn,
  nonNumber,
  pickColumns,
  type PickedColumns,
} from "../catalogue/rows_columns.ts";
import { Column } from "../table/column.ts";
import type { Table } from "../table/table.ts";
import { RowFault } from "./_row_fault.ts";
import { sampleNumbers } from "./_sample.ts";
import { summaryText } from "./_summary_text.ts";
import {
  type QuantileType,
  type Summary,
  summary,
  type SummaryOptions,
  summarySync,
} from "./summary.ts";

/** What a run takes besides the column. */
type SampleOptions = Pick<SummaryOptions, "quantileType" | "nan"> & {
  readonly isWeighted: boolean;
};

/** `stats.summary`, as the doors see it. */
export const statsSummary: Op = op<SampleOptions, Summary>({
  name: "stats.summary",
  summary: "Describe a column of numbers: mean, spread, shape, quantiles",
  call: summary,
  run(input, { isWeighted, ...options }, engine) {
    const table = sampleTable(input);
    if (table.numColumns === 0) {
      return summarySync(new Float64Array(0), { ...options, engine });
    }
    return summarySync(numbersIn(table, "value"), {
      ...options,
      ...(isWeighted ? { weights: numbersIn(table, "weight") } : {}),
      engine,
    });
  },
  kernels: ["stats.summary"],
  input: {
    mediaTypes: ROWS_TYPES,
    options: [
      {
        name: "column",
        kind: "text",
        value: "NAME",
        fallback: "the first column of numbers",
        summary: "The column",
      },
      {
        name: "weights",
        kind: "text",
        value: "NAME",
        summary: "A column of weights, for the weighted mean",
      },
      {
        name: "probabilities",
        kind: "text",
        value: "P,P...",
        repeatable: true,
        fallback: "0.25,0.5,0.75,0.95,0.99",
        summary: "Which quantiles",
      },
      {
        name: "quantile-type",
        kind: "integer",
        value: "1-9",
        fallback: "7",
        summary: "The sample quantile of Hyndman and Fan",
      },
      {
        name: "nan",
        kind: "choice",
        choices: ["propagate", "skip"],
        fallback: "propagate",
        summary: "Whether NaN makes the figures NaN or is left out",
      },
      {
        name: "header",
        kind: "negation",
        summary:
          "The first CSV row holds values; columns are column1 and so on",
      },
      ...COLUMNS_OPTIONS,
    ],
  },
  outputs: [{ name: "json", mediaType: "application/json" }],
  door,
  comparable: (found) => found,
  sample: (size, seed) => ({
    input: sampleNumbers(size, seed),
    options: {
      isWeighted: seed % 3 === 0,
      quantileType: (seed * 7 % 9 + 1) as QuantileType,
      nan: seed % 2 === 0 ? "propagate" : "skip",
    },
  }),
  thresholdSize: (input) => sampleTable(input).numRows,
});

/** An object on one line. */
async function* door(request: DoorRequest): AsyncGenerator<Uint8Array> {
  const { values, engine, signal } = request;
  const weights = values.weights === undefined ? null : String(values.weights);
  let name: string | null = null;
  const picked = await pickColumns(request, (first) => {
    name = columnNamed(first, values.column);
    if (weights === null || weights === name) return [name];
    return [name, columnNamed(first, weights)];
  });
  const options: SummaryOptions = {
    ...optionsOf(values),
    engine,
    ...(signal === undefined ? {} : { signal }),
  };
  const found = name === null
    ? await summary(new Float64Array(0), options)
    : await summaryOf(picked, name, weights, options);
  yield new TextEncoder().encode(`${summaryText(name, found)}\n`);
}

async function summaryOf(
  { table, faultOf }: PickedColumns,
  name: string,
  weights: string | null,
  options: SummaryOptions,
): Promise<Summary> {
  for (const one of table.columnNames) {
    const fault = nonNumber(one, table.column(one));
    if (fault !== null) throw await faultOf(fault);
  }
  try {
    return await summary(numbersIn(table, name), {
      ...options,
      ...(weights === null ? {} : { weights: numbersIn(table, weights) }),
    });
  } catch (error) {
    if (!(error instanceof RowFault) || weights === null) throw error;
    const { row, value, expected } = error;
    throw await faultOf({ row, column: weights, value, expected });
  }
}

/** The column asked for, else the first of numbers, else the first. */
function columnNamed(first: Table, asked: unknown): string {
  if (asked === undefined) {
    const isNumeric = ({ type }: { type: string }) =>
      type === "i32" || type === "i64" || type === "f64";
    return (first.schema.find(isNumeric) ?? first.schema[0]!).name;
  }
  const name = String(asked);
  if (first.has(name)) return name;
  throw missingColumn(name, first.columnNames);
}

/** A column of numbers; one of a text without any value is utf8. */
function numbersIn(table: Table, name: string): Column {
  const column = table.column(name);
  const { length } = column;
  if (column.type !== "utf8") return column;
  return new Column({
    type: "f64",
    length,
    data: new Float64Array(length),
    validity: new Uint8Array((length + 7) >>> 3),
  });
}

function optionsOf(values: OptionValues): SummaryOptions {
  const { probabilities, nan } = values;
  const type = values["quantile-type"];
  return {
    ...(probabilities === undefined
      ? {}
      : { probabilities: probabilitiesOf(probabilities as string[]) }),
    ...(type === undefined ? {} : { quantileType: type as QuantileType }),
    ...(nan === undefined ? {} : { nan: nan as "propagate" | "skip" }),
  };
}

/** `0.5,0.9` and the option twice are all the same. */
function probabilitiesOf(texts: readonly string[]): number[] {
  return texts.flatMap((text) => text.split(",")).map((text) => {
    if (/^[0-9]*\.?[0-9]+$/.test(text)) return Number(text);
    throw new RangeError(
      "Cannot compute statistics: a probability must be a number from 0 to " +
        `1: it is ${JSON.stringify(text)}`,
    );
  });
}
