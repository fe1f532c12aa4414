// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * A CSV or NDJSON file read into a table by DuckDB, in a process of its own;
 * prints the milliseconds, the rows and the sum of a column.
 *
 * Arguments: `csv` or `ndjson`, the path, the number of threads.
 *
 * @module
 */

import { DuckDBInstance } from "npm:@duckdb/node-api@1.5.5-r.5";

const [form, path = "", threads = "2"] = Deno.args;
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const reader = form === "csv" ? "read_csv" : "read_json";
const start = performance.now();
await connection.run(
  `create table t as select * from ${reader}('${path.replaceAll("'", "''")}')`,
);
const ms = performance.now() - start;
const result = await connection.runAndReadAll(
  "select count(*) as rows, sum(distance) as sum from t",
);
const [row] = result.getRowObjects();
console.log(JSON.stringify({
  ms,
  rows: Number(row?.rows),
  sum: Number(row?.sum),
}));
