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

/** A message is a task of its own; a zero timer takes a millisecond. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
