/** The commands `duration parse` and `duration format`. */

import { assertEquals } from "@std/assert";
import { cli, type CliOptions } from "../../tests/_cli.ts";
import { bytesOf, ENGINES } from "../../tests/_engines.ts";
import { columnOfLines, lineBatches } from "./_lines.ts";

async function duration(
  line: string,
  options: CliOptions = {},
): Promise<[code: number, stdout: string, stderr: string]> {
  const args = [
    "duration",
    ...line.split(" ").map((arg) => arg.replace("_", " ")),
  ];
  const { code, stdout, stderr } = await cli(args, options);
  return [code, stdout, stderr];
}

Deno.test("duration parse prints milliseconds, one a line", async () => {
  const cases: [string, string][] = [
    ["parse 1:30:00 PT5S 1h30m 90", "5400000\n5000\n5400000\n90000\n"],
    ["parse -5000 -PT5S -00:00:05", "-5000000\n-5000\n-5000\n"],
    ["parse --json 1:30 -1:30", "[90000,-90000]\n"],
    ["parse 1:30 --clock HH:MM", "5400000\n"],
    ["parse --lenient 2_hours", "7200000\n"],
    ["parse 00:90:00 soon --preset tracker", "5400000\n0\n"],
    ["parse 5 soon --on-error null", "5000\nnull\n"],
    ["parse 5 soon --on-error zero", "5000\n0\n"],
    ["parse 5 soon --on-error null --json", "[5000,null]\n"],
    ["parse 1d --days 24", "86400000\n"],
  ];
  for (const [line, stdout] of cases) {
    assertEquals(await duration(line), [0, stdout, ""], line);
  }
});

Deno.test("duration parse reads lines of stdin", async () => {
  const read = (line: string, stdin: string) => duration(line, { stdin });
  assertEquals(await read("parse", "1:30\r\n90\r\n"), [
    0,
    "90000\n90000\n",
    "",
  ]);
  assertEquals(await read("parse -", "1:30\n90"), [0, "90000\n90000\n", ""]);
  assertEquals(await read("parse -", ""), [0, "", ""]);
  assertEquals(await read("parse - --json", ""), [0, "[]\n", ""]);
  for (const engine of ENGINES) {
    assertEquals(
      await read(`parse --engine ${engine}`, "5\n1:30\n1:xx\n7\n"),
      [
        3,
        "5000\n90000\n",
        '-:3:3: Cannot parse duration "1:xx": seconds must be 0-59 ' +
        "(FIELD_OUT_OF_RANGE, byte 9)\n",
      ],
    );
  }
  const [code, stdout] = await read("parse --json", "5\n\n");
  assertEquals([code, stdout], [3, ""]);
});

Deno.test("duration format is the reverse", async () => {
  assertEquals(
    await duration("format 5400000 -5000"),
    [0, "01:30:00\n-00:00:05\n", ""],
  );
  assertEquals(
    await duration("format --style iso", { stdin: "5400000\r\nnull\n-5250" }),
    [0, "PT1H30M\nnull\n-PT5.25S\n", ""],
  );
  assertEquals(await duration("format -", { stdin: "" }), [0, "", ""]);
  assertEquals(await duration("format 5400000 --style compact"), [
    0,
    "1h30m\n",
    "",
  ]);
  assertEquals(await duration("format --json", { stdin: "7000\nnull\n-5\n" }), [
    0,
    '["00:00:07",null,"-00:00:00.005"]\n',
    "",
  ]);
  assertEquals(await duration("format - --json", { stdin: "" }), [
    0,
    "[]\n",
    "",
  ]);
  const [failed, printed] = await duration("format 7000 x --json");
  assertEquals([failed, printed], [3, ""]);
  for (const bad of ["1.5", "+5", "x", "", "9007199254740992", "-"]) {
    const stdin = `7000\n${bad}\n`;
    const [code, stdout, stderr] = await duration("format", { stdin });
    assertEquals([code, stdout], [3, "00:00:07\n"]);
    assertEquals(
      stderr,
      `-:2:1: Cannot format duration "${bad}": expected whole milliseconds ` +
        "from -9007199254740991 to 9007199254740991 " +
        "(NOT_MILLISECONDS, byte 5)\n",
    );
  }
});

Deno.test("wrong options of the duration commands end with 2", async () => {
  const lines = [
    ...["parse 5 --clock SS:MM", "parse 5 --on-error ignore", "parse 5 -q"],
    ...["parse 5 --days 23", "format 5 --style long"],
    "parse 5 --preset tracker --lenient",
  ];
  for (const line of lines) {
    const [code, stdout, stderr] = await duration(line);
    assertEquals([code, stdout, stderr !== ""], [2, "", true], line);
  }
});

Deno.test("lines do not depend on the chunks of the input", async () => {
  const long = "9".repeat(1000);
  const text = `1:30\r\n\n${long}\n\r\n5\r6\r\r\n${long}\r\nµs\nlast`;
  const expected = [
    ...["1:30", "", long.slice(0, 400), "", "5\r6\r", long.slice(0, 400)],
    ...["µs", "last"],
  ];
  const starts = [0, 6, 7, 1008, 1010, 1016, 2018, 2022];
  for (const size of [1, 2, 3, 7, 399, 400, 401, 5000]) {
    const found: (string | null)[] = [];
    const places: number[] = [];
    for await (const batch of lineBatches(chunks(bytesOf(text), size), {})) {
      assertEquals(batch.firstLine, found.length + 1);
      found.push(...batch.texts);
      places.push(...batch.starts);
    }
    assertEquals(found, expected, `chunks of ${size}`);
    assertEquals(places, starts, `chunks of ${size}`);
  }
  assertEquals(columnOfLines(bytesOf(text)).toArray(), expected);
  assertEquals(columnOfLines(bytesOf("")).length, 0);
});

async function* chunks(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.slice(at, at + size));
  }
}
