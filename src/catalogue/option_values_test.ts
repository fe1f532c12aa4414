import { assertEquals, assertThrows } from "@std/assert";
import { parseSize, UsageError } from "./option_values.ts";

Deno.test("parseSize() knows decimal and binary units", () => {
  assertEquals(parseSize("--memory", "256MB"), 256e6);
  assertEquals(parseSize("--memory", "1GiB"), 2 ** 30);
  assertEquals(parseSize("--memory", "1.5kB"), 1500);
  assertEquals(parseSize("--memory", "0"), 0);
  assertThrows(() => parseSize("--memory", "5 apples"), UsageError, "size");
  assertThrows(() => parseSize("--memory", "-1MB"), UsageError, "size");
});
