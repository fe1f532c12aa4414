/**
 * The time of a request's work: it ends with its response, with the client's
 * leaving, or when it has lasted too long.
 *
 * @module
 */

import type { Deadline, Deadlines } from "./deadlines.ts";
import type { HttpLimits } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { HttpError } from "./problem.ts";

/** The longest time of a timer; longer ones would end at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** What a span needs of its server. */
export interface SpanContext {
  readonly limits: HttpLimits;
  readonly deadlines: Deadlines;
  readonly metrics: Metrics;
}

/** The span of a request's work. */
export interface Span {
  /** Aborted when nobody waits for the work any more. */
  readonly signal: AbortSignal;
  /** The response begins and the work goes on: the request stays in work. */
  begin(): void;
  /** The response is under way: no end of time binds it any more. */
  untimed(): void;
  /** A piece was offered to the client, who may take so long to take it. */
  offer(onStall: () => void): void;
  /** The client has taken the piece. */
  taken(): void;
  /** The response is whole. */
  end(): void;
  /** The response is not wanted any more. */
  abandon(): void;
}

/**
 * Begins a span.
 *
 * @param request The request; its client may leave.
 * @param context Limits, clock and counters.
 * @returns The span.
 */
export function spanOf(
  request: Request,
  { limits, deadlines, metrics }: SpanContext,
): Span {
  const ms = limits.requestMs;
  const controller = new AbortController();
  let isCounted = false;
  let offered: Deadline | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const taken = () => {
    if (offered !== null) deadlines.clear(offered);
    offered = null;
  };
  const untimed = () => clearTimeout(timer);
  const end = () => {
    untimed();
    taken();
    request.signal.removeEventListener("abort", abandon);
    if (isCounted) metrics.active--;
    isCounted = false;
  };
  const abandon = () => {
    end();
    controller.abort(new DOMException("The client went away", "AbortError"));
  };
  if (ms <= TIMER_MS_MAX) {
    timer = setTimeout(() => {
      // Who waits for the work hears of it and ends the span.
      controller.abort(
        new HttpError(504, "TOO_LATE", `Cannot finish within ${ms} ms`),
      );
    }, ms);
    timer.unref();
  }
  request.signal.addEventListener("abort", abandon, { once: true });
  return {
    ...{ signal: controller.signal, untimed, taken, end, abandon },
    begin() {
      if (!isCounted) metrics.active++;
      isCounted = true;
    },
    offer(onStall) {
      taken();
      offered = deadlines.set(limits.stallMs, () => {
        offered = null;
        onStall();
      });
    },
  };
}
