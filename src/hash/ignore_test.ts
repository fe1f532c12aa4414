/** Patterns against what git itself says of the same paths. */

import { assertEquals } from "@std/assert";
import { Scratch } from "../../tests/_scratch.ts";
import { isIgnored, parseIgnore } from "./_ignore.ts";

function leavesOut(patterns: string, path: string, isFolder = false): boolean {
  const rules = [{ rules: parseIgnore(patterns), base: 0 }];
  return isIgnored(rules, path, isFolder) === true;
}

const PATTERNS = [
  ...["*.log", "/top", "a/b", "a/**/z", "**/deep", "dir/", "*", "?x"],
  ...["[ab]c", "[!ab]c", "[a-c]d", "x\\*y", "a/**", "!keep", "**/a/b", "a*b*c"],
  ...["\\#hash", "\\!bang", "sp\\ ", "trail  ", "[]x]", "[a", "foo/*", "a?c"],
  ...["[[:alpha:]]c", "[![:alpha:]]c", "[[:digit:]-z]c", "[[:punct:]]x"],
  ...[
    "[[:nothing:]]",
    "[[:constructor:]]",
    "[[:alpha:]",
    "[[:alpha]c",
    "[[:]c",
    "[[:]]c",
    "[:a]c",
  ],
  ...["[[:upper:][:digit:]]*", "[z-a]c", "[a\\-c]c", "[a-\\c]d", "[\\]]x"],
  ...["[a-c-e]c", "[-a]c", "[a-]c", "[^a]c", "[[:xdigit:]]", "t\\", "*\\"],
  ...[
    "s\\\\ ",
    "s\\\\\\ ",
    "trail\\  ",
    "x[[:space:]]y",
    "[[:graph:]]\\",
    "[]",
  ],
  ...[
    "***/b",
    "a/***",
    "a/***/z",
    "a\\/b",
    "\\/top",
    "top\\/",
    "a//b",
    "//top",
  ],
  ...["a\\/**\\/z", "a/b//", "**\\/deep", "a/\\*\\*", "**b", "a/b**"],
  ...["[!]a]c", "[]-a]c", "[[-a]c", "[[:blank:]a]c", "[[:cntrl:]]", "[a-"],
];

const PATHS = [
  ...["x.log", "a/x.log", "top", "a/top", "a/b", "c/a/b", "a/z", "a/q/r/z"],
  ...["deep", "a/deep", "dir", "a/dir", "xx", "ac", "cc", "bd", "x*y", "xzy"],
  ...["keep", "abc", "aXbYc", "aXbY", "#hash", "!bang", "sp ", "trail", "]x"],
  ...["[a", "foo/bar", "foo/bar/baz", "a/c", "a.c", "a/b/c/d"],
  ...[
    "1c",
    "-c",
    "d/:c",
    "[c",
    "Up",
    "9z",
    "!x",
    "t",
    "t\\",
    "s\\",
    "s\\ ",
    "s ",
  ],
  ...["]c", "zc", "A", "f", "x y", "x\ty", "\x01", "trail ", "a]c", "_c", "[]"],
];

Deno.test("isIgnored() says what git says", async () => {
  const git = await new Deno.Command("git", { args: ["--version"] }).output()
    .catch(() => null);
  if (git === null) return;
  await using scratch = new Scratch();
  const cwd = scratch.path;
  await new Deno.Command("git", { args: ["init", "-q"], cwd }).output();
  for (const pattern of PATTERNS) {
    Deno.writeTextFileSync(`${cwd}/.gitignore`, `${pattern}\n`);
    const child = new Deno.Command("git", {
      args: ["check-ignore", "--no-index", "-z", "--stdin"],
      cwd,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(PATHS.join("\0") + "\0"));
    await writer.close();
    const { stdout } = await child.output();
    const ignored = new TextDecoder().decode(stdout).split("\0").slice(0, -1);
    const found = PATHS.filter((path) => {
      // A folder that is left out takes what lies in it along.
      const names = path.split("/");
      return names.some((_, at) =>
        leavesOut(
          pattern,
          names.slice(0, at + 1).join("/"),
          at + 1 < names.length,
        )
      );
    });
    assertEquals(found.sort(), ignored.sort(), pattern);
  }
});

Deno.test("isIgnored() lets the last rule decide, and rules of deeper folders", () => {
  assertEquals(leavesOut("*.log\n!a.log", "a.log"), false);
  assertEquals(leavesOut("!a.log\n*.log", "a.log"), true);
  const sets = [
    { rules: parseIgnore("*.log"), base: 0 },
    { rules: parseIgnore("!/keep.log"), base: "sub/".length },
  ];
  assertEquals(isIgnored(sets, "sub/keep.log", false), false);
  assertEquals(isIgnored(sets, "sub/other.log", false), true);
  assertEquals(isIgnored(sets, "sub/x", false), null);
});

Deno.test("parseIgnore() strips the CR of a last line as git does", () => {
  // add_patterns_from_buffer of git's dir.c: before a line feed, and it
  // appends one to the file.
  assertEquals(leavesOut("a\r\nb\r", "a"), true);
  assertEquals(leavesOut("a\r\nb\r", "b"), true);
  assertEquals(leavesOut("b\r\r", "b\r"), true);
});

Deno.test("isIgnored() takes no long time for any pattern", () => {
  const start = performance.now();
  const pattern = `${"*a".repeat(40)}b`;
  assertEquals(leavesOut(pattern, "a".repeat(200)), false);
  assertEquals(
    leavesOut(`${"**/".repeat(40)}b`, "a/".repeat(100) + "c"),
    false,
  );
  const ms = performance.now() - start;
  assertEquals(ms < 1000, true, `${ms} ms`);
});
