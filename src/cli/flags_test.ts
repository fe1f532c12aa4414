import { assertEquals, assertThrows } from "@std/assert";
import type { OptionSpec } from "../catalogue/op.ts";
import { parseFlags, UsageError } from "./flags.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "limit", kind: "integer", summary: "Limit" },
  { name: "delimiter", kind: "text", summary: "Delimiter" },
  { name: "header", kind: "negation", summary: "Header" },
  { name: "json", kind: "flag", summary: "JSON" },
  {
    name: "digest",
    kind: "choice",
    choices: ["sha256", "blake3"],
    repeatable: true,
    summary: "Digest",
  },
];

Deno.test("parseFlags() decodes every kind and keeps positionals as texts", () => {
  const { positionals, values } = parseFlags(
    [
      ...["0012", "--limit", "3", "--delimiter=;", "--no-header", "--json"],
      ...["--digest", "sha256", "--digest=blake3", "-"],
    ],
    OPTIONS,
  );
  assertEquals(positionals, ["0012", "-"]);
  assertEquals(values, {
    limit: 3,
    delimiter: ";",
    header: false,
    json: true,
    digest: ["sha256", "blake3"],
  });
});

Deno.test("parseFlags() leaves out what is not given", () => {
  assertEquals(parseFlags([], OPTIONS), { positionals: [], values: {} });
});

Deno.test("parseFlags() takes what follows -- as positionals", () => {
  const { positionals } = parseFlags(["--", "--json", "-x"], OPTIONS);
  assertEquals(positionals, ["--json", "-x"]);
});

Deno.test("parseFlags() takes a minus and a digit as an operand among texts", () => {
  const args = ["-5000", "--json", "-1h", "-PT5S", "-.5s", "-", "5", "--limit"];
  const { positionals, values } = parseFlags([...args, "7"], OPTIONS, true);
  assertEquals(positionals, ["-5000", "-1h", "-PT5S", "-.5s", "-", "5"]);
  assertEquals(values, { json: true, limit: 7 });
  assertEquals(parseFlags(["--", "-5"], OPTIONS, true).positionals, ["-5"]);
  for (const bad of ["-q", "--5", "-5"]) {
    const texts = bad !== "-5";
    assertThrows(() => parseFlags([bad], OPTIONS, texts), UsageError);
  }
});

Deno.test("parseFlags() takes a minus behind an option as its value", () => {
  for (const value of ["-", "-1", "-.5"]) {
    const { values, positionals } = parseFlags(
      ["x", "--delimiter", value, "-", "--json"],
      OPTIONS,
    );
    assertEquals(values, { delimiter: value, json: true });
    assertEquals(positionals, ["x", "-"]);
  }
  const { positionals } = parseFlags(["--", "--limit", "-1"], OPTIONS);
  assertEquals(positionals, ["--limit", "-1"]);
});

Deno.test("parseFlags() rejects unknown options and bad values", () => {
  const bad: [string[], string][] = [
    [["--limti", "3"], "did you mean --limit?"],
    [["--xyzzy"], "Unknown option --xyzzy"],
    [["-q"], "Unknown option -q"],
    [["--limit=-3"], "must be a whole number"],
    [["--limit", "-3"], 'Option --limit must be a whole number, found "-3"'],
    [["--limit", "-"], 'Option --limit must be a whole number, found "-"'],
    [["--limit", "--json"], "needs a value"],
    [["--limit", "1e3"], "must be a whole number"],
    [["--limit"], "needs a value"],
    [["--digest", "sha265"], "did you mean sha256?"],
    [["--json=yes"], "takes no value"],
    [["--header"], "Unknown option --header"],
  ];
  for (const [args, message] of bad) {
    assertThrows(() => parseFlags(args, OPTIONS), UsageError, message);
  }
});
