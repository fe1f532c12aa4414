import { assert, assertEquals, assertRejects } from "@std/assert";
import { FastpathError, ParseError } from "../errors.ts";
import { buildSchemaOfArchive } from "./archive.ts";
import { schemaFaults } from "./faults.ts";

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
        const { code } = error as { code?: string };
        assert(code === "SCHEMA_INVALID" || code === "RATIO_EXCEEDED", code);
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

/** Where the end record of the archive stands: before a comment of 30. */
const END_AT = ZIP.length - 30 - 22;

/** Where its directory describes the second member; the first is a folder. */
const ENTRY_AT = new DataView(ZIP.buffer).getUint32(END_AT + 16, true) + 46 +
  "10_tables/".length;

/** The archive with changes. */
function changedZip(change: (view: DataView) => void) {
  const bytes = ZIP.slice();
  change(new DataView(bytes.buffer));
  return bytes;
}

Deno.test("buildSchemaOfArchive() bounds what comes out", async () => {
  const changed = changedZip((view) =>
    view.setUint32(ENTRY_AT + 24, 0xfffffff0, true)
  );
  const error = await assertRejects(
    () => buildSchemaOfArchive(changed),
    FastpathError,
    "Cannot inflate the archive: more than 250 bytes would come out of one",
  );
  assertEquals(error.code, "RATIO_EXCEEDED");
});

Deno.test("buildSchemaOfArchive() bounds what includes make of it", async () => {
  const body = await formOf({
    "a.sql": "-- @include b.inc\n".repeat(900),
    "b.inc": "x".repeat(20_000),
  });
  // 18 MB of 36 kB: below 1 GiB, but above 16 MiB and 250 times the archive.
  const error = await assertRejects(() => buildSchemaOfArchive(body));
  const limit = Math.max(2 ** 24, 250 * body.length);
  assertEquals(limit, 2 ** 24);
  assertEquals(
    schemaFaults(error).map(({ code, path, message }) => [
      ...[code, path],
      message,
    ]),
    [[
      "INCLUDE_TOO_LARGE",
      "a.sql",
      "Cannot add file: the schema would have more than 16777216 bytes, " +
      "include less or split it",
    ]],
  );
});

Deno.test("buildSchemaOfArchive() finds the end record behind a comment", async () => {
  // The signature in a comment, with a length that does not reach the end.
  const comment = new Uint8Array(30);
  comment.set([0x50, 0x4b, 5, 6]);
  const changed = changedZip(() => {});
  changed.set(comment, END_AT + 22);
  const { manifest } = await buildSchemaOfArchive(changed);
  assertEquals(manifest, (await buildSchemaOfArchive(ZIP)).manifest);
  await assertRejects(
    () => buildSchemaOfArchive(new Uint8Array([...ZIP, 0])),
    ParseError,
    "it has no directory, is it whole?",
  );
});

Deno.test("buildSchemaOfArchive() refuses parts of split archives", async () => {
  const changes: ((view: DataView) => void)[] = [
    (view) => view.setUint16(END_AT + 4, 1, true),
    (view) => view.setUint16(END_AT + 6, 1, true),
    (view) => view.setUint16(END_AT + 8, 1, true),
    (view) => view.setUint16(ENTRY_AT + 34, 1, true),
  ];
  for (const change of changes) {
    await assertRejects(
      () => buildSchemaOfArchive(changedZip(change)),
      ParseError,
      "it is one part of several, put them together first",
    );
  }
});

Deno.test("buildSchemaOfArchive() says that 64-bit sizes are not read", async () => {
  // APPNOTE 6.3.10, 4.4.1.4: such a number stands in the zip64 records.
  const fields = [
    ...[12, 16].map((field) => [END_AT, field] as const),
    ...[20, 24, 42].map((field) => [ENTRY_AT, field] as const),
  ];
  for (const [at, field] of fields) {
    const changed = changedZip((view) =>
      view.setUint32(at + field, 0xffffffff, true)
    );
    const error = await assertRejects(
      () => buildSchemaOfArchive(changed),
      ParseError,
      "it has 64-bit sizes (zip64), which are not read",
    );
    assertEquals([error.code, error.byteOffset], ["INVALID_ARCHIVE", at]);
  }
});

Deno.test("buildSchemaOfArchive() refuses links and special members", async () => {
  // The mode of a Unix system stands in the upper two bytes.
  const withMode = (mode: number) =>
    changedZip((view) => view.setUint32(ENTRY_AT + 38, mode * 0x10000, true));
  const { manifest } = await buildSchemaOfArchive(withMode(0o100644));
  assertEquals(manifest, (await buildSchemaOfArchive(ZIP)).manifest);
  const what: [number, string][] = [
    [0o120777, "is a symbolic link"],
    [0o010644, "is no regular file"],
    [0o060644, "is no regular file"],
    [0o040755, "is no regular file"],
  ];
  for (const [mode, words] of what) {
    const error = await assertRejects(
      () => buildSchemaOfArchive(withMode(mode)),
      ParseError,
      words,
    );
    assertEquals([error.code, error.byteOffset], ["INVALID_ARCHIVE", ENTRY_AT]);
  }
});

Deno.test("buildSchemaOfArchive() tells where a bad name stands", async () => {
  // "../" in place of the first letters of the member's name.
  const changed = changedZip(() => {});
  changed.set([0x2e, 0x2e, 0x2f], ENTRY_AT + 46);
  const error = await assertRejects(
    () => buildSchemaOfArchive(changed),
    ParseError,
    "no plain path",
  );
  assertEquals(error.byteOffset, ENTRY_AT);
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
