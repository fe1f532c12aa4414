/**
 * Keeps the event loop alive during long work in JavaScript.
 *
 * @module
 */

/** Milliseconds of work after which other tasks get their turn. */
const SLICE_MS = 12;

/**
 * A clock for one long piece of work.
 *
 * @returns To be called after each step: nothing, or a promise to wait for
 * when the work has lasted long enough for others to get their turn.
 */
export function restAfter(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE_MS) return undefined;
    return nextTask().then(() => {
      since = performance.now();
    });
  };
}

/**
 * By `setImmediate`: 2 microseconds, and timers get their turn. A zero timer
 * takes 2 ms here, and messages to a port can keep timers waiting for ever.
 */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
