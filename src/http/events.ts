/**
 * Progress and a result as server-sent events (HTML standard, section 9.2):
 * `progress` with the bytes that are done, then `result` or `error`.
 *
 * @module
 */

import type { Problem } from "./problem.ts";
import type { Span } from "./span.ts";

/** Milliseconds between events of progress. */
const PERIOD_MS = 250;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a response of events is made of. */
export interface EventSource {
  /** Starts the work; its chunks are JSON. */
  readonly run: (
    onProgress: (bytesDone: number) => void,
  ) => AsyncIterable<Uint8Array>;
  /** Bytes to expect, as sent; NaN where that is unknown. */
  readonly total: number;
  /** What the client is told of an error. */
  readonly fail: (error: unknown) => Problem;
  /** Ended or abandoned with the events. */
  readonly span: Span;
}

/**
 * A response of events.
 *
 * @param source The work.
 * @param headers The response's headers.
 * @returns The response; a failure of the work is its last event.
 */
export function eventStream(
  { run, total, fail, span }: EventSource,
  headers: Record<string, string>,
): Response {
  const bytesTotal = Number.isFinite(total) ? total : null;
  let iterator: AsyncIterator<Uint8Array> | null = null;
  let isOpen = true;
  span.begin();
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
      void (async () => {
        iterator = run(onProgress)[Symbol.asyncIterator]();
        return await collect(iterator);
      })().then(
        (json) => send("result", json),
        (error) => send("error", JSON.stringify(fail(error))),
      ).finally(() => {
        if (isOpen) controller.close();
        isOpen = false;
        span.end();
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
