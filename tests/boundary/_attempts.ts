/**
 * A child process of the proofs: tries each library named by an argument,
 * at once and asynchronously, and prints what came of it.
 *
 * @module
 */

import {
  backendInfo,
  configureBackend,
  loadBackend,
} from "../../src/backend.ts";

const results: [string | undefined, string | undefined][] = [];
for (const libraryPath of Deno.args) {
  configureBackend({ libraryPath });
  const atOnce = backendInfo().attempts[0]?.result;
  configureBackend({});
  configureBackend({ libraryPath });
  const later = (await loadBackend()).attempts[0]?.result;
  results.push([atOnce, later]);
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(results)));
