/** What is no list of files and no option is refused in words. */

import { assertEquals, assertRejects } from "@std/assert";
import { buildSchemaOfArchive } from "./archive.ts";
import { buildSchema, buildSchemaOf } from "./build.ts";

const bytes = new TextEncoder().encode("select 1;");

Deno.test("buildSchemaOf() refuses what is no list of files", async () => {
  const list = "Cannot build schema: files must be a list of { path, bytes }";
  for (const files of ["abc", null, undefined, 5, { path: "a" }]) {
    const error = await assertRejects(
      () => buildSchemaOf(files as never),
      TypeError,
    );
    assertEquals(error.message, list);
  }
  const wrong = [null, undefined, "a.sql", { path: 3, bytes }, { path: "a" }];
  for (const file of wrong) {
    const error = await assertRejects(
      () => buildSchemaOf([{ path: "b.sql", bytes }, file as never]),
      TypeError,
    );
    assertEquals(
      error.message,
      "Cannot build schema: file 2 must be { path, bytes }, a text and a " +
        "Uint8Array",
    );
  }
  for (const content of ["select 1;", new ArrayBuffer(1), null]) {
    await assertRejects(
      () => buildSchemaOf([{ path: "a.sql", bytes: content as never }]),
      TypeError,
      "Cannot read bytes: expected a Uint8Array",
    );
  }
});

Deno.test("options of schemas are checked by every builder", async () => {
  const builders = [
    (options: unknown) => buildSchema(".", options as never),
    (options: unknown) => buildSchemaOf([], options as never),
    (options: unknown) => buildSchemaOfArchive(bytes, options as never),
  ];
  const wrong: [unknown, typeof TypeError | typeof RangeError, string][] = [
    [null, TypeError, "options must be a plain object"],
    ["order", TypeError, "options must be a plain object"],
    [["bytes"], TypeError, "options must be a plain object"],
    [{ order: 5 }, TypeError, "the option order must be a text"],
    [{ order: "size" }, RangeError, "the option order must be one of bytes"],
    [{ env: null }, TypeError, "env must be a text"],
    ...["a\nb", "a\rb", "a\tb", "\0", "a\x7f", "\ud800"].map((env) =>
      [{ env }, RangeError, "the option env must be the name of one"] as never
    ),
    [
      ...[{ separatorText: "-- {path}\0" }, RangeError] as const,
      "the option separatorText has a NUL, which no SQL has",
    ],
    [{ paths: null }, TypeError, "paths must be a list of texts"],
    [{ separatorText: 1 }, TypeError, "separatorText must be a text"],
    [{ onProgress: null }, TypeError, "onProgress must be a function"],
    [{ builtAt: new Date(NaN) }, RangeError, "builtAt is no valid time"],
    [{ builtAt: "2026" }, TypeError, "builtAt is no Date"],
  ];
  for (const [options, kind, words] of wrong) {
    for (const build of builders) {
      const error = await assertRejects(() => build(options), kind);
      assertEquals(
        error.message.startsWith(`Cannot build schema: ${words}`),
        true,
        error.message,
      );
    }
  }
});
