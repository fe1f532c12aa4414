/** The committed reference page is the one that the catalogue makes. */

import { assertEquals } from "@std/assert";
import { PAGE, referencePage } from "./reference.ts";

Deno.test("docs/command_line.md is up to date, else: deno task reference", async () => {
  assertEquals(await Deno.readTextFile(PAGE), await referencePage());
});
