/**
 * The worker's side of a job: reads the messages of `jobs.ts`, runs the
 * operation and sends the result chunk by chunk, a few ahead at most.
 *
 * @module
 */

import { OPERATIONS } from "../catalogue/list.ts";
import { answerList } from "./answer.ts";
import { decodeBody } from "./json_body.ts";
import type { Job } from "./jobs.ts";
import { type Problem, problemOf } from "./problem.ts";

/** What a worker is told. */
export type ToWorker =
  | { kind: "start"; job: Job; bytes: Uint8Array | null }
  | { kind: "bytes"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "end" }
  | { kind: "next" }
  | { kind: "abort" };

/** What a worker says. */
export type FromWorker =
  | { kind: "pull"; room: ArrayBuffer | null }
  | { kind: "chunk"; bytes: Uint8Array }
  | { kind: "progress"; bytesDone: number }
  | { kind: "done" }
  | { kind: "failed"; problem: Problem }
  | { kind: "crashed"; message: string };

/** Chunks of a result that may be under way. */
const AHEAD = 2;

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
      void work(data.job, data.bytes);
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
  }
};

async function work(job: Job, bytes: Uint8Array | null): Promise<void> {
  const { signal } = controller;
  try {
    const input = bytes ?? pulled(signal);
    for await (const chunk of chunksOf(job, input, signal)) {
      while (credit === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => wakeWriter = resolve);
      }
      signal.throwIfAborted();
      credit--;
      // An operation may go on using the buffer that it printed to.
      const own = chunk.slice();
      say({ kind: "chunk", bytes: own }, [own.buffer]);
    }
    signal.throwIfAborted();
    say({ kind: "done" });
  } catch (error) {
    say({ kind: "failed", problem: problemOf(error) });
  }
}

async function* chunksOf(
  job: Job,
  input: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const op = await OPERATIONS[job.op]!();
  if (job.isJson) {
    const text = decodeBody(input as Uint8Array);
    yield new TextEncoder().encode(answerList(op, text, job));
    return;
  }
  const { name, values, to, engine } = job;
  const onProgress = (bytesDone: number) =>
    say({ kind: "progress", bytesDone });
  yield* op.door({ input, name, values, to, engine, signal, onProgress });
}

/** The input's chunks, asked for one by one; a buffer goes back for more. */
async function* pulled(signal: AbortSignal): AsyncGenerator<Uint8Array> {
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
