/**
 * Files that parallel readers of others have lost, doubled or split rows of,
 * in parts of every size on several threads. What must come out is known from
 * how the files are made.
 */

import { assertEquals } from "@std/assert";
import { nativeAvailable } from "../../tests/_engines.ts";
import type { ReadCsvBatchesOptions } from "../csv/options.ts";
import { readCsv, readCsvBatches } from "../csv/read.ts";

/** A file, how it is read, and its rows. */
interface Case {
  readonly text: string;
  readonly options: ReadCsvBatchesOptions;
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A file of so many rows, with a header and a line end behind each row. */
function fileOf(
  count: number,
  end: string,
  options: ReadCsvBatchesOptions,
  rowOf: (row: number) => [text: string, ...values: (string | null)[]],
): Case {
  const rows = Array.from({ length: count }, (_, row) => rowOf(row));
  return {
    text: `a,b${end}${rows.map(([text]) => `${text}${end}`).join("")}`,
    options,
    rows: rows.map(([, ...values]) => values),
  };
}

const LENIENT = { mode: "lenient", maxErrors: Infinity } as const;

const CASES: Record<string, Case> = {
  "rows with quoted line ends are all there (DuckDB 7578)": fileOf(
    99,
    "\n",
    {},
    (row) => [`${row},"x\n,""${row}""\n"`, `${row}`, `x\n,"${row}"\n`],
  ),
  "texts full of escaped quotes lose no row (DuckDB 13787)": fileOf(
    40,
    "\n",
    { escape: "\\" },
    (row) => [
      `"\\"${row}\\"\\\\","\n,\\"\n\\""`,
      `"${row}"\\`,
      `\n,"\n"`,
    ],
  ),
  "a stray quote eats no other row (DuckDB 14177)": fileOf(
    60,
    "\n",
    LENIENT,
    (row) =>
      row % 5 === 0
        ? [`6" pipe ${row},"x\ny"`, `6" pipe ${row}`, "x\ny"]
        : [`${row},z`, `${row}`, "z"],
  ),
  "CR CR LF at any border doubles no row (DuckDB 25164)": fileOf(
    60,
    "\r\r\n",
    LENIENT,
    (row) => [`${row},"x${row}"`, `${row}`, `x${row}`],
  ),
  "padding and quoted line ends go together (DuckDB 19012)": fileOf(
    60,
    "\r\n",
    LENIENT,
    (row) =>
      row % 3 === 0
        ? [`"${row}\r\n\n"`, `${row}\r\n\n`, null]
        : [`${row},"\n"`, `${row}`, "\n"],
  ),
  "a quoted line end at any border splits no row (polars 19078)": fileOf(
    60,
    "\n",
    LENIENT,
    (row) => [`"${row}\n${row}\n","a\n,b"`, `${row}\n${row}\n`, "a\n,b"],
  ),
  "comments with quotes turn nothing round": fileOf(
    60,
    "\n",
    { comment: "#" },
    (row) => [
      `${row % 4 === 0 ? '# it"s\n' : ""}${row},"#\n${row}"`,
      `${row}`,
      `#\n${row}`,
    ],
  ),
};

for (const [name, { text, options, rows }] of Object.entries(CASES)) {
  Deno.test({
    name: `peers: ${name}, on several threads`,
    ignore: !nativeAvailable(),
    async fn() {
      const bytes = new TextEncoder().encode(text);
      const schema = { a: "utf8", b: "utf8" } as const;
      const expected = rows.map(([a, b]) => ({ a, b }));
      const sizes = [...Array(40).keys()].map((size) => size + 1);
      for (const chunkBytes of [...sizes, 64, 100, 333, text.length]) {
        const more = { engine: "native", chunkBytes, schema } as const;
        const threads = 2 + chunkBytes % 3;
        const table = await readCsv(bytes, { ...options, ...more, threads });
        assertEquals(table.toObjects(), expected, `${chunkBytes}`);
        const found = [];
        const batchRows = 1 + chunkBytes % 13;
        const asked = { ...options, ...more, threads, batchRows };
        for await (const batch of readCsvBatches(bytes, asked)) {
          found.push(...batch.toObjects());
        }
        assertEquals(found, expected, `batches of ${batchRows}, ${chunkBytes}`);
      }
    },
  });
}
