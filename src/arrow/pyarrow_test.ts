/**
 * What is written, as PyArrow reads and validates it. Needs a Python with
 * PyArrow: `python3`, or what `FASTPATH_PYTHON` names.
 */

import { assertEquals } from "@std/assert";
import { columnOf } from "../table/column_of.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";
import { writeArrowSync } from "./write.ts";

const PYTHON = Deno.env.get("FASTPATH_PYTHON") ?? "python3";

async function python(script: string, stdin: Uint8Array): Promise<string> {
  const child = new Deno.Command(PYTHON, {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(stdin);
  await writer.close();
  const { stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

function hasPyarrow(): boolean {
  try {
    return new Deno.Command(PYTHON, {
      args: ["-c", "import pyarrow"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
}

/** Reads, validates fully, and prints types and values as JSON. */
const SCRIPT = `
import sys, json, pyarrow as pa
data = sys.stdin.buffer.read()
file = data[:6] == b"ARROW1"
reader = pa.ipc.open_file(data) if file else pa.ipc.open_stream(data)
table = reader.read_all()
table.validate(full=True)
rows = [{k: str(v) for k, v in row.items()} for row in table.to_pylist()]
print(json.dumps([[str(f.type) for f in table.schema], rows]))
`;

Deno.test({
  name: "arrow: PyArrow reads and validates what was written",
  ignore: !hasPyarrow(),
  async fn() {
    const table = new Table([
      ["b", columnOf("bool", [true, null, false])],
      ["i", columnOf("i32", [1, null, -2147483648])],
      ["l", columnOf("i64", [1n, null, -(2n ** 63n)])],
      ["f", columnOf("f64", [1.5, null, -0])],
      ["d", columnOf("date", ["0001-01-01", null, "9999-12-31"])],
      [
        "t",
        columnOf("timestamp", [
          "1999-12-31T23:59:59.000001",
          null,
          "0001-01-01T00:00:00",
        ]),
      ],
      [
        "z",
        columnOf("timestamp_utc", [
          "1999-12-31T23:59:59Z",
          null,
          "1970-01-01T00:00:00Z",
        ]),
      ],
      ["p", columnOf("decimal(2)", ["1.5", null, "-92233720368547758.08"])],
      ["e", columnOf("duration", ["1:30:00.5", null, "-0:01"])],
      ["n", columnOf("list<i32>", [[1, null], null, []])],
      ["w", columnOf("list<utf8>", [["é"], null, [null]])],
      ["q", columnOf("list<decimal(1)>", [["0.5", null], null, []])],
      ["r", columnOf("list<duration>", [["PT1S"], null, [null]])],
      ["s", columnOf("utf8", ["é", null, ""])],
    ]);
    const many = concatTables(Array.from({ length: 8 }, () => table));
    const types = ["bool", "int32", "int64", "double", "date32[day]"]
      .concat(["timestamp[us]", "timestamp[us, tz=UTC]"])
      .concat(["decimal128(19, 2)", "duration[ms]"])
      .concat(["list<item: int32>", "list<item: string>"])
      .concat(["list<item: decimal128(19, 1)>", "list<item: duration[ms]>"]);
    const text = "dictionary<values=string, indices=int32, ordered=0>";
    const rows = [
      {
        ...{ b: "True", i: "1", l: "1", f: "1.5", d: "0001-01-01" },
        ...{ t: "1999-12-31 23:59:59.000001", z: "1999-12-31 23:59:59+00:00" },
        ...{ p: "1.50", e: "1:30:00.500000", n: "[1, None]", w: "['é']" },
        ...{
          q: "[Decimal('0.5'), None]",
          r: "[datetime.timedelta(seconds=1)]",
        },
        s: "é",
      },
      Object.fromEntries(table.columnNames.map((name) => [name, "None"])),
      {
        ...{ b: "False", i: "-2147483648", l: "-9223372036854775808" },
        ...{ f: "-0.0", d: "9999-12-31", t: "0001-01-01 00:00:00" },
        ...{ z: "1970-01-01 00:00:00+00:00", n: "[]", w: "[None]" },
        ...{ p: "-92233720368547758.08", e: "-1 day, 23:59:59", s: "" },
        ...{ q: "[]", r: "[None]" },
      },
    ];
    for (const format of ["file", "stream"] as const) {
      const read = async (input: Table | Table[]) =>
        JSON.parse(await python(SCRIPT, writeArrowSync(input, { format })));
      assertEquals(await read(table), [[...types, "string"], rows]);
      assertEquals(await read(table.slice(1)), [
        [...types, "string"],
        rows.slice(1),
      ]);
      assertEquals(await read(table.slice(0, 0)), [[...types, "string"], []]);
      const [found, found_rows] = await read([many, table, many]);
      assertEquals(found, [...types, text]);
      assertEquals(found_rows.length, 51);
      assertEquals(found_rows.slice(24, 27), rows);
    }
  },
});
