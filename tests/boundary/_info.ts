/**
 * A child process of the proofs: prints what it knows of its backend.
 *
 * @module
 */

import { backendInfo, loadBackend } from "../../src/backend.ts";

const info = Deno.args.includes("--async")
  ? await loadBackend()
  : backendInfo();
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(info)));
