/** The library's messages in the words of the doors. */

import { assertEquals } from "@std/assert";
import { inFlags, speakOf } from "../cli/_words.ts";
import { inQueryWords } from "../http/problem.ts";
import { csvRead } from "../csv/read.op.ts";
import { CONVERT } from "../cli/convert.ts";

Deno.test("messages name the options of the command that runs", () => {
  const cases: [string, string][] = [
    ["raise the option maxErrors", "raise --max-errors"],
    ["the option chunkBytes must be", "--chunk-bytes must be"],
    ["declare it with the option schema", "declare it with --types NAME=TYPE"],
    ["the columns of the option schema", "the columns of --types"],
    [
      "read everything as text with the option types",
      "read everything as text with --types text",
    ],
    [
      "the options delimiter and quote are the same character",
      "--delimiter and --quote are the same character",
    ],
    ["the option header must be", "--no-header must be"],
    // What no flag can say stays, and so do texts of the input.
    ["the option onProgress is", "the option onProgress is"],
    ['"the option maxErrors" in', '"the option maxErrors" in'],
    [
      'Cannot read "5"" in column "a": see the option where',
      'Cannot read "5"" in column "a": see --where',
    ],
  ];
  speakOf(csvRead.input.options);
  for (const [message, expected] of cases) {
    assertEquals(inFlags(message), expected);
  }
});

Deno.test("messages of a command with two sides name the right one's option", () => {
  speakOf(CONVERT.options);
  assertEquals(
    inFlags("Cannot read: the options delimiter and quote are the same"),
    "Cannot read: --input-delimiter and --quote are the same",
  );
  assertEquals(
    inFlags("Cannot write: the option delimiter must be one"),
    "Cannot write: --delimiter must be one",
  );
});

Deno.test("messages name the options of a query", () => {
  const cases: [string, string][] = [
    ["raise the option maxErrors", "raise the option max-errors"],
    ["with the option schema", "with the option types=NAME=TYPE"],
    ["read it as text with the option integers", "the option integers=text"],
    ["need the option days: 24", "need the option days=24"],
  ];
  for (const [message, expected] of cases) {
    assertEquals(inQueryWords(message).endsWith(expected), true, message);
  }
});
