/**
 * The worker's side of a job: reads the messages of `jobs.ts`, runs the
 * operation and sends the result chunk by chunk, a few ahead at most.
 *
 * @module
 */

import { OPERATIONS } from "../catalogue/list.ts";
import { joined } from "../input.ts";
import { answerList } from "./answer.ts";
import { decodeBody } from "./json_body.ts";
import type { Job } from "./jobs.ts";
import { plainBody, ratioFor, wholeBody } from "./plain_body.ts";
import { reported } from "./report.ts";
import { type Problem, problemOf } from "./problem.ts";

/** What a worker is told. */
export type ToWorker =
  | { kind: "start"; job: Job }
  | { kind: "bytes"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "end" }
  | { kind: "next" }
  | { kind: "abort" }
  | { kind: "ping" };

/** What a worker says. */
export type FromWorker =
  | { kind: "pull"; room: ArrayBuffer | null }
  | { kind: "chunk"; bytes: Uint8Array }
  | { kind: "progress"; bytesDone: number }
  | { kind: "done"; errorRows: number }
  | { kind: "failed"; problem: Problem; stack?: string }
  | { kind: "pong" }
  | { kind: "crashed"; message: string };

/** Chunks of a result that may be under way. */
const AHEAD = 2;

/** Bytes of a message of the result, about. */
const MESSAGE_BYTES = 1 << 18;

/** What this file uses of a Worker's global scope. */
interface WorkerScope {
  onmessage: (event: MessageEvent<ToWorker>) => void;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

/** The running job's ends of the conversation. */
let controller = new AbortController();
let credit = 0;
let wakeWriter: () => void = () => {};
let wakeReader: (bytes: Uint8Array<ArrayBuffer> | null) => void = () => {};

function say(message: FromWorker, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer);
}

scope.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "start":
      controller = new AbortController();
      credit = AHEAD;
      void work(data.job);
      break;
    case "bytes":
      wakeReader(data.bytes);
      break;
    case "end":
      wakeReader(null);
      break;
    case "next":
      credit++;
      wakeWriter();
      break;
    case "abort":
      controller.abort();
      wakeReader(null);
      wakeWriter();
      break;
    case "ping":
      say({ kind: "pong" });
  }
};

async function work(job: Job): Promise<void> {
  const { signal } = controller;
  let errorRows = 0;
  try {
    const chunks = chunksOf(job, signal, () => errorRows++);
    for await (const own of gathered(chunks)) {
      while (credit === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => wakeWriter = resolve);
      }
      signal.throwIfAborted();
      credit--;
      say({ kind: "chunk", bytes: own }, [own.buffer]);
    }
    signal.throwIfAborted();
    say({ kind: "done", errorRows });
  } catch (error) {
    const problem = problemOf(error);
    const stack = error instanceof Error ? error.stack : String(error);
    // The log of the server wants to know; the client must not.
    const isOurs = problem.status === 500 && stack !== undefined;
    say({ kind: "failed", problem, ...isOurs ? { stack } : {} });
  }
}

async function* chunksOf(
  job: Job,
  signal: AbortSignal,
  onErrorRow: () => void,
): AsyncGenerator<Uint8Array> {
  const op = await OPERATIONS[job.op]!();
  const { encoding, isByMagic, maxBytes } = job;
  const plain = plainBody(
    pulled(signal),
    { encoding, isByMagic, maxBytes, signal },
  );
  const { name, to, engine } = job;
  const onProgress = (bytesDone: number) =>
    say({ kind: "progress", bytesDone });
  const common = { name, to, engine, signal, onProgress };
  if (!job.isWhole) {
    const { values } = job;
    const request = { ...common, input: plain, values };
    return yield* reported(op, request, onErrorRow);
  }
  const input = await wholeBody(plain, encoding === null ? job.size : NaN);
  if (job.isJson) {
    yield new TextEncoder().encode(answerList(op, decodeBody(input), job));
    return;
  }
  // Arrow's buffers are inflated by the operation.
  const values = {
    ...job.values,
    "ratio-max": ratioFor(input.length, maxBytes),
  };
  yield* op.door({ ...common, input, values });
}

/**
 * Chunks put together: a message costs more than copying what it holds. Each
 * has a buffer of its own, for an operation may go on using what it printed to.
 */
async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.slice());
    bytes += chunk.length;
    if (bytes < MESSAGE_BYTES) continue;
    yield parts.length === 1 ? parts[0]! : joined(parts, bytes);
    [parts, bytes] = [[], 0];
  }
  if (bytes > 0) yield joined(parts, bytes);
}

/** The input's chunks, asked for one by one; a buffer goes back for more. */
async function* pulled(
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let room: ArrayBuffer | null = null;
  while (true) {
    const next = new Promise<Uint8Array<ArrayBuffer> | null>((resolve) => {
      wakeReader = resolve;
    });
    say({ kind: "pull", room }, room === null ? [] : [room]);
    const bytes = await next;
    signal.throwIfAborted();
    if (bytes === null) return;
    yield bytes;
    // An operation may have given the bytes away.
    room = bytes.buffer.detached ? null : bytes.buffer;
  }
}
