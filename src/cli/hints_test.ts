/** What error lines say of an input that is another thing than it was taken for. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { cli, temporaryFile } from "../../tests/_cli.ts";
import { bytesOf } from "../../tests/_engines.ts";

/** ASCII in UTF-16 without a mark. */
function utf16(text: string, isBigEndian: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * text.length);
  bytesOf(text).forEach((byte, at) =>
    bytes[2 * at + (isBigEndian ? 1 : 0)] = byte
  );
  return bytes;
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return await new Response(packed).bytes();
}

/** The error line of a command that finds bad input. */
async function lineOf(
  args: readonly string[],
  stdin?: string | Uint8Array,
): Promise<string> {
  const run = await cli(args, stdin === undefined ? {} : { stdin });
  assertEquals(run.code, 3, run.stderr);
  return run.stderr;
}

Deno.test("an error line says that the input is gzip or Zstandard", async () => {
  const bytes = await gzip("a,b\n1,2\n");
  using file = temporaryFile("in.csv", bytes);
  assertEquals(
    await lineOf(["csv", "read", file.path]),
    `${file.path}:1:2: Cannot decode input: this byte is not UTF-8; this is ` +
      "gzip, inflate it or name it *.gz (INVALID_UTF8, byte 1)\n",
  );
  for (
    const args of [
      ["ndjson", "read"],
      ["json", "validate"],
      ["profile", "--format", "csv"],
    ]
  ) {
    assertStringIncludes(
      await lineOf([...args, file.path]),
      "; this is gzip, inflate it or name it *.gz (",
    );
  }
  // Stdin is inflated: the fault is in the text.
  const line = await lineOf(["json", "validate", "-"], bytes);
  assertEquals(line.includes("gzip"), false, line);
  const zstd = new Uint8Array([0x28, 0xB5, 0x2F, 0xFD, 4, 0, 9, 0, 0]);
  using other = temporaryFile("in.csv", zstd);
  assertStringIncludes(
    await lineOf(["csv", "read", other.path]),
    "this is Zstandard, inflate it or name it *.zst",
  );
});

Deno.test("an error line says that the input looks like UTF-16", async () => {
  const text = "name,n\nx,1\ny,2\n";
  for (const encoding of ["utf-16le", "utf-16be"]) {
    const bytes = utf16(text, encoding === "utf-16be");
    assertStringIncludes(
      await lineOf(["csv", "read", "-"], bytes),
      `NUL byte; this looks like UTF-16, try --encoding ${encoding} (NUL_BYTE`,
    );
    const args = ["csv", "read", "-", "--encoding", encoding, "--to", "csv"];
    assertEquals((await cli(args, { stdin: bytes })).stdout, text);
  }
  assertStringIncludes(
    await lineOf(["json", "validate", "-"], utf16('{"a":1}', false)),
    "this looks like UTF-16, convert it to UTF-8",
  );
});

Deno.test("an error line says nothing of a text that is what it was taken for", async () => {
  for (const stdin of ["a,b\n1,\0\n", "a,b\n1,2,3\n", "a\n\xff\0x\n"]) {
    const line = await lineOf(["csv", "read", "-"], stdin);
    assertEquals(/this (is g|is Z|looks)/.test(line), false, line);
  }
});

Deno.test("json commands name --format ndjson for a second document", async () => {
  const stdin = '{"a":1}\n{"a":2}\n';
  const hint = "-:2:1: Cannot parse JSON: text after the value; if this is " +
    "NDJSON, a document a line, give --format ndjson (INVALID_JSON, byte 8)\n";
  const pointer = ["--pointer", "/a"];
  const commands = [
    ...[["select", "-", ...pointer], ["minify", "-"], ["validate", "-"]],
    ["validate", "--json", "-"],
  ];
  for (const args of commands) {
    assertEquals(await lineOf(["json", ...args], stdin), hint);
    const lines = await cli(["json", ...args, "--format", "ndjson"], { stdin });
    assertEquals(lines.code, 0);
  }
  // Neither where the choice was made, nor where it does not help.
  const others: [string[], string][] = [
    [["validate", "--format", "json"], stdin],
    [["validate", "--format", "ndjson"], '{"a":1}\n{"a":2} x\n'],
    [["validate"], '{"a":1} x\n'],
    [["digest"], stdin],
  ];
  for (const [args, text] of others) {
    const line = await lineOf(["json", ...args, "-"], text);
    assertEquals(line.includes("--format"), false, line);
  }
});
