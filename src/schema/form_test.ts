/** Bodies of forms as RFC 2046 and RFC 7578 allow and forbid them. */

import { assertEquals, assertRejects } from "@std/assert";
import { ParseError } from "../errors.ts";
import { buildSchemaOfArchive } from "./archive.ts";
import { schemaFaults } from "./faults.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

const PART = 'content-disposition: form-data; name="f"; filename="a.sql"\r\n';

/** Paths and texts of the files of a body, read without separators. */
async function filesOf(body: string): Promise<[string, string][]> {
  const { bytes, manifest } = await buildSchemaOfArchive(bytesOf(body), {
    ...{ header: false, separator: "none", crlf: "keep" },
  });
  return manifest.files.map(({ path, start, end }) => [
    path,
    new TextDecoder().decode(bytes.subarray(start, end)),
  ]);
}

async function refused(body: string): Promise<ParseError> {
  return await assertRejects(
    () => buildSchemaOfArchive(bytesOf(body)),
    ParseError,
  );
}

Deno.test("a form may have a preamble and an epilogue", async () => {
  const form = `--b c\r\n${PART}\r\nselect 1;\r\n--b c--`;
  const expected = [["a.sql", "select 1;\n"]];
  for (
    const body of [
      form,
      `${form}\r\n`,
      `${form}\r\nThe end.\r\n--b c\r\n`,
      `This is a form.\r\n-- no boundary\r\n${form}`,
      `-- no boundary\r\n\r\n${form} \t\r\n--b c--\r\n`,
      `\r\n${form.replaceAll("b c", "-".repeat(68))}`,
    ]
  ) {
    assertEquals(await filesOf(body), expected, JSON.stringify(body));
  }
});

Deno.test("a boundary is a line of its own", async () => {
  const text = "x\r\n--bb\r\n --b\r\n--b-\r\n--b x\r\n\n--b\r\n;";
  const body = `--b \r\n${PART}content-type: a/b\r\n\r\n${text}\r\n` +
    `--b\t\r\n${PART.replace("a.sql", "c.sql")}\r\n\r\n--b--\r\n`;
  assertEquals(await filesOf(body), [["a.sql", `${text}\n`], ["c.sql", ""]]);
  // Directly behind its headers a part is empty as well.
  assertEquals(await filesOf(`--b\r\n${PART}\r\n--b--`), [["a.sql", ""]]);
});

Deno.test("names of files are read as browsers write them", async () => {
  const names: [string, string][] = [
    ["Content-Disposition:form-data;name=f;filename=a.sql", "a.sql"],
    ['content-disposition: form-data; filename="a;b=\\.sql"', "a;b=\\.sql"],
    ['content-disposition: form-data;\r\n filename="%22é.sql"', '"é.sql'],
    [
      'content-disposition: form-data; name="filename=x"; FileName="%41.sql"',
      "%41.sql",
    ],
  ];
  for (const [header, name] of names) {
    const body = `--b\r\n${header}\r\n\r\nx\r\n--b--`;
    assertEquals(await filesOf(body), [[name, "x\n"]], header);
  }
});

Deno.test("a part in an encoding is refused, none is not", async () => {
  const encoded = (encoding: string) =>
    `--b\r\n${PART}Content-Transfer-Encoding: ${encoding}\r\n\r\n` +
    "c2VsZWN0IDE7\r\n--b--\r\n";
  for (const plain of ["binary", "7bit", "8BIT"]) {
    assertEquals((await filesOf(encoded(plain))).length, 1);
  }
  for (const encoding of ["base64", "quoted-printable", "x-zip"]) {
    const error = await refused(`preamble\r\n${encoded(encoding)}`);
    assertEquals([error.code, error.byteOffset, error.message], [
      "INVALID_ARCHIVE",
      10,
      `Cannot read archive: "a.sql" has the content-transfer-encoding ` +
      `${encoding}, send its bytes as they are`,
    ]);
  }
});

Deno.test("a form that is cut off is refused at every byte", async () => {
  const body = `--b\r\n${PART}\r\nselect 1;\r\n--b--`;
  for (let length = 0; length < body.length; length++) {
    await refused(body.slice(0, length));
  }
});

Deno.test("bad parts of a form are told with their byte", async () => {
  const first = `--b\r\n${PART}\r\nx\r\n`;
  const reasons: [string, string][] = [
    ["content-type: a/b", "a part of the form has no name"],
    [
      'content-disposition: form-data; name="order"',
      'its field "order" is no file; options stand in the address',
    ],
    [
      'content-disposition: form-data; name="f"; filename="../a.sql"',
      '"../a.sql" is no plain path below a folder',
    ],
    [PART.trim(), '"a.sql" stands in it twice'],
  ];
  for (const [header, reason] of reasons) {
    const error = await refused(
      `${first}--b\r\n${header}\r\n\r\ny\r\n--b--`,
    );
    assertEquals(error.message, `Cannot read archive: ${reason}`);
    assertEquals(error.byteOffset, first.length);
  }
  const odd = bytesOf(`--b\r\n${PART.replace("a.sql", "?.sql")}\r\nx\r\n--b--`);
  odd[odd.indexOf(0x3f)] = 0xff;
  await assertRejects(
    () => buildSchemaOfArchive(odd),
    ParseError,
    "a name in it is not UTF-8",
  );
});

Deno.test("a form without files is a schema without files", async () => {
  for (const body of ["--b--", "--b--\r\n"]) {
    const error = await assertRejects(() =>
      buildSchemaOfArchive(bytesOf(body))
    );
    assertEquals(schemaFaults(error).map(({ code }) => code), ["NO_FILES"]);
  }
});

Deno.test("forms of the runtime keep the names of their files", async () => {
  const form = new FormData();
  const names = ["a.sql", "b/größe.sql", 'q"t.sql', "semi;colon.sql"];
  for (const name of names) form.append("files", new File(["x"], name));
  const body = await new Response(form).bytes();
  const { manifest } = await buildSchemaOfArchive(body);
  assertEquals(manifest.files.map(({ path }) => path), names);
});
