import { assertEquals, assertInstanceOf } from "@std/assert";
import { ParseError } from "./errors.ts";

Deno.test("ParseError is a SyntaxError with code, position and message", () => {
  const error = new ParseError({
    code: "RAGGED_ROW",
    line: 3,
    column: 1,
    byteOffset: 8,
    args: { expected: "2", found: "1" },
  });
  assertInstanceOf(error, SyntaxError);
  assertEquals(
    [error.code, error.line, error.column, error.byteOffset, error.message],
    ["RAGGED_ROW", 3, 1, 8, "Cannot read row: expected 2 fields, found 1"],
  );
});
