/** Every operation gives the same at every door, results and errors. */

import { assert, assertEquals } from "@std/assert";
import {
  readCsv,
  readNdjson,
  Table,
  writeArrow,
  writeArrowSync,
  writeCsv,
  writeJson,
  writeNdjson,
} from "../mod.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import type { Op } from "../src/catalogue/op.ts";
import { cli } from "./_cli.ts";
import { type EngineName, ENGINES } from "./_engines.ts";
import { type Answer, ask, testServer } from "./_http.ts";

const OPERATIONS = await loadOperations();
const SAMPLE_BYTES = 4000;
const SEED = 7;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bodies that are wrong for most operations, and odd for the others. */
const HOSTILE: readonly [string, Uint8Array<ArrayBuffer>][] = [
  ["nothing", encoder.encode("")],
  ["a line feed", encoder.encode("\n")],
  ["a NUL byte", encoder.encode("a,b\n1,\0\n")],
  ["no UTF-8", new Uint8Array([97, 44, 98, 10, 0xff, 44, 49, 10])],
  ["an open quote", encoder.encode('a,b\n"1,2\n')],
  ["a ragged row", encoder.encode("a,b\n1,2\n3\n")],
  ["an open object", encoder.encode('{"a":1}\n{"a":\n')],
  ["a JSON array", encoder.encode("[1,2]\n")],
  ["an array of records", encoder.encode('[{"a":1},{"a":2}]\n')],
  ["an Arrow file", writeArrowSync(Table.fromColumns({}))],
  ["a text", encoder.encode("soon\n")],
];

/** A type that says nothing: the form is found as from stdin. */
const UNTYPED = "application/octet-stream";

/** What a door gave: a text, or the code of an error. */
interface Outcome {
  readonly text: string | null;
  readonly code: string | null;
}

/** Figures that no two runs share. */
function settled(op: Op, text: string): string {
  if (op.name !== "profile") return text;
  const { source, rows, columns } = JSON.parse(text) as Record<string, unknown>;
  const { name: _, ...rest } = source as Record<string, unknown>;
  return JSON.stringify({ source: rest, rows, columns });
}

/** The output that command line and HTTP are asked for. */
function outputs(op: Op): readonly string[] {
  return op.outputs.map(({ name }) => name);
}

async function byImport(
  op: Op,
  engine: EngineName,
  input: Uint8Array<ArrayBuffer>,
  to: string,
): Promise<Outcome> {
  let text = "";
  const read = new TextDecoder();
  try {
    const chunks = op.door({ input, name: "-", values: {}, to, engine });
    for await (const chunk of chunks) {
      text += read.decode(chunk, { stream: true });
    }
    return { text: settled(op, text + read.decode()), code: null };
  } catch (error) {
    return { text: null, code: String((error as { code?: string }).code) };
  }
}

async function byCommand(
  op: Op,
  engine: EngineName,
  stdin: Uint8Array<ArrayBuffer>,
  to: string,
): Promise<Outcome> {
  const form = op.name === "profile"
    ? ["--json"]
    : op.outputs.length > 1
    ? ["--to", to]
    : [];
  const args = [...op.name.split("."), ...form, "--engine", engine, "-"];
  const { code, stdout, stderr } = await cli(args, { stdin });
  if (code === 0) return { text: settled(op, stdout), code: null };
  assertEquals(code, 3, stderr);
  return {
    text: null,
    code: /\(([A-Z0-9_]+)(?:, byte .*)?\)\n/.exec(stderr)![1]!,
  };
}

async function byHttp(
  base: string,
  op: Op,
  engine: EngineName,
  body: Uint8Array<ArrayBuffer>,
  to: string,
  type: string,
): Promise<Outcome> {
  const { mediaType } = op.outputs.find(({ name }) => name === to)!;
  const path = `/v1/${op.name.replace(".", "/")}?engine=${engine}`;
  const answer: Answer = await ask(base + path, {
    method: "POST",
    body,
    headers: {
      accept: mediaType,
      "content-type": type,
    },
  });
  if (answer.status === 200) {
    return { text: settled(op, answer.text), code: null };
  }
  assert(answer.status === 422 || answer.status === 400, answer.text);
  return { text: null, code: answer.code ?? "" };
}

for (const op of OPERATIONS) {
  for (const engine of ENGINES) {
    Deno.test(`doors: ${op.name} on ${engine} gives one result`, async () => {
      await using server = testServer();
      const input = op.sampleInput(SAMPLE_BYTES, SEED);
      for (const to of outputs(op)) {
        const expected = await byImport(op, engine, input, to);
        assert(expected.text !== null, `${op.name} fails on its sample`);
        assertEquals(await byCommand(op, engine, input, to), expected);
        const type = op.input.mediaTypes[0]!;
        assertEquals(
          await byHttp(server.url, op, engine, input, to, type),
          expected,
        );
      }
      assertEquals(server.failures, []);
    });

    Deno.test(`doors: ${op.name} on ${engine} gives one error`, async () => {
      await using server = testServer();
      const to = outputs(op)[0]!;
      let failed = 0;
      for (const [what, input] of HOSTILE) {
        const expected = await byImport(op, engine, input, to);
        if (expected.code !== null) failed++;
        const message = `${op.name} of ${what}`;
        assertEquals(
          await byHttp(server.url, op, engine, input, to, UNTYPED),
          expected,
          message,
        );
        if (engine !== ENGINES[0]) continue;
        assertEquals(
          await byCommand(op, engine, input, to),
          expected,
          message,
        );
      }
      // A digest takes any bytes, and a guess is made of anything.
      const takesAll = ["csv.sniff", "hash.digest"].includes(op.name);
      assert(failed > 0 || takesAll, "nothing was refused");
      assertEquals(server.failures, []);
    });
  }
}

Deno.test("doors: bytes of a digest are no text", async () => {
  await using server = testServer();
  const answer = await fetch(`${server.url}/v1/hash/digest`, {
    method: "POST",
    body: "abc",
    headers: { accept: "application/octet-stream" },
  });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // FIPS 180-2, appendix B.1.
  assertEquals(bytes.length, 32);
  assertEquals([...bytes.subarray(0, 4)], [0xba, 0x78, 0x16, 0xbf]);
  assert(decoder.decode(bytes).length > 0);
});

/** Media types of rows, and how a table becomes their bytes. */
const ROWS: readonly [string, (table: Table) => Promise<Uint8Array>][] = [
  ["text/csv", (table) => Promise.resolve(writeCsv(table))],
  ["application/x-ndjson", (table) => Promise.resolve(writeNdjson(table))],
  ["application/json", (table) => Promise.resolve(writeJson(table))],
  ["application/vnd.apache.arrow.stream", (table) => writeArrow(table)],
];

for (const op of OPERATIONS) {
  const { mediaTypes } = op.input;
  if (!ROWS.every(([type]) => mediaTypes.includes(type))) continue;
  // Dates of NDJSON stay text, and Arrow says so.
  if (op.name === "arrow.write") continue;
  Deno.test(`doors: ${op.name} takes rows in every form over HTTP`, async () => {
    await using server = testServer();
    const table = await readRows(op.sampleInput(SAMPLE_BYTES, SEED));
    const [to] = outputs(op);
    const results: Outcome[] = [];
    for (const [type, write] of ROWS) {
      const body = new Uint8Array(await write(table));
      const { url } = server;
      for (const named of [type, UNTYPED]) {
        results.push(await byHttp(url, op, "typescript", body, to!, named));
      }
    }
    assert(results[0]!.text !== null, String(results[0]!.code));
    for (const result of results) assertEquals(result, results[0]);
  });
}

function readRows(bytes: Uint8Array): Promise<Table> {
  return bytes[0] === 0x7B ? readNdjson(bytes) : readCsv(bytes);
}
