/**
 * Keeps the event loop alive during long work: a kernel works in slices and
 * asks after each whether it is time to let other tasks run.
 *
 * @module
 */

/** Milliseconds of work after which other tasks get their turn. */
const SLICE_MS = 12;

/** The clock of one long piece of work. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #channel = new MessageChannel();
  #resume: () => void = () => {};
  #since = performance.now();

  /**
   * Starts the clock.
   *
   * @param signal Stops the work at its next rest.
   */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
    this.#channel.port1.onmessage = () => this.#resume();
  }

  /**
   * Whether the slice has lasted long enough.
   *
   * @returns True when the caller should await {@linkcode Pace.rest}.
   */
  due(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /**
   * Lets other tasks run. A message is a task of its own; a resolved promise
   * or a zero timer (at least a millisecond) would not do.
   *
   * @returns When it is this work's turn again.
   * @throws The signal's reason if it is aborted.
   */
  async rest(): Promise<void> {
    this.#signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
      this.#channel.port2.postMessage(0);
    });
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }

  /** Ends the clock; it holds a message channel. */
  [Symbol.dispose](): void {
    this.#channel.port1.close();
    this.#channel.port2.close();
  }
}
