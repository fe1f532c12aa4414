/**
 * `fastpath convert IN OUT`: rows from one form to another, by the endings of
 * the names, in memory that does not depend on the input.
 *
 * @module
 */

import { writeArrowBatches } from "../arrow/write.ts";
import type { OptionSpec } from "../catalogue/op.ts";
import { DIALECT_OPTIONS, dialectOf } from "../catalogue/op_csv.ts";
import { COMPRESSION_OPTION, QUOTING_OPTION } from "../catalogue/op_options.ts";
import { ROWS_OPTIONS, rowsOf } from "../catalogue/rows.ts";
import {
  formedInput,
  refuseForeign,
  type RowsFormat,
} from "../catalogue/rows_forms.ts";
import type { CsvQuoting } from "../csv/mod.ts";
import { writeCsvBatches } from "../csv/write.ts";
import { checkCompression, compressed } from "../inflate/compress.ts";
import {
  type Compression,
  compressionOf,
  plainName,
} from "../inflate/inflate.ts";
import { writeJsonBatches } from "../json/write.ts";
import { writeNdjsonBatches } from "../ndjson/write.ts";
import { writeFileWhole } from "./_output_file.ts";
import type { Table } from "../table/table.ts";
import { type Chunks, printed, writtenTo } from "./_printed.ts";
import type { Command, Invocation } from "./command.ts";
import { ERRORS_OPTION, runReporting } from "./csv_read.ts";
import { UsageError } from "./flags.ts";
import { rowInFlags } from "./operation.ts";
import { type Source, sourceOf } from "./source.ts";

/** A form of rows; `arrow` is Arrow's file, `arrows` its stream. */
type Form = "csv" | "ndjson" | "json" | "arrow" | "arrows";

const FORMS: readonly Form[] = ["csv", "ndjson", "json", "arrow", "arrows"];

const ENDINGS: Readonly<Record<string, Form>> = {
  ".csv": "csv",
  ".ndjson": "ndjson",
  ".jsonl": "ndjson",
  ".json": "json",
  ".arrow": "arrow",
  ".feather": "arrow",
  ".arrows": "arrows",
};

/** Names that mean the output here; of the input they have one with input-. */
const OF_BOTH_SIDES: ReadonlySet<string> = new Set(["delimiter", "header"]);

/** The dialect of a CSV input, but what is said with input-. */
const INPUT_DIALECT: readonly OptionSpec[] = [
  ...DIALECT_OPTIONS.filter(({ name }) => !OF_BOTH_SIDES.has(name)),
  ERRORS_OPTION,
].map((spec) => ({ ...spec, summary: `CSV input: ${lowered(spec.summary)}` }));

function lowered(summary: string): string {
  return summary.charAt(0).toLowerCase() + summary.slice(1);
}

const OPTIONS: readonly OptionSpec[] = [
  {
    name: "from",
    kind: "choice",
    choices: FORMS,
    fallback: "by the name's ending, for - by the first bytes",
    summary: "The form of IN; arrow is plain or Zstandard, not LZ4",
  },
  {
    name: "to",
    kind: "choice",
    choices: FORMS,
    fallback: "by the name's ending",
    summary: "The form of OUT; arrow is a file, arrows a stream",
  },
  {
    name: "delimiter",
    kind: "character",
    value: "C",
    fallback: ",",
    summary: "The character between fields of a written CSV, or the word tab",
  },
  QUOTING_OPTION,
  {
    ...COMPRESSION_OPTION,
    fallback: "by the ending of OUT, .gz or .zst",
  },
  ...ROWS_OPTIONS.filter(({ name }) => name !== "format"),
  ...INPUT_DIALECT,
];

/** The command `convert`. */
export const CONVERT: Command = {
  words: ["convert"],
  operands: "IN|- OUT|-",
  summary: "Convert rows between CSV, NDJSON, JSON and Arrow",
  options: OPTIONS,
  examples: [
    "convert flights.csv flights.arrow",
    "convert events.ndjson.gz events.csv",
    "convert flights.csv flights.ndjson.zst",
    "convert umsatz.csv umsatz.arrow --input-delimiter ';' --encoding latin1",
    "convert - table.json --from arrows < table.arrows",
  ],
  run: (invocation) => runReporting({ run: runConvert }, invocation),
};

async function runConvert(invocation: Invocation): Promise<number> {
  const { positionals, signal } = invocation;
  const [from, to] = positionals;
  if (from === undefined || to === undefined || positionals.length > 2) {
    throw new UsageError(
      "convert needs IN and OUT, each a file or -: found " +
        positionals.length,
    );
  }
  if (invocation.values.errors === to) {
    throw new UsageError("--errors is OUT, name another file");
  }
  const source = sourceOf(from);
  const forms = formsOf(from, to, invocation);
  const chunks: Chunks = (onProgress) => {
    const rows = rowsFrom(source, forms, { ...invocation, onProgress });
    return packed(written(rows, forms, invocation), forms.compression);
  };
  if (to === "-") return await printed(source, chunks);
  return await writtenTo(
    source,
    chunks,
    (made) => writeFileWhole(to, made, signal),
  );
}

/** The rows of IN; its options are those of its form, or refused. */
async function* rowsFrom(
  source: Source,
  { from }: Forms,
  invocation: Invocation & { onProgress: (bytesDone: number) => void },
): AsyncGenerator<Table, void, undefined> {
  const { values, signal, onRowError } = invocation;
  const named = formatOf(from);
  const { format, input } = named !== undefined
    ? { format: named, input: source.input }
    : await formedInput(source.input, values, signal);
  const { "input-delimiter": delimiter, "input-header": header } = values;
  yield* rowsOf(
    { ...invocation, values: { ...values, format }, input },
    {},
    {
      ...dialectOf({ ...values, delimiter, header }),
      ...(onRowError === undefined ? {} : {
        onRowError: (row) => onRowError(rowInFlags(row)),
      }),
    },
  );
}

/** The forms of both sides; null is what the first bytes say. */
interface Forms {
  readonly from: Form | null;
  readonly to: Form;
  readonly compression: Compression | null;
}

function formsOf(from: string, to: string, { values }: Invocation): Forms {
  const forms = {
    from: (values.from as Form | undefined) ?? formOfName(plainName(from)),
    to: (values.to as Form | undefined) ?? formOfName(plainName(to)),
  };
  if (forms.from === null && from !== "-") {
    throw new UsageError(`The ending of ${from} says no form, give --from`);
  }
  if (forms.to === null) {
    throw new UsageError(
      to === "-"
        ? "OUT is stdout, give its form with --to"
        : `The ending of ${to} says no form, give --to`,
    );
  }
  for (const name of ["delimiter", "quoting"]) {
    if (values[name] === undefined || forms.to === "csv") continue;
    throw new UsageError(`--${name} is of CSV, not of ${forms.to}`);
  }
  const format = formatOf(forms.from);
  if (format !== undefined) refuseForeign(format, values);
  const named = compressionOf(to);
  const compression = (values.compression as Compression | undefined) ?? named;
  if (named !== null && compression !== named) {
    throw new UsageError(
      `The ending of ${to} says ${named}, not --compression ${compression}`,
    );
  }
  // Better now than when all is read.
  checkCompression(compression ?? undefined);
  return { from: forms.from, to: forms.to, compression };
}

function packed(
  chunks: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  compression: Compression | null,
): AsyncGenerator<Uint8Array> {
  return compression === null ? chunks : compressed(chunks, compression);
}

function formOfName(name: string): Form | null {
  const lower = name.toLowerCase();
  const ending = Object.keys(ENDINGS).find((one) => lower.endsWith(one));
  return ending === undefined ? null : ENDINGS[ending]!;
}

/** The form as the readers name it: what Arrow it is, its bytes say. */
function formatOf(form: Form | null): RowsFormat | undefined {
  return form === null ? undefined : form === "arrows" ? "arrow" : form;
}

function written(
  rows: ReturnType<typeof rowsOf>,
  { from, to }: Forms,
  invocation: Invocation,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { engine, signal, values } = invocation;
  const options = { engine, signal };
  switch (to) {
    case "csv": {
      const delimiter = (values.delimiter ?? ",") as string;
      const quoting = (values.quoting ?? "minimal") as CsvQuoting;
      return writeCsvBatches(rows, { ...options, delimiter, quoting });
    }
    case "ndjson":
      return writeNdjsonBatches(rows, options);
    case "json":
      return writeJsonBatches(rows, options);
    case "arrow":
    case "arrows":
      // Dictionaries of an Arrow input were meant; those of a text are ours,
      // and all their texts together have no bound.
      return writeArrowBatches(rows, {
        signal: invocation.signal,
        format: to === "arrow" ? "file" : "stream",
        dictionaries: formatOf(from) === "arrow" ? "keep" : "plain",
      });
  }
}
