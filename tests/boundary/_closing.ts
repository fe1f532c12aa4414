/**
 * A program of the proofs: a Worker opens the library and ends; prints the
 * library's mappings in this process before, and after.
 *
 * @module
 */

/** How many lines of the process's map name the library. */
function mappings(): number {
  return Deno.readTextFileSync("/proc/self/maps").split("\n")
    .filter((line) => line.includes("libfastpath")).length;
}

const before = mappings();
const url = new URL("_worker.ts", import.meta.url);
const worker = new Worker(url, { type: "module" });
await new Promise((resolve) => {
  worker.onmessage = resolve;
  worker.postMessage(new Uint8Array(1000));
});
worker.terminate();
// Deno closes a Worker's resources after `terminate()` has returned.
await new Promise((resolve) => setTimeout(resolve, 500));
await Deno.stdout.write(
  new TextEncoder().encode(JSON.stringify([before, mappings() > 0])),
);
