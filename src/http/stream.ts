/**
 * Chunks to a response. What fits into one piece is sent with its length;
 * nothing is sent before that piece is full, so that errors up to there still
 * have a status of their own.
 *
 * @module
 */

import { joined } from "../input.ts";
import type { ReliefBody } from "./relief.ts";
import type { Span } from "./span.ts";

/** Bytes that are collected before a response begins. */
const FIRST_BYTES = 1 << 18;

/** Milliseconds after which a client that takes nothing may have to send. */
const STALL_LOOK_MS = 250;

/**
 * A response of chunks.
 *
 * @param chunks The body; an error after its first piece breaks the
 * connection, so that nobody takes the front for the whole.
 * @param headers Makes the headers once the first piece is there.
 * @param span Ended or abandoned with the body.
 * @param body The request's body, where it comes in meanwhile.
 * @returns The response.
 * @throws What the chunks throw before the first piece is full.
 */
export async function streamed(
  chunks: AsyncIterable<Uint8Array>,
  headers: () => Record<string, string>,
  span: Span,
  body?: ReliefBody,
): Promise<Response> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let isStreaming = false;
  try {
    while (bytes < FIRST_BYTES) {
      const { value, done: isOver } = await iterator.next();
      if (isOver) {
        return new Response(join(parts, bytes), { headers: headers() });
      }
      // Operations may use their buffer again.
      parts.push(value.slice());
      bytes += value.length;
    }
    isStreaming = true;
    span.begin();
    span.untimed();
    const all = rest(join(parts, bytes), iterator, span, body);
    return new Response(all, { headers: headers() });
  } finally {
    if (!isStreaming) span.end();
  }
}

function join(
  parts: readonly Uint8Array[],
  bytes: number,
): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0] as Uint8Array<ArrayBuffer>;
  return joined(parts, bytes);
}

function rest(
  first: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
  span: Span,
  body: ReliefBody | undefined,
): ReadableStream<Uint8Array> {
  let looking: ReturnType<typeof setTimeout> | undefined;
  /** Offers a piece; a client that takes nothing is not waited for long. */
  const offer = (
    controller: ReadableStreamDefaultController<Uint8Array>,
    piece: Uint8Array,
  ) => {
    controller.enqueue(piece);
    looking = setTimeout(() => body?.stalled(), STALL_LOOK_MS);
    wait(controller, body?.bytes ?? 0);
  };
  /** Waits for the client; one that still sends may take its time. */
  const wait = (
    controller: ReadableStreamDefaultController<Uint8Array>,
    bytes: number,
  ) => {
    span.offer(() => {
      if (body !== undefined && body.bytes > bytes) {
        return wait(controller, body.bytes);
      }
      controller.error(new Error("The client takes nothing"));
      span.abandon();
      iterator.return?.().catch(() => {});
    });
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      offer(controller, first);
    },
    async pull(controller) {
      span.taken();
      clearTimeout(looking);
      body?.moved();
      try {
        const { value, done: isOver } = await iterator.next();
        if (!isOver) return offer(controller, value.slice());
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      span.end();
    },
    async cancel() {
      clearTimeout(looking);
      span.abandon();
      await iterator.return?.();
    },
  });
}
