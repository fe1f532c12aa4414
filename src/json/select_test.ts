/** Selections: pointers, paths, output, checks, and a tree as the oracle. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Random } from "../../bench/data/_random.ts";
import { bytesOf, streamOf, testEngines } from "../../tests/_engines.ts";
import { ParseError } from "../errors.ts";
import type { BytesInput } from "../input.ts";
import { parsePaths } from "./_path.ts";
import type { JsonOptions } from "./options.ts";
import { selectJson, selectJsonChunks } from "./select.ts";

async function select(
  input: string | BytesInput,
  pointers: string[],
  options: JsonOptions,
): Promise<string> {
  const bytes = typeof input === "string" ? bytesOf(input) : input;
  return new TextDecoder().decode(await selectJson(bytes, pointers, options));
}

/** The document and the pointers of RFC 6901, section 5. */
const RFC_6901 = `{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,` +
  `"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}`;
const RFC_POINTERS: readonly [string, string][] = [
  ["", RFC_6901],
  ["/foo", '["bar","baz"]'],
  ["/foo/0", '"bar"'],
  ...["/", "/a~1b", "/c%d", "/e^f", "/g|h", "/i\\j", '/k"l', "/ ", "/m~0n"]
    .map((pointer, index): [string, string] => [pointer, String(index)]),
];

testEngines("selectJson() finds what RFC 6901 says", async (engine) => {
  for (const [pointer, value] of RFC_POINTERS) {
    assertEquals(await select(RFC_6901, [pointer], { engine }), `${value}\n`);
  }
  for (
    const pointer of ["/foo/2", "/foo/-", "/foo/00", "/foo/bar", "/x", "//"]
  ) {
    assertEquals(await select(RFC_6901, [pointer], { engine }), "");
  }
  assertEquals(await select('{"0":{"0":1}}', ["/0/0"], { engine }), "1\n");
  assertEquals(await select("[[7]]", ["/0/0"], { engine }), "7\n");
});

testEngines("selectJson() follows paths with wildcards", async (engine) => {
  const text = '{"a":[{"b":1.0},{"c":2},3,{"b":{"b":[]}}],"d e":{"é":"x"}}';
  const cases: [string, string][] = [
    ["$", `${text}\n`],
    ["$.a[0].b", "1.0\n"],
    ["$.a[*].b", '1.0\n{"b":[]}\n'],
    ["$.*", '[{"b":1.0},{"c":2},3,{"b":{"b":[]}}]\n{"é":"x"}\n'],
    ["$['d e'].é", '"x"\n'],
    ["$[\"d e\"]['\\u00e9']", '"x"\n'],
    ["$.a.*.*", '1.0\n2\n{"b":[]}\n'],
    ["$.a[9]", ""],
    ["$[0]", ""],
  ];
  for (const [path, expected] of cases) {
    assertEquals(await select(text, [path], { engine }), expected, path);
  }
  const both = ["/a/1", "$.a[*].b", "/nothing", "$.*.nothing"];
  assertEquals(
    await select(text, both, { engine }),
    '{"/a/1":{"c":2},"$.a[*].b":[1.0,{"b":[]}],"$.*.nothing":[]}\n',
  );
  // A value and what is inside of it.
  assertEquals(
    await select(text, ["/a/3", "/a/3/b"], { engine }),
    '{"/a/3":{"b":{"b":[]}},"/a/3/b":{"b":[]}}\n',
  );
  assertEquals(await select("{}", ["/a", "/b"], { engine }), "{}\n");
});

testEngines(
  "selectJson() compares keys by their characters",
  async (engine) => {
    const text = '{"\\u0061\\n":1,"\\ud83d\\ude00":2,"b\\/c":3}';
    assertEquals(await select(text, ["/a\n"], { engine }), "1\n");
    assertEquals(await select(text, ["/😀"], { engine }), "2\n");
    assertEquals(await select(text, ["/b~1c"], { engine }), "3\n");
  },
);

testEngines("selectJson() prints a value on one line", async (engine) => {
  const text = '{\r\n "a": [\r\n  1,\n  "x y"\n ]\n}';
  assertEquals(await select(text, ["/a"], { engine }), '[  1,  "x y" ]\n');
});

testEngines("selectJson() reads NDJSON over every split", async (engine) => {
  const text = '\ufeff{"a":1,"b":{"c":"\\"é"}}\r\n\n \n{"b":[]}\n7\n' +
    '{"b":{"c":[1,2]},"a":null}';
  const bytes = bytesOf(text);
  for (let size = 1; size <= bytes.length; size++) {
    const found = await select(streamOf(bytes, size), ["/a", "/b/c"], {
      engine,
      format: "ndjson",
    });
    assertEquals(
      found,
      '{"/a":1,"/b/c":"\\"é"}\n{}\n{}\n{"/a":null,"/b/c":[1,2]}\n',
    );
  }
});

/** Broken texts, the pointer, and the place and words of the fault. */
const BROKEN: readonly [string, string, number, string][] = [
  ["", "/a", 0, "unexpected end of input"],
  ['{"a":1', "/a", 6, "unexpected end of input"],
  ['{"b":"x', "/a", 7, "unterminated string"],
  ['{"b":[1}}', "/a", 7, "expected ',' or ']'"],
  ['{"b":{]}', "/a", 6, "expected ',' or '}'"],
  ['{"b":1]', "/a", 6, "expected ',' or '}'"],
  ['{"b":,"a":1}', "/a", 5, "expected a value"],
  ['{"b" 1}', "/a", 6, "expected ':'"],
  ["{b:1}", "/a", 1, "expected a key"],
  ['{"a":1,}', "/a", 7, "expected a key"],
  ['{"b":1}}', "/a", 7, "text after the value"],
  ["[1,2] x", "/0", 6, "text after the value"],
  ['{"b":"\u0001"}', "/a", 6, "control character in string"],
  ['{"b":\\"}', "/a", 5, "backslash outside a string"],
  ['{"a":tru}', "/a", 8, "invalid literal"],
  ['{"a":01}', "/a", 6, "invalid number"],
  ['{"a":[1,]}', "/a", 8, "expected a value"],
  ['{"a":"\\x"}', "/a", 7, "invalid escape"],
  ['{"\\q":1}', "/a", 3, "invalid escape"],
];

testEngines("selectJson() refuses what it checks", async (engine) => {
  for (const [text, pointer, place, words] of BROKEN) {
    const error = await assertRejects(
      () => select(text, [pointer], { engine }),
      ParseError,
      words,
      text,
    );
    assertEquals(error.byteOffset, place, text);
  }
  const twice = await assertRejects(
    () => select('{"a":1,\n"a":2}', ["/a"], { engine }),
    ParseError,
  );
  assertEquals([twice.code, twice.line, twice.column], ["DUPLICATE_KEY", 2, 1]);
  const utf8 = new Uint8Array([...bytesOf('{"b":"'), 0xFF, 34, 125]);
  assertEquals(await select(utf8, ["/a"], { engine }), "");
  await assertRejects(() => select(utf8, ["/b"], { engine }), ParseError);
  const deep = "[".repeat(2000) + "]".repeat(2000);
  for (const pointer of ["", "/1", `$${"[0]".repeat(1500)}`]) {
    const error = await assertRejects(
      () => select(deep, [pointer], { engine }),
      ParseError,
    );
    assertEquals([error.code, error.byteOffset], ["DEPTH_EXCEEDED", 1024]);
  }
});

testEngines("selectJson() gives the lines before a fault", async (engine) => {
  let text = "";
  const run = async () => {
    const bytes = bytesOf('{"a":1}\n{"a":2}\n{"a":]\n{"a":4}\n');
    const options = { engine, format: "ndjson" } as const;
    for await (const chunk of selectJsonChunks(bytes, ["/a"], options)) {
      text += new TextDecoder().decode(chunk);
    }
  };
  const { line, column } = await assertRejects(run, ParseError);
  assertEquals([text, line, column], ["1\n2\n", 3, 6]);
});

Deno.test("selectJson() refuses what is no pointer and no path", async () => {
  const wrong = [
    ...["a", "a/b", "#/a", "/~", "/a~2", "$a", "$.", "$[", "$[01]", "$[-1]"],
    ...[
      "$..a",
      "$['a]",
      "$[a]",
      "$['\\x']",
      "$.a b",
      "$['\\ud800']",
      "/\ud800",
    ],
  ];
  for (const pointer of wrong) {
    assertThrows(() => parsePaths([pointer]), RangeError, "Cannot select");
  }
  assertThrows(() => parsePaths([]), RangeError, "name 1 to 1000");
  assertThrows(() => parsePaths(["/a", "/a"]), RangeError, "stands twice");
  assertThrows(() => parsePaths("/a"), TypeError, "a list of texts");
  assertThrows(() => parsePaths([1]), TypeError, "must be a text");
  await assertRejects(
    () => selectJson(bytesOf("1"), [""], { format: "xml" as "json" }),
    RangeError,
    'the option format must be "json" or "ndjson"',
  );
  for (const maxDepth of [0, 1.5, NaN, 2 ** 21]) {
    await assertRejects(
      () => selectJson(bytesOf("1"), [""], { maxDepth }),
      RangeError,
      "maxDepth must be a whole number",
    );
  }
});

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function valueOf(random: Random, depth: number): Json {
  const kind = random.below(depth > 3 ? 3 : 7);
  if (kind === 0) return random.pick([null, true, "a,b", '"]}', "\\", "é😀"]);
  if (kind < 3) return random.below(1000) / 8;
  const count = random.below(4);
  if (kind < 5) {
    return Array.from({ length: count }, () => valueOf(random, depth + 1));
  }
  const keys = ["a", "b", "0", "é", 'q"'];
  return Object.fromEntries(
    Array.from({ length: count }, () => [
      random.pick(keys),
      valueOf(random, depth + 1),
    ]),
  );
}

const STEPS: readonly [string, string | number | null][] = [
  ["['a']", "a"],
  [".b", "b"],
  ["['0']", "0"],
  [".é", "é"],
  ["['q\"']", 'q"'],
  ["[0]", 0],
  ["[1]", 1],
  ["[*]", null],
  [".*", null],
];

/** All values at steps, out of a tree. */
function walked(value: Json, steps: (string | number | null)[]): Json[] {
  if (steps.length === 0) return [value];
  const [step, ...rest] = steps;
  if (typeof value !== "object" || value === null) return [];
  const isArray = Array.isArray(value);
  return Object.entries(value).filter(([key]) =>
    step === null || (isArray ? step === Number(key) : step === key)
  ).flatMap(([, inner]) => walked(inner as Json, rest));
}

testEngines(
  "selectJson() finds what a walk over a tree finds",
  async (engine) => {
    let found = 0;
    for (let seed = 1; seed <= 2000; seed++) {
      const random = new Random(seed);
      const value = valueOf(random, 0);
      const picked = Array.from(
        { length: random.below(4) },
        () => random.pick(STEPS),
      );
      const path = `$${picked.map(([text]) => text).join("")}`;
      const text = JSON.stringify(value, null, random.below(3));
      const options = { engine };
      const lines = (await select(text, [path], options)).split("\n");
      lines.pop();
      const expected = walked(value, picked.map(([, step]) => step));
      // Objects order keys that are numbers first; so do not we.
      const sorted = (list: unknown[]) =>
        list.map((item) => JSON.stringify(item)).sort();
      assertEquals(
        sorted(lines.map((line) => JSON.parse(line))),
        sorted(expected),
        `seed ${seed}: ${path} of ${text}`,
      );
      found += lines.length;
    }
    assert(found > 500, String(found));
  },
);

testEngines(
  "selectJson() gathers what no first piece foretells",
  async (engine) => {
    const string = `"${"x".repeat(90)}"`;
    const full = `{"a":${string}}\n`.repeat(50_000);
    const empty = `{"b":${string}}\n`.repeat(50_000);
    const output = `${string}\n`.repeat(50_000);
    const cases = [
      [full + empty, output],
      [empty + full, output],
      [full + full, output + output],
    ] as const;
    for (const [text, wanted] of cases) {
      const options = { format: "ndjson", engine } as const;
      const found = await selectJson(bytesOf(text), ["/a"], options);
      // Not `assertEquals`: it would print megabytes.
      assert(new TextDecoder().decode(found) === wanted);
      assert(found.buffer.byteLength <= found.length * 1.07);
    }
  },
);
