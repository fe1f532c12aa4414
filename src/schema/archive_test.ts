import { assertEquals, assertRejects } from "@std/assert";
import { ParseError } from "../errors.ts";
import { buildSchemaOfArchive } from "./archive.ts";

const ZIP = Deno.readFileSync(
  new URL("../../tests/vectors/schema.zip", import.meta.url),
);

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A form with files. */
async function formOf(files: Record<string, string>): Promise<Uint8Array> {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) {
    form.append("files", new File([content], name));
  }
  return await new Response(form).bytes();
}

Deno.test("buildSchemaOfArchive() reads what Python's zipfile writes", async () => {
  const { bytes, manifest } = await buildSchemaOfArchive(ZIP, {
    header: false,
    separator: "none",
    env: "prod",
  });
  assertEquals(
    text(bytes),
    "create table a (id bigint);\n" +
      "create table b (id int);\n".repeat(40) + "select 'größe';\n",
  );
  assertEquals(manifest.files.map(({ path }) => path), [
    "env/prod/10_tables/1_a.sql",
    "10_tables/2_b.sql",
    "20_größe.sql",
    "empty.sql",
  ]);
});

Deno.test("buildSchemaOfArchive() refuses archives that are changed", async () => {
  // No flipped byte may change a schema without an error, or end the process.
  const { manifest } = await buildSchemaOfArchive(ZIP, { env: "prod" });
  const base = await buildSchemaOfArchive(ZIP);
  const whole = new Set(
    [...manifest.files, ...base.manifest.files].map(({ digest }) => digest),
  );
  let refused = 0;
  for (let at = 0; at < ZIP.length; at++) {
    const changed = ZIP.slice();
    changed[at]! ^= 0xff;
    try {
      const { manifest } = await buildSchemaOfArchive(changed);
      // Names and times have no checksum; bytes of files have.
      const digests = manifest.files.map(({ digest }) => digest);
      const known = digests.every((digest) => whole.has(digest));
      assertEquals(known, true, `byte ${at}`);
    } catch (error) {
      if (!(error instanceof ParseError)) {
        assertEquals((error as { code?: string }).code, "SCHEMA_INVALID");
      }
      refused++;
    }
  }
  assertEquals(refused > ZIP.length / 3, true, `${refused} refused`);
  for (let length = 0; length < ZIP.length - 40; length += 7) {
    await assertRejects(
      () => buildSchemaOfArchive(ZIP.subarray(0, length)),
      ParseError,
    );
  }
});

Deno.test("buildSchemaOfArchive() bounds what comes out", async () => {
  const changed = ZIP.slice();
  const view = new DataView(changed.buffer);
  const directory = view.getUint32(ZIP.length - 30 - 22 + 16, true);
  view.setUint32(directory + 24, 0xfffffff0, true);
  await assertRejects(
    () => buildSchemaOfArchive(changed),
    ParseError,
    "more than 250 times its size",
  );
});

Deno.test("buildSchemaOfArchive() reads the files of a form", async () => {
  const body = await formOf({ "b/2.sql": "y\r\n--x", "a.sql": "é;" });
  const { bytes } = await buildSchemaOfArchive(body, {
    header: false,
    crlf: "lf",
  });
  assertEquals(
    text(bytes),
    "-- File: a.sql\né;\n-- File: b/2.sql\ny\n--x\n",
  );
});

Deno.test("buildSchemaOfArchive() refuses names that lead out", async () => {
  for (const name of ["../a.sql", "/etc/a.sql", "a/../../b.sql"]) {
    await assertRejects(
      async () => await buildSchemaOfArchive(await formOf({ [name]: "x" })),
      ParseError,
      "no plain path",
    );
  }
});

Deno.test("buildSchemaOfArchive() refuses what is no archive", async () => {
  const encoder = new TextEncoder();
  for (const words of ["", "select 1;", "-- File: x\nselect 1;"]) {
    await assertRejects(
      () => buildSchemaOfArchive(encoder.encode(words)),
      ParseError,
      "neither a zip archive nor a form",
    );
  }
  await assertRejects(
    () => buildSchemaOfArchive(encoder.encode("--abc\r\nbroken")),
    ParseError,
    "broken or cut off",
  );
  const form = new FormData();
  form.append("order", "natural");
  const body = await new Response(form).bytes();
  await assertRejects(
    () => buildSchemaOfArchive(body),
    ParseError,
    'field "order" is no file',
  );
});
