/**
 * A Worker of the proofs: hashes what it is sent, many times, each time with
 * a handle of its own, and sends the digests back.
 *
 * @module
 */

import { NativeHandle } from "../../ffi/handle.ts";
import { engineFor } from "../../src/backend.ts";

/** What this file uses of a Worker's global scope. */
interface WorkerScope {
  onmessage: (event: MessageEvent<Uint8Array<ArrayBuffer>>) => void;
  postMessage(message: string[]): void;
}

/** How many handles each thread opens. */
const ROUNDS = 200;

/**
 * Hashes bytes with a streaming handle, piece by piece, again and again.
 *
 * @param bytes The bytes.
 * @returns The digests, in hex.
 */
export function digests(bytes: Uint8Array<ArrayBuffer>): string[] {
  const native = engineFor("hash.sha256", Infinity, "native");
  if (native === null) throw new Error("no native engine");
  return Array.from({ length: ROUNDS }, () => {
    using hash = new NativeHandle(native, native.fp_hash_open(1), "hash");
    for (let at = 0; at < bytes.length; at += 1000) {
      const piece = bytes.subarray(at, at + 1000);
      hash.check(native.fp_hash_update(hash.id, piece, piece.length));
    }
    const out = new Uint8Array(32);
    hash.check(native.fp_hash_finish(hash.id, out, out.length));
    hash.release();
    return out.toHex();
  });
}

// Only a Worker has it: the test imports this file too.
if ("postMessage" in globalThis) {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = ({ data }) => scope.postMessage(digests(data));
}
