/**
 * The time of a request's work: it ends with its response, with the client's
 * leaving, or when it has lasted too long.
 *
 * @module
 */

import { HttpError } from "./problem.ts";

/** The span of a request's work. */
export interface Span {
  /** Aborted when nobody waits for the work any more. */
  readonly signal: AbortSignal;
  /** The response is whole. */
  end(): void;
  /** The response is not wanted any more. */
  abandon(): void;
}

/**
 * Begins a span.
 *
 * @param request The request; its client may leave.
 * @param ms Milliseconds that the work may last.
 * @returns The span.
 */
export function spanOf(request: Request, ms: number): Span {
  const controller = new AbortController();
  const abandon = () => {
    end();
    controller.abort(new DOMException("The client went away", "AbortError"));
  };
  const timer = setTimeout(() => {
    end();
    controller.abort(
      new HttpError(504, "TOO_LATE", `Cannot finish within ${ms} ms`),
    );
  }, ms);
  timer.unref();
  const end = () => {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", abandon);
  };
  request.signal.addEventListener("abort", abandon, { once: true });
  return { signal: controller.signal, end, abandon };
}
