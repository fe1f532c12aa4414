/** Inputs that fail, for every operation on every engine: nothing is lost. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadOperations } from "../src/catalogue/list.ts";
import type { EngineMode, Op } from "../src/catalogue/op.ts";
import { FastpathError, ParseError } from "../src/errors.ts";
import type { BytesInput } from "../src/input.ts";
import { nativeAvailable } from "./_engines.ts";

const OPERATIONS = await loadOperations();
const ENGINES: readonly EngineMode[] = nativeAvailable()
  ? ["native", "typescript"]
  : ["typescript"];

/** Runs an operation's door to its end and counts the bytes it gave. */
async function drain(
  op: Op,
  engine: EngineMode,
  input: BytesInput,
  signal?: AbortSignal,
): Promise<number> {
  let bytes = 0;
  const chunks = op.door({
    input,
    name: "-",
    values: {},
    to: op.outputs[0]?.name ?? "",
    engine,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

/** One test for each operation on each engine. */
function forEach(
  name: string,
  body: (op: Op, engine: EngineMode) => Promise<void>,
): void {
  for (const op of OPERATIONS) {
    for (const engine of ENGINES) {
      Deno.test(`faults: ${op.name} on ${engine} ${name}`, async () => {
        await body(op, engine);
      });
    }
  }
}

forEach("refuses shared, resizable and detached bytes", async (op, engine) => {
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const hostile: [Uint8Array, string][] = [
    [new Uint8Array(new SharedArrayBuffer(8)), "shared"],
    [
      new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })),
      "resizable",
    ],
    [detached, "detached"],
  ];
  for (const [bytes, word] of hostile) {
    await assertRejects(() => drain(op, engine, bytes), TypeError, word);
    const stream = ReadableStream.from([bytes]);
    await assertRejects(() => drain(op, engine, stream), TypeError, word);
  }
});

forEach("refuses what is no input", async (op, engine) => {
  for (const input of [null, 7, {}, [1], new Float64Array(2)]) {
    await assertRejects(
      () => drain(op, engine, input as unknown as BytesInput),
      TypeError,
      "Cannot read",
    );
  }
});

forEach("names a file that cannot be read", async (op, engine) => {
  const folder = await Deno.makeTempDir();
  try {
    for (const path of [`${folder}/absent.csv`, folder]) {
      const error = await assertRejects(
        () => drain(op, engine, path),
        FastpathError,
        path,
      );
      assertEquals(error.code, "INPUT_UNREADABLE");
    }
  } finally {
    await Deno.remove(folder);
  }
});

forEach("passes a stream's own error on", async (op, engine) => {
  const sample = op.sampleInput(1000, 1);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield sample;
    await Promise.resolve();
    throw new Error("the line went dead");
  }
  await assertRejects(
    () => drain(op, engine, broken()),
    Error,
    "the line went dead",
  );
});

forEach("stops at a signal and closes the stream", async (op, engine) => {
  const already = AbortSignal.abort(new Error("not today"));
  await assertRejects(
    () => drain(op, engine, op.sampleInput(1000, 1), already),
    Error,
    "not today",
  );
  // It reads no more than the beginning.
  if (op.name === "csv.sniff") return;
  const stop = new AbortController();
  let closed = false;
  const sample = op.sampleInput(100_000, 1);
  const header = sample.subarray(0, sample.indexOf(10) + 1);
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield sample;
      // Behind a document of JSON nothing but white space may follow.
      const rows = op.input.mediaTypes[0] === "application/json"
        ? new Uint8Array(10_000).fill(32)
        : sample.subarray(header.length);
      for (let chunk = 0; chunk < 1e6; chunk++) {
        if (chunk === 3) stop.abort(new Error("enough"));
        yield rows;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    } finally {
      closed = true;
    }
  }
  await assertRejects(
    () => drain(op, engine, endless(), stop.signal),
    Error,
    "enough",
  );
  assert(closed, "the stream was left open");
});

forEach("takes empty input and empty chunks", async (op, engine) => {
  const empty = new Uint8Array(0);
  const size = async (input: BytesInput) => {
    try {
      return await drain(op, engine, input);
    } catch (error) {
      // Some formats have no empty input.
      if (error instanceof ParseError) return -1;
      throw error;
    }
  };
  const whole = await size(empty);
  const pieces = await size(ReadableStream.from([empty, empty]));
  // A profile prints its times, so lengths may differ by a few digits.
  assert(Math.abs(whole - pieces) < 40, `${whole} and ${pieces} bytes`);
});
