/** The command door: forms, exit codes, error lines, pipes, signals. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../src/version.ts";
import { nativeAvailable } from "./_engines.ts";
import { CLI, cli, temporaryFile } from "./_cli.ts";

const ENGINES = nativeAvailable() ? ["native", "typescript"] : ["typescript"];
const CSV = 'id,name,day\n1,Ann,2026-01-02\n2,,2026-01-03\n3,"",\n';

Deno.test("cli: --version prints the version", async () => {
  const run = await cli(["--version"]);
  assertEquals(run, { code: 0, stdout: `fastpath ${VERSION}\n`, stderr: "" });
});

Deno.test("cli: --help works everywhere and prints to stdout", async () => {
  const lines = [
    ["--help"],
    ["help"],
    ["csv", "--help"],
    ["csv", "read", "--help"],
    ["help", "csv", "read"],
    ["profile", "-h"],
    ["hash", "digest", "--help"],
    ["ndjson", "read", "--help"],
    ["doctor", "--help"],
  ];
  for (const args of lines) {
    const { code, stdout, stderr } = await cli(args);
    assertEquals([code, stderr], [0, ""], args.join(" "));
    assert(stdout.includes("Usage: fastpath"), args.join(" "));
    for (const line of stdout.split("\n")) assert(line.length <= 80, line);
  }
});

Deno.test("cli: usage errors end with 2 and a suggestion", async () => {
  const cases: [string[], RegExp][] = [
    [[], /Usage: fastpath/],
    [["profil", "x"], /Unknown command "profil", did you mean "profile"\?/],
    [["csv", "raed"], /Unknown command "csv raed", did you mean "csv read"\?/],
    [["csv", "read", "--delimitr", ";"], /did you mean --delimiter\?/],
    [["csv", "read", "--limit", "x"], /--limit must be a whole number/],
    [["csv", "read", "--to", "xml"], /--to must be one of/],
    [["csv", "read", "a", "b"], /Expected one FILE, found 2/],
    [["profile"], /needs a FILE/],
    [["profile", ""], /FILE is empty/],
    [["csv", "read", ""], /FILE is empty/],
    [["profile", "x", "--memory", "lots"], /must be a size such as 256MB/],
    [["profile", "x", "--json", "--markdown"], /Choose one/],
    [["profile", "x", "--digest", "md5"], /--digest must be one of/],
    [["profile", "x", "--digest"], /--digest needs a value/],
    [["doctor", "--engine", "fast"], /--engine must be one of/],
    [["csv", "read", "-", "--delimiter", "ab"], /delimiter/],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await cli(args, { stdin: CSV });
    assertMatch(stderr, expected);
    assertEquals([code, stdout], [2, ""], args.join(" "));
  }
});

Deno.test("cli: csv read prints rows on every engine, from a file and stdin", async () => {
  using file = temporaryFile("a.csv", CSV);
  const ndjson = '{"id":1,"name":"Ann","day":"2026-01-02"}\n' +
    '{"id":2,"name":null,"day":"2026-01-03"}\n' +
    '{"id":3,"name":"","day":null}\n';
  for (const engine of ENGINES) {
    const options = ["--engine", engine];
    const read = (...args: string[]) =>
      cli(["csv", "read", ...args, ...options], { stdin: CSV });
    const ok = (stdout: string) => ({ code: 0, stdout, stderr: "" });
    assertEquals(await read(file.path, "--to", "ndjson"), ok(ndjson));
    assertEquals(await read("-", "--to", "ndjson"), ok(ndjson));
    assertEquals(await read(file.path, "--to", "csv"), ok(CSV));
    assertEquals(
      await read(file.path, "--limit", "1"),
      ok(ndjson.split("\n")[0] + "\n"),
    );
    assertEquals(
      await read(file.path, "--types", "text", "--limit", "2", "--no-header"),
      ok(
        '{"column1":"id","column2":"name","column3":"day"}\n' +
          '{"column1":"1","column2":"Ann","column3":"2026-01-02"}\n',
      ),
    );
  }
});

Deno.test("cli: ndjson read prints rows on every engine", async () => {
  const input = '{"a":1,"b":"x"}\n{"b":"y,z","c":[1, 2]}\n';
  for (const engine of ENGINES) {
    const run = await cli(
      ["ndjson", "read", "-", "--to", "csv", "--engine", engine],
      { stdin: input },
    );
    assertEquals(run.stdout, 'a,b,c\n1,x,\n,"y,z","[1, 2]"\n');
    assertEquals([run.code, run.stderr], [0, ""]);
  }
});

Deno.test("cli: the rules of NDJSON are options", async () => {
  const stdin = '{"a":1,"a":18446744073709551616}\n';
  for (const engine of ENGINES) {
    const read = (...args: string[]) =>
      cli(["ndjson", "read", "-", "--engine", engine, ...args], { stdin });
    const refused = await read();
    assertEquals([refused.code, refused.stdout], [3, ""]);
    assertEquals(
      (await read("--integers", "text")).stdout,
      '{"a":"18446744073709551616"}\n',
    );
    const twice = await read("--integers", "text", "--duplicates", "error");
    assertEquals(twice.code, 3);
    assertMatch(twice.stderr, /DUPLICATE/);
  }
});

Deno.test("cli: hash digest prints HEX and NAME", async () => {
  using file = temporaryFile("abc.txt", "abc");
  const sha256 =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const blake3 =
    "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85";
  for (const engine of ENGINES) {
    for (const [algorithm, hex] of [["sha256", sha256], ["blake3", blake3]]) {
      const args = ["hash", "digest"];
      const options = ["--algorithm", algorithm ?? "", "--engine", engine];
      assertEquals(await cli([...args, file.path, ...options]), {
        code: 0,
        stdout: `${hex}  ${file.path}\n`,
        stderr: "",
      });
      const piped = await cli([...args, "-", ...options], { stdin: "abc" });
      assertEquals(piped.stdout, `${hex}  -\n`);
    }
  }
});

Deno.test("cli: error lines name file, line, column, code and byte", async () => {
  using file = temporaryFile("bad.csv", "a,b\n1,2\n3\n4,5\n");
  for (const engine of ENGINES) {
    const options = ["--engine", engine];
    const read = await cli(["csv", "read", file.path, ...options]);
    assertEquals(read, {
      code: 3,
      stdout: '{"a":1,"b":2}\n',
      stderr: `${file.path}:3:1: Cannot read row: expected 2 fields, ` +
        "found 1 (RAGGED_ROW, byte 8)\n",
    });
    const limited = await cli([
      ...["csv", "read", file.path, "--limit", "1"],
      ...options,
    ]);
    assertEquals(limited, {
      code: 0,
      stdout: '{"a":1,"b":2}\n',
      stderr: "",
    });
    const profiled = await cli(["profile", file.path, ...options]);
    assertEquals([profiled.code, profiled.stdout], [3, ""]);
    assertEquals(profiled.stderr, read.stderr);
  }
});

Deno.test("cli: unreadable inputs end with 3 and a clear line", async () => {
  using file = temporaryFile("a.csv", CSV);
  for (const engine of ENGINES) {
    for (const words of [["csv", "read"], ["hash", "digest"], ["profile"]]) {
      for (const path of ["/no/such/file.csv", file.folder]) {
        const run = await cli([...words, path, "--engine", engine]);
        assertEquals([run.code, run.stdout], [3, ""], words.join(" "));
        assertMatch(run.stderr, /^[^\n]+: Cannot read [^\n]+\n$/);
        assert(run.stderr.startsWith(`${path}: `), run.stderr);
      }
    }
  }
});

Deno.test("cli: profile --json prints the stable object", async () => {
  using file = temporaryFile("a.csv", CSV);
  for (const engine of ENGINES) {
    const run = await cli([
      ...["profile", file.path, "--json", "--engine", engine],
      ...["--digest", "sha256", "--digest", "blake3"],
    ]);
    assertEquals([run.code, run.stderr], [0, ""]);
    const report = JSON.parse(run.stdout);
    assertEquals(Object.keys(report), [
      ...["version", "source", "rows", "columns", "engine", "elapsedMs"],
      ...["rowsPerSecond", "bytesPerSecond"],
    ]);
    assertEquals(report.source.name, file.path);
    assertEquals(report.source.format, "csv");
    assertEquals(report.source.bytes, CSV.length);
    assertEquals(report.rows, 3);
    assertEquals(report.engine.name, engine);
    assertEquals(report.columns[0], {
      ...{ name: "id", type: "i32", count: 3, nulls: 0, distinct: 3 },
      ...{ distinctExact: true, min: 1, max: 3, mean: 2, std: 1 },
      quantiles: { p25: 1.5, p50: 2, p75: 2.5, p95: 2.9, p99: 2.98 },
      quantilesExact: true,
      top: [1, 2, 3].map((value) => ({ value, count: 1 })),
      topExact: true,
    });
    assertEquals(report.columns[1], {
      ...{ name: "name", type: "utf8", count: 2, nulls: 1, distinct: 2 },
      ...{ distinctExact: true, min: "", max: "Ann" },
      top: [{ value: "", count: 1 }, { value: "Ann", count: 1 }],
      ...{ topExact: true, lengthMin: 0, lengthMax: 3 },
    });
    assertEquals(report.columns[2].type, "date");
    assertEquals(report.columns[2].quantiles.p50, "2026-01-02");
  }
});

Deno.test("cli: profile of several files goes on after a bad one", async () => {
  using good = temporaryFile("good.csv", CSV);
  using bad = temporaryFile("bad.csv", 'a\n"x\n');
  const run = await cli([
    ...["profile", "--json", good.path, bad.path, "/no/such", good.path],
  ]);
  assertEquals(run.code, 3);
  const lines = run.stdout.trimEnd().split("\n").map((line) =>
    JSON.parse(line).source.name
  );
  assertEquals(lines, [good.path, good.path]);
  assertMatch(run.stderr, /bad\.csv:2:1: .*UNTERMINATED_QUOTE, byte 2\)\n/);
});

Deno.test("cli: profile tells NDJSON by ending and by first byte", async () => {
  const text = '\n {"a":1}\n{"a":null}\n';
  using file = temporaryFile("x.jsonl", text);
  for (
    const run of [
      await cli(["profile", "--json", file.path]),
      await cli(["profile", "--json", "-"], { stdin: text }),
      await cli(["profile", "--json", "-", "--format", "ndjson"], {
        stdin: text,
      }),
    ]
  ) {
    const report = JSON.parse(run.stdout);
    assertEquals([report.source.format, report.rows], ["ndjson", 2]);
    assertEquals(report.columns[0].nulls, 1);
  }
});

Deno.test("cli: profile of an empty file has no rows and no columns", async () => {
  using file = temporaryFile("empty.csv", "");
  for (const engine of ENGINES) {
    const run = await cli([
      ...["profile", "--json", file.path, "--engine", engine],
    ]);
    const { rows, columns } = JSON.parse(run.stdout);
    assertEquals([run.code, rows, columns], [0, 0, []]);
    const human = await cli(["profile", file.path, "--engine", engine]);
    assertEquals([human.code, human.stderr], [0, ""]);
  }
});

Deno.test("cli: doctor --json prints the stable object", async () => {
  const run = await cli(["doctor", "--json"]);
  const diagnosis = JSON.parse(run.stdout);
  assertEquals(Object.keys(diagnosis), [
    ...["version", "packageVersion", "engine", "library", "attempts"],
    ...["deno", "os", "arch", "cpu", "tools"],
  ]);
  assertEquals([run.code, run.stderr], [0, ""]);
  assertEquals(diagnosis.version, 1);
  assertEquals(diagnosis.packageVersion, VERSION);
  if (nativeAvailable()) {
    assertEquals(Object.keys(diagnosis.library), [
      ...["path", "bytes", "sha256", "abi", "verified"],
    ]);
    assertEquals(diagnosis.library.verified, true);
  }
});

Deno.test("cli: native without a library ends with 4", async () => {
  using broken = temporaryFile("broken.so", "no library");
  const env = { FASTPATH_LIB: broken.path, FASTPATH_BACKEND: "" };
  const noneElsewhere = Deno.makeTempDirSync();
  try {
    // A copy of the sources has no ffi/lib beside it.
    const root = new URL("../", import.meta.url).pathname;
    const copy = await new Deno.Command("cp", {
      args: [
        "-r",
        ...["src", "cli.ts", "mod.ts", "deno.json", "deno.lock", "tools"].map((
          name,
        ) => root + name),
        noneElsewhere,
      ],
    }).output();
    assertEquals(copy.code, 0);
    await Deno.mkdir(`${noneElsewhere}/ffi`);
    for await (const entry of Deno.readDir(`${root}ffi`)) {
      if (entry.name.endsWith(".ts")) {
        await Deno.copyFile(
          `${root}ffi/${entry.name}`,
          `${noneElsewhere}/ffi/${entry.name}`,
        );
      }
    }
    const runCopy = async (args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(
        Deno.execPath(),
        {
          args: ["run", "-A", `${noneElsewhere}/cli.ts`, ...args],
          env,
          stdin: "null",
        },
      ).output();
      const decoder = new TextDecoder();
      return {
        code,
        stdout: decoder.decode(stdout),
        stderr: decoder.decode(stderr),
      };
    };
    const doctor = await runCopy(["doctor", "--json", "--engine", "native"]);
    assertEquals(doctor.code, 4);
    assertEquals(JSON.parse(doctor.stdout).library, null);
    const digest = await runCopy(["hash", "digest", "--engine", "native"]);
    assertEquals(digest.code, 4);
    assertMatch(digest.stderr, /NATIVE_UNAVAILABLE/);
    const auto = await runCopy(["doctor", "--json"]);
    assertEquals(auto.code, 0);
  } finally {
    Deno.removeSync(noneElsewhere, { recursive: true });
  }
});

Deno.test("cli: a closed pipe ends quietly with 0", async () => {
  using file = temporaryFile(
    "long.csv",
    "a\n" + "12345\n".repeat(500_000),
  );
  for (const engine of ENGINES) {
    const command = `"${Deno.execPath()}" run -A "${CLI}" csv read ` +
      `"${file.path}" --engine ${engine} | head -n 1; ` +
      'echo "${PIPESTATUS[0]}"';
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", command],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    assertEquals(decoder.decode(stderr), "");
    assertEquals(decoder.decode(stdout), '{"a":12345}\n0\n');
  }
});

/** Writes rows until nobody reads them any more. */
async function writeForever(to: WritableStream<Uint8Array>): Promise<void> {
  const rows = new TextEncoder().encode("12345.5,some text\n".repeat(5000));
  const writer = to.getWriter();
  try {
    while (true) await writer.write(rows);
  } catch {
    // The reader has ended.
  }
}

Deno.test("cli: an interrupt ends with 130 at once", async () => {
  for (const engine of ENGINES) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", CLI, "profile", "-", "--engine", engine],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const written = writeForever(child.stdin);
    // Long enough to be at work.
    await new Promise((resolve) => setTimeout(resolve, 700));
    const start = performance.now();
    child.kill("SIGINT");
    const { code } = await child.status;
    const elapsedMs = performance.now() - start;
    await written;
    assertEquals(code, 130, engine);
    assert(elapsedMs < 500, `${engine}: ${elapsedMs} ms`);
  }
});

Deno.test("cli: works from any working directory", async () => {
  using file = temporaryFile("a.csv", CSV);
  const run = await cli(["csv", "read", "a.csv", "--limit", "1"], {
    cwd: file.folder,
  });
  assertEquals(run.stdout, '{"id":1,"name":"Ann","day":"2026-01-02"}\n');
});

Deno.test("cli: a path that is a pipe is read once, with all its rows", async () => {
  using file = temporaryFile("a.csv", CSV);
  for (const engine of ENGINES) {
    for (const words of ["csv read", "profile --json", "hash digest"]) {
      const command = `cat "${file.path}" | "${Deno.execPath()}" run -A ` +
        `"${CLI}" ${words} /dev/stdin --engine ${engine}`;
      const { code, stdout } = await new Deno.Command("bash", {
        args: ["-c", command],
        stdin: "null",
      }).output();
      const text = new TextDecoder().decode(stdout);
      const expected = {
        "csv read": '{"id":3,"name":"","day":null}\n',
        "profile --json": '"rows":3,',
        "hash digest": "  /dev/stdin\n",
      }[words] ?? "";
      assertEquals([code, text.includes(expected)], [0, true], text);
    }
  }
});

Deno.test("cli: without permission nothing is asked on a terminal", async () => {
  using file = temporaryFile("a.csv", CSV);
  for (const words of ["csv read", "profile", "hash digest"]) {
    const command = `"${Deno.execPath()}" run --no-lock "${CLI}" ${words} ` +
      `"${file.path}"; echo "code $?"`;
    const { stdout } = await new Deno.Command("script", {
      args: ["-qec", command, "/dev/null"],
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertMatch(text, /not granted, run with --allow-read=.*INPUT_UNREADABLE/s);
    assertMatch(text, /code 3/);
    assert(!text.includes("requests"), text);
  }
});
