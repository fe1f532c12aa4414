import { assertEquals } from "@std/assert";
import { classify, flagsOf } from "./classify.ts";
import { isWithin, NUMBERS, typeOf } from "./flags.ts";

const encoder = new TextEncoder();

/** The type of a column of these texts. */
function joined(...texts: string[]): string {
  let flags = 0;
  for (const text of texts) {
    const bytes = encoder.encode(text);
    flags |= flagsOf(classify(bytes, 0, bytes.length));
  }
  const { type, zoned } = typeOf(flags);
  return zoned ? `${type}_utc` : type;
}

Deno.test("typeOf() joins integers to the smallest type that holds all", () => {
  assertEquals(joined("1", "-2147483648", "2147483647"), "i32");
  assertEquals(joined("1", "2147483648"), "i64");
  assertEquals(
    joined("9223372036854775807", "-9223372036854775808"),
    "i64",
  );
  assertEquals(joined("9223372036854775808"), "utf8");
});

Deno.test("typeOf() never rounds an integer into a float", () => {
  assertEquals(joined("1.5", "9007199254740992", "-9007199254740992"), "f64");
  assertEquals(joined("1.5", "9007199254740993"), "utf8");
  assertEquals(joined("1.5", "-9007199254740993"), "utf8");
  assertEquals(joined("1", "-0"), "f64");
});

Deno.test("typeOf() joins dates with local timestamps only", () => {
  assertEquals(joined("2024-01-01"), "date");
  assertEquals(joined("2024-01-01", "2024-01-01T10:00"), "timestamp");
  assertEquals(joined("2024-01-01T10:00Z"), "timestamp_utc");
  assertEquals(joined("2024-01-01", "2024-01-01T10:00Z"), "utf8");
  assertEquals(joined("2024-01-01T10:00", "2024-01-01T10:00Z"), "utf8");
});

Deno.test("typeOf() makes any other mix utf8 and nothing utf8", () => {
  assertEquals(joined(), "utf8");
  assertEquals(joined("true", "FALSE"), "bool");
  assertEquals(joined("true", "1"), "utf8");
  assertEquals(joined("1", "2024-01-01"), "utf8");
  assertEquals(joined("1", "x"), "utf8");
});

Deno.test("isWithin() asks for a subset", () => {
  assertEquals([isWithin(9, NUMBERS), isWithin(17, NUMBERS)], [true, false]);
});
