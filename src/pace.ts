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
  #since = performance.now();

  /**
   * Starts the clock.
   *
   * @param signal Stops the work at its next rest.
   */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
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
   * Lets other tasks run.
   *
   * @returns When it is this work's turn again.
   * @throws The signal's reason if it is aborted.
   */
  async rest(): Promise<void> {
    this.#signal?.throwIfAborted();
    await nextTask();
    this.#signal?.throwIfAborted();
    this.#since = performance.now();
  }
}

/**
 * Lets timers, then signals and I/O have their turn. Neither half is enough:
 * once a `node:` module is loaded, messages alone starve timers (none in a
 * second); `setImmediate` alone may delay a signal by 400 ms. A zero timer
 * would do, but takes 2.5 ms instead of 0.1.
 */
async function nextTask(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
