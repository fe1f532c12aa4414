/** `fastpath convert` and compressed inputs at the command line. */

import { assert, assertEquals } from "@std/assert";
import { gunzipSync, gzipSync, zstdDecompressSync } from "node:zlib";
import { CLI, cli, temporaryFile } from "../../tests/_cli.ts";
import { readArrowSync } from "../arrow/read.ts";

const CSV = 'id,name,day\n1,Bern,2024-02-29\n2,"Z, x",\n';
const NDJSON = '{"id":1,"name":"Bern","day":"2024-02-29"}\n' +
  '{"id":2,"name":"Z, x","day":null}\n';

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("convert: between all forms, by the endings", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  const convert = async (from: string, to: string) => {
    const run = await cli(["convert", from, to], { cwd: folder });
    assertEquals(run, { code: 0, stdout: "", stderr: "" }, `${from} ${to}`);
    return Deno.readFileSync(`${folder}/${to}`);
  };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(text(await convert("in.csv", "a.ndjson")), NDJSON);
  const arrow = await convert("in.csv", "a.arrow");
  assertEquals(text(arrow.subarray(0, 6)), "ARROW1");
  assertEquals(readArrowSync(arrow).schema.map(({ type }) => type), [
    ...["i32", "utf8", "date"],
  ]);
  assertEquals(text(await convert("a.arrow", "b.csv")), CSV);
  const stream = await convert("a.arrow", "b.arrows");
  assertEquals(readArrowSync(stream).numRows, 2);
  assertEquals(text(await convert("b.arrows", "b.jsonl")), NDJSON);
  const json = JSON.parse(text(await convert("b.arrows", "b.json")));
  assertEquals(json[1], { id: 2, name: "Z, x", day: null });
  assertEquals(text(await convert("b.json", "c.csv")), CSV);
  assertEquals(names(folder).filter((name) => name.endsWith("tmp")), []);
});

Deno.test("convert: stdin and stdout", async () => {
  const arrow = await cli(["convert", "-", "-", "--to", "arrows"], {
    stdin: CSV,
  });
  assertEquals([arrow.code, arrow.stderr], [0, ""]);
  const packed = await cli(["convert", "-", "-", "--to", "csv"], {
    stdin: gzipSync(NDJSON),
  });
  assertEquals(packed, { code: 0, stdout: CSV, stderr: "" });
  const limited = await cli(
    ["convert", "-", "-", "--to", "ndjson", "--from", "csv", "--limit", "1"],
    { stdin: CSV },
  );
  assertEquals(limited.stdout, NDJSON.split("\n")[0] + "\n");
  using file = temporaryFile("a.arrow", "");
  await cli(["convert", "-", file.path], { stdin: CSV });
  const bytes = Deno.readFileSync(file.path);
  const back = await cli(["convert", "-", "-", "--to", "ndjson"], {
    stdin: bytes,
  });
  assertEquals(back, { code: 0, stdout: NDJSON, stderr: "" });
});

Deno.test("convert: a JSON array is found by its first bytes", async () => {
  const json = '[\n{"id":1,"name":"Bern","day":"2024-02-29"},\n' +
    '{"id":2,"name":"Z, x"}\n]\n';
  for (const stdin of [json, `\ufeff ${json}`, gzipSync(json)]) {
    for (
      const args of [["convert", "-", "-", "--to", "csv"], [
        "csv",
        "write",
        "-",
      ]]
    ) {
      const run = await cli(args, { stdin });
      assertEquals(run, { code: 0, stdout: CSV, stderr: "" });
    }
  }
  const summed = await cli(["stats", "summary", "-"], { stdin: json });
  assertEquals([summed.code, JSON.parse(summed.stdout).mean], [0, 1.5]);
});

Deno.test("convert: the readers print rows as one JSON array", async () => {
  const rows = [
    { id: 1, name: "Bern", day: "2024-02-29" },
    { id: 2, name: "Z, x", day: null },
  ];
  const inputs: [string, string][] = [["csv", CSV], ["ndjson", NDJSON]];
  for (const [area, stdin] of inputs) {
    const run = await cli([area, "read", "-", "--to", "json"], { stdin });
    assertEquals([run.code, run.stderr], [0, ""]);
    assertEquals(JSON.parse(run.stdout), rows);
    const none = await cli([area, "read", "-", "--to", "json"], { stdin: "" });
    assertEquals([none.code, JSON.parse(none.stdout)], [0, []]);
  }
});

Deno.test("convert: a profile says what to do with other forms", async () => {
  using csv = temporaryFile("in.csv", CSV);
  const { folder } = csv;
  await cli(["convert", "in.csv", "a.arrow"], { cwd: folder });
  const file = Deno.readFileSync(`${folder}/a.arrow`);
  const stream = await cli(["convert", "in.csv", "a.arrows"], { cwd: folder });
  assertEquals(stream.code, 0);
  const cases: [string[], Uint8Array | string, string][] = [
    [["a.arrow"], "", "profile Arrow"],
    [["a.arrows"], "", "profile Arrow"],
    [["-"], file, "profile Arrow"],
    [["-"], gzipSync(file), "profile Arrow"],
    [["-"], Deno.readFileSync(`${folder}/a.arrows`), "profile Arrow"],
    [["-"], '[{"a":1}]', "profile a JSON array"],
  ];
  for (const [args, stdin, words] of cases) {
    const run = await cli(["profile", ...args], { cwd: folder, stdin });
    assertEquals([run.code, run.stdout], [3, ""]);
    assert(run.stderr.startsWith(`${args[0]}:1:1: Cannot ${words}: `));
    assert(run.stderr.includes("fastpath convert"), run.stderr);
    assert(run.stderr.endsWith("(UNSUPPORTED_FORMAT, byte 0)\n"), run.stderr);
  }
  const named = await cli(["profile", "-", "--format", "csv", "--json"], {
    stdin: "[]\n1\n",
  });
  assertEquals([named.code, JSON.parse(named.stdout).rows], [0, 1]);
});

Deno.test("convert: commands on columns take the ratio, too", async () => {
  const packed = gzipSync(`value\n${"1\n".repeat(1e7)}`, { level: 9 });
  const args = ["stats", "summary", "-", "--limit", "10"];
  const refused = await cli(args, { stdin: packed });
  assertEquals(refused.code, 3);
  assert(refused.stderr.includes("(RATIO_EXCEEDED)"), refused.stderr);
  const allowed = await cli([...args, "--ratio-max", "2000"], {
    stdin: packed,
  });
  assertEquals([allowed.code, allowed.stderr], [0, ""]);
  assertEquals(JSON.parse(allowed.stdout).count, 10);
});

Deno.test("convert: a failure leaves the file as it was", async () => {
  using file = temporaryFile("in.csv", `${CSV}3\n`);
  const { folder } = file;
  Deno.writeTextFileSync(`${folder}/out.ndjson`, "as it was");
  const run = await cli(["convert", "in.csv", "out.ndjson"], { cwd: folder });
  assertEquals(run.code, 3);
  assert(/^in\.csv:4:1: .*\(RAGGED_ROW, byte 40\)\n$/.test(run.stderr));
  assertEquals(Deno.readTextFileSync(`${folder}/out.ndjson`), "as it was");
  assertEquals(names(folder), ["in.csv", "out.ndjson"]);
});

Deno.test("convert: a link and a device are written through", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  Deno.writeTextFileSync(`${folder}/real.ndjson`, "");
  Deno.symlinkSync("real.ndjson", `${folder}/link.ndjson`);
  await cli(["convert", "in.csv", "link.ndjson"], { cwd: folder });
  assertEquals(Deno.readTextFileSync(`${folder}/real.ndjson`), NDJSON);
  assert(Deno.lstatSync(`${folder}/link.ndjson`).isSymlink);
  const run = await cli(["convert", "in.csv", "/dev/null", "--to", "csv"], {
    cwd: folder,
  });
  assertEquals(run, { code: 0, stdout: "", stderr: "" });
  assert(!Deno.lstatSync("/dev/null").isFile);
});

Deno.test("convert: wrong usage and files that cannot be", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  const cases: [string[], number, string][] = [
    [["in.csv"], 2, "IN and OUT"],
    [["in.csv", "-"], 2, "--to"],
    [["in.csv", "out"], 2, "--to"],
    [["in.csv", "out.gz"], 2, "--to"],
    [["in.csv", "out.json", "--quoting", "all"], 2, "of CSV"],
    [["in.csv", "out.csv", "--compression", "zip"], 2, "--compression"],
    [["in.csv", "o.csv.gz", "--compression", "zstd"], 2, "says gzip, not"],
    [["in", "out.csv"], 2, "--from"],
    [["no.json", "out.csv"], 3, "no such file"],
    [["in.csv", "out.arrow", "--delimiter", ";"], 2, "of CSV"],
    [["in.csv", "no/out.csv"], 1, "no such folder"],
    [["in.csv", "/tmp", "--to", "csv"], 1, "directory"],
    [["no.csv", "out.csv"], 3, "no such file"],
    [["in.csv", "o.csv", "--from", "arrow"], 3, "(INVALID_ARROW, byte 0)"],
  ];
  for (const [args, code, words] of cases) {
    const run = await cli(["convert", ...args], { cwd: folder });
    assertEquals([run.code, run.stdout], [code, ""], args.join(" "));
    assert(run.stderr.includes(words), run.stderr);
    assertEquals(run.stderr.trimEnd().split("\n").length, 1);
  }
  assertEquals(names(folder), ["in.csv"]);
});

Deno.test("convert: OUT is compressed as its ending says", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  const convert = async (...args: string[]) => {
    const run = await cli(["convert", ...args], { cwd: folder });
    assertEquals(run, { code: 0, stdout: "", stderr: "" }, args.join(" "));
    return Deno.readFileSync(`${folder}/${args[1]}`);
  };
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const gzip = await convert("in.csv", "a.csv.gz");
  assertEquals(text(gunzipSync(gzip)), CSV);
  const zstd = await convert("a.csv.gz", "a.ndjson.zst");
  assertEquals(text(zstdDecompressSync(zstd)), NDJSON);
  await convert("a.ndjson.zst", "a.arrows.gz");
  assertEquals(text(await convert("a.arrows.gz", "b.csv")), CSV);
  const named = await convert(
    ...["in.csv", "b.jsonl", "--compression", "gzip"],
  );
  assertEquals(text(gunzipSync(named)), NDJSON);
  const quoted = await convert(
    ...["in.csv", "c.csv.gz", "--quoting", "nonNumeric"],
  );
  assertEquals(
    text(gunzipSync(quoted)),
    '"id","name","day"\n1,"Bern","2024-02-29"\n2,"Z, x",\n',
  );
});

Deno.test("convert: writers compress what goes to stdout", async () => {
  using file = temporaryFile("in.csv", CSV);
  const commands = [
    [["csv", "write"], CSV],
    [["ndjson", "write"], NDJSON],
    [["export", "--to", "ndjson"], NDJSON],
    [["convert", file.path, "-", "--to", "csv"], CSV],
  ] as const;
  for (const [words, expected] of commands) {
    const own = words[0] === "convert" ? words : [...words, file.path];
    for (const compression of ["gzip", "zstd"]) {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", CLI, ...own, "--compression", compression],
      }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      const inflate = compression === "gzip" ? gunzipSync : zstdDecompressSync;
      assertEquals(new TextDecoder().decode(inflate(stdout)), expected);
    }
  }
  const quoted = await cli(["csv", "write", file.path, "--quoting", "all"]);
  assertEquals(
    quoted.stdout,
    '"id","name","day"\n"1","Bern","2024-02-29"\n"2","Z, x",\n',
  );
});

Deno.test("convert: a broken compressed input ends with 3", async () => {
  const packed = gzipSync(CSV);
  using cut = temporaryFile("cut.csv.gz", packed.subarray(0, 30));
  for (
    const args of [["csv", "read"], ["profile"], ["export", "--to", "csv"]]
  ) {
    const run = await cli([...args, cut.path]);
    assertEquals([run.code, run.stdout], [3, ""], args.join(" "));
    assert(run.stderr.includes("(INVALID_COMPRESSION)"), run.stderr);
  }
  using bomb = temporaryFile("b.csv.gz", gzipSync(new Uint8Array(4e7)));
  const run = await cli(["csv", "read", bomb.path, "--ratio-max", "50"]);
  assertEquals(run.code, 3);
});

Deno.test("convert: Arrow at the other commands", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  const run = (args: string[]) => cli(args, { cwd: folder });
  await run(["convert", "in.csv", "a.arrow"]);
  assertEquals((await run(["arrow", "read", "a.arrow"])).stdout, NDJSON);
  const one = ["arrow", "read", "a.arrow", "--column", "day", "--json"];
  assertEquals(JSON.parse((await run(one)).stdout)[0], { day: "2024-02-29" });
  const csv = await run(["csv", "write", "a.arrow"]);
  assertEquals(csv.stdout, CSV);
  const unknown = await run(["arrow", "read", "a.arrow", "--column", "x"]);
  assertEquals(unknown.code, 2);
  const broken = await run(["arrow", "read", "in.csv"]);
  assertEquals(broken.code, 3);
  assert(broken.stderr.startsWith("in.csv:1:1: "), broken.stderr);
});

Deno.test("convert: a CSV input in any dialect", async () => {
  const latin1 = Uint8Array.from(
    "# x\nOrt;Preis;Tag\nK\xf6ln; '1.234,5' ;k. A.\n",
    (letter) => letter.charCodeAt(0),
  );
  const options = [
    ...["--input-delimiter", ";", "--encoding", "latin1", "--skip-rows", "1"],
    ...["--trim", "--quote", "'", "--decimal", ",", "--thousands", "."],
    ...["--null-tokens", "k. A.,-"],
  ];
  const expected = '{"Ort":"K\u00f6ln","Preis":1234.5,"Tag":null}\n';
  for (const words of [["convert", "--from", "csv"], ["csv", "convert"]]) {
    const args = [...words, "-", "-", "--to", "ndjson", ...options];
    assertEquals(await cli(args, { stdin: latin1 }), {
      ...{ code: 0, stdout: expected, stderr: "" },
    });
  }
  // The output's delimiter is another matter than the input's.
  const named = await cli([
    ...["convert", "-", "-", "--from", "csv", "--to", "csv"],
    ...["--delimiter", "|", "--names", "a,b"],
  ], { stdin: "1,2\n" });
  assertEquals(named, { code: 0, stdout: "a|b\n1|2\n", stderr: "" });
});

Deno.test("convert: rows that it leaves out are told or written", async () => {
  using file = temporaryFile("in.csv", "a,b\n1,2\n3\n");
  const cwd = file.folder;
  const args = ["convert", "in.csv", "out.ndjson", "--on-error", "collect"];
  const told = await cli(args, { cwd });
  assertEquals(told.code, 0);
  assert(told.stderr.startsWith("in.csv: 1 error row at 3:1: "), told.stderr);
  const written = await cli([...args, "--errors", "bad.ndjson"], { cwd });
  assertEquals([written.code, written.stderr], [0, ""]);
  const row = JSON.parse(Deno.readTextFileSync(`${cwd}/bad.ndjson`));
  assertEquals([row.code, row.line, row.byteOffset], ["RAGGED_ROW", 3, 8]);
  assertEquals(
    Deno.readTextFileSync(`${cwd}/out.ndjson`),
    '{"a":1,"b":2}\n',
  );
});

Deno.test("convert: options that are not of the input's form are refused", async () => {
  using file = temporaryFile("in.csv", CSV);
  const { folder } = file;
  Deno.writeTextFileSync(`${folder}/in.ndjson`, NDJSON);
  Deno.writeTextFileSync(`${folder}/in.json`, "[]");
  Deno.writeTextFileSync(`${folder}/in.arrow`, "");
  const cases: [string, string[]][] = [
    ["in.json", ["--input-delimiter", ";"]],
    ["in.json", ["--no-input-header"]],
    ["in.ndjson", ["--types", "text"]],
    ["in.ndjson", ["--encoding", "latin1"]],
    ["in.csv", ["--duplicates", "error"]],
    ["in.arrow", ["--overflow", "text"]],
    ["in.arrow", ["--trim"]],
    ["in.arrow", ["--types", "a=i32"]],
    ["in.arrow", ["--where", "a = 1"]],
    ["-", ["--skip-rows", "1"]],
  ];
  for (const [name, options] of cases) {
    const to = name === "in.csv" ? "x.ndjson" : "x.csv";
    const run = await cli(["convert", name, to, ...options], {
      cwd: folder,
      ...(name === "-" ? { stdin: NDJSON } : {}),
    });
    assertEquals([run.code, run.stdout], [2, ""], `${name} ${options}`);
    assert(run.stderr.includes(`${options[0]}`), run.stderr);
    assert(!names(folder).includes(to), to);
  }
});
