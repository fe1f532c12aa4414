// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `SUMMARIZE` of a CSV file by DuckDB with two threads, in a process of its
 * own; prints rows and the share of nulls of each column.
 *
 * @module
 */

import { DuckDBInstance } from "npm:@duckdb/node-api@1.5.5-r.5";

const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
const path = (Deno.args[0] ?? "").replaceAll("'", "''");
const result = await connection.runAndReadAll(
  `summarize select * from read_csv('${path}')`,
);
const rows = result.getRowObjects();
console.log(JSON.stringify({
  rows: Number(rows[0]?.count),
  nulls: rows.map((row) => Number(String(row.null_percentage))),
}));
