/**
 * From which size the native engine is chosen, per kernel. Below it the call
 * across the boundary costs more than it saves.
 *
 * @module
 */

/** Name of a kernel that exists in both engines. */
export type KernelName =
  | "csv.read"
  | "hash.blake3"
  | "hash.sha256"
  | "ndjson.read"
  | "profile";

/** Bytes of input from which the native engine is chosen. */
export const NATIVE_FROM: Readonly<Record<KernelName, number>> = {
  "csv.read": 0,
  "hash.blake3": 0,
  "hash.sha256": 0,
  "ndjson.read": 0,
  "profile": 0,
};
