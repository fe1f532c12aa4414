import { assertEquals } from "@std/assert";
import { closest } from "./suggest.ts";

Deno.test("closest() finds a name that is one slip away", () => {
  const known = ["profile", "csv read", "hash digest"];
  assertEquals(closest("profil", known), "profile");
  assertEquals(closest("csv raed", known), "csv read");
  assertEquals(closest("hsah digest", known), "hash digest");
});

Deno.test("closest() suggests nothing for something else", () => {
  assertEquals(closest("convert", ["profile", "doctor"]), null);
  assertEquals(closest("", ["a"]), null);
});
