/**
 * Progress and a result as server-sent events (HTML standard, section 9.2):
 * `progress` with the bytes that are done, then `result` or `error`.
 *
 * @module
 */

import { JobError } from "./jobs.ts";
import { problemOf } from "./problem.ts";
import type { Span } from "./span.ts";

/** Milliseconds between events of progress. */
const PERIOD_MS = 250;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Whether a client wants events.
 *
 * @param accept The header `Accept`, or null.
 * @returns True if it names the type of events.
 */
export function wantsEvents(accept: string | null): boolean {
  return accept !== null && accept.includes("text/event-stream");
}

/**
 * A response of events.
 *
 * @param run Starts the work; its chunks are JSON.
 * @param headers The response's headers.
 * @param total Bytes to expect; NaN where that is unknown.
 * @param span Ended or abandoned with the events.
 * @returns The response; a failure of the work is its last event.
 */
export function eventStream(
  run: (onProgress: (bytesDone: number) => void) => AsyncIterable<Uint8Array>,
  headers: Record<string, string>,
  total: number,
  span: Span,
): Response {
  const bytesTotal = Number.isFinite(total) ? total : null;
  let iterator: AsyncIterator<Uint8Array> | null = null;
  let isOpen = true;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let last = 0;
      const send = (event: string, data: string) => {
        if (!isOpen) return;
        const lines = data.trimEnd().replaceAll("\n", "\ndata: ");
        controller.enqueue(
          encoder.encode(`event: ${event}\ndata: ${lines}\n\n`),
        );
      };
      const onProgress = (bytesDone: number) => {
        const now = performance.now();
        if (now - last < PERIOD_MS) return;
        last = now;
        send("progress", JSON.stringify({ bytesDone, bytesTotal }));
      };
      iterator = run(onProgress)[Symbol.asyncIterator]();
      void collect(iterator).then(
        (json) => send("result", json),
        (error) => {
          const problem = error instanceof JobError
            ? error.problem
            : problemOf(error);
          send("error", JSON.stringify(problem));
        },
      ).finally(() => {
        span.end();
        if (isOpen) controller.close();
        isOpen = false;
      });
    },
    async cancel() {
      isOpen = false;
      span.abandon();
      await iterator?.return?.();
    },
  });
  return new Response(body, { headers });
}

async function collect(iterator: AsyncIterator<Uint8Array>): Promise<string> {
  let text = "";
  while (true) {
    const { value, done } = await iterator.next();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
}
