import { assertEquals } from "@std/assert";
import { numberedNames, uniqueNames } from "./_header.ts";

function renamed(header: string): string {
  return uniqueNames(header.split(",")).join(",");
}

Deno.test("uniqueNames() numbers repeats and skips names that exist", () => {
  assertEquals(renamed("a,b,a,a"), "a,b,a_2,a_3");
  assertEquals(renamed("a,a,a_2"), "a,a_3,a_2");
  assertEquals(renamed("a_2,a,a,a_2"), "a_2,a,a_3,a_2_2");
  assertEquals(renamed("A,a"), "A,a");
  assertEquals(renamed("__proto__,__proto__"), "__proto__,__proto___2");
});

Deno.test("uniqueNames() gives an empty name its column's number", () => {
  assertEquals(renamed(",b,"), "column1,b,column3");
  assertEquals(renamed(",column1"), "column1_2,column1");
  assertEquals(renamed("column2,,x"), "column2,column2_2,x");
});

Deno.test("uniqueNames() takes linear time for many equal names", () => {
  const names = uniqueNames(new Array<string>(200_000).fill("a"));
  assertEquals(names[199_999], "a_200000");
});

Deno.test("numberedNames() counts from 1", () => {
  assertEquals(numberedNames(2), ["column1", "column2"]);
});
