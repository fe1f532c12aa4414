/** The doors' option `types`, taken apart and used. */

import { assertEquals, assertThrows } from "@std/assert";
import { cli } from "../../tests/_cli.ts";
import { post, testServer } from "../../tests/_http.ts";
import { declaredOption, typesOption } from "./_types_option.ts";

Deno.test("typesOption() takes a word, then types by name", () => {
  const auto = "auto" as const;
  const cases: [unknown, "auto" | "text", Record<string, string>][] = [
    [undefined, auto, {}],
    ["auto", auto, {}],
    ["text", "text", {}],
    ["a=i32", auto, { a: "i32" }],
    ["a=decimal(2)", auto, { a: "decimal(2)" }],
    ["text,a=decimal(2),b=utf8", "text", { a: "decimal(2)", b: "utf8" }],
    ["auto,auto=i32,text=f64", auto, { auto: "i32", text: "f64" }],
    ["a,b=i32,c=f64", auto, { "a,b": "i32", c: "f64" }],
    ["a=b=i32", auto, { "a=b": "i32" }],
    ["a b=date", auto, { "a b": "date" }],
    ["__proto__=i64", auto, Object.fromEntries([["__proto__", "i64"]])],
    ["a\nb=i32", auto, { "a\nb": "i32" }],
    ["a=decimal(19)", auto, { a: "decimal(19)" }],
    ["a=decimal(-1)", auto, { a: "decimal(-1)" }],
    ["a=list<i64>,b=list<decimal(2)>", auto, {
      ...{ a: "list<i64>", b: "list<decimal(2)>" },
    }],
    ["a=list<x>", auto, { a: "list<x>" }],
  ];
  for (const [value, types, schema] of cases) {
    assertEquals(typesOption(value), { types, schema } as never, `${value}`);
  }
  for (
    const value of [
      "",
      "x",
      "a=",
      "=i32",
      "text,",
      "a=i32,",
      "a=i32,b",
      "a=list<i32",
    ]
  ) {
    assertThrows(() => typesOption(value), RangeError, "neither auto nor text");
  }
  assertThrows(() => typesOption("a=i32,a=i64"), RangeError, '"a" twice');
  assertEquals(declaredOption("a=i32"), { a: "i32" });
  assertThrows(() => declaredOption("text"), RangeError, "text is for CSV");
});

const CSV = "price,spent,n\n1.5,1:30:00,1\n,,2\n";
const TYPES = "price=decimal(2),spent=duration";
const LINES = '{"price":1.50,"spent":"PT1H30M","n":1}\n' +
  '{"price":null,"spent":null,"n":2}\n';

Deno.test("--types declares columns of every input of rows", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${cwd}/in.csv`, CSV);
    await Deno.writeTextFile(`${cwd}/in.ndjson`, LINES);
    await Deno.writeTextFile(
      `${cwd}/in.json`,
      `[${LINES.trimEnd().replace("\n", ",")}]`,
    );
    const ok = { code: 0, stderr: "" };
    for (const format of ["csv", "ndjson", "json"]) {
      for (const engine of ["auto", "typescript"]) {
        const args = [format, "read", `in.${format}`, "--types", TYPES];
        const read = await cli([...args, "--engine", engine], { cwd });
        assertEquals(read, { ...ok, stdout: LINES });
      }
      const convert = ["convert", `in.${format}`, "out.arrow"];
      const made = await cli([...convert, "--types", TYPES], { cwd });
      assertEquals(made, { ...ok, stdout: "" });
      const back = await cli(["convert", "out.arrow", "out.csv"], { cwd });
      assertEquals(back, { ...ok, stdout: "" });
      assertEquals(
        await Deno.readTextFile(`${cwd}/out.csv`),
        "price,spent,n\n1.50,PT1H30M,1\n,,2\n",
      );
      await Deno.remove(`${cwd}/out.arrow`);
      await Deno.remove(`${cwd}/out.csv`);
    }
    const wrong = ["csv", "read", "in.csv", "--types"];
    const bad = await cli([...wrong, "price=decimal(0)"], { cwd });
    assertEquals(bad.code, 3);
    assertEquals(bad.stderr.slice(0, 23), "in.csv:2:1: Cannot read");
    const unknown = await cli([...wrong, "price=money"], { cwd });
    assertEquals(unknown.code, 2);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("?types declares columns over HTTP", async () => {
  await using server = testServer();
  const url = `${server.url}/v1/csv/read?types=`;
  const type = { "content-type": "text/csv" };
  const found = await post(url + encodeURIComponent(TYPES), CSV, type);
  assertEquals([found.status, found.text], [200, LINES]);
  const wrong = encodeURIComponent("price=decimal(99)");
  const refused = await post(url + wrong, CSV, type);
  assertEquals(refused.status, 400);
  const nonsense = await post(`${url}nonsense`, CSV, type);
  assertEquals(nonsense.status, 400);
});
