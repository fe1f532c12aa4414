/**
 * From the statuses of native exports to errors, and from options to the
 * bytes of a config. Areas call the exports themselves, with these helpers
 * around each call.
 *
 * @module
 */

import { FastpathError } from "../src/errors.ts";
import { unreadable } from "../src/input.ts";
import {
  BAD_HANDLE,
  BUSY,
  CANCELLED,
  FAULT,
  IO,
  OUT_OF_MEMORY,
  PANIC,
} from "./status.ts";

/** What a failed call was about; all of it may be absent. */
export interface CallContext {
  /** The signal that the call's control block follows. */
  signal?: AbortSignal | undefined;
  /** The file that the kernel opened. */
  path?: string | URL | undefined;
  /** The library's words about the failure. */
  words?: string | undefined;
}

/**
 * A panic in a kernel: its code is `NATIVE_PANIC`. A stateless call is
 * repeated in TypeScript (`recover` in `src/backend.ts`); a handle is lost.
 */
export class NativePanic extends FastpathError {
  /**
   * Makes the error and counts the panic.
   *
   * @param kernel The kernel's name, for instance `hash.digest`.
   */
  constructor(kernel: string) {
    super(
      "NATIVE_PANIC",
      `Cannot finish ${kernel}: the native kernel panicked, ` +
        "set the engine to typescript and report the input",
      { details: { kernel } },
    );
    tally.set(kernel, (tally.get(kernel) ?? 0) + 1);
  }
}

const tally = new Map<string, number>();

/**
 * The panics of this process or Worker so far.
 *
 * @returns How often each kernel panicked.
 */
export function panics(): { kernel: string; count: number }[] {
  return Array.from(tally, ([kernel, count]) => ({ kernel, count }));
}

/**
 * Passes a status that is no failure and throws the error of one that is.
 * A handle's statuses go through `NativeHandle.check`, which knows the
 * details of a fault.
 *
 * @param status What the export returned.
 * @param kernel The kernel's name, for messages.
 * @param context What the call was about.
 * @returns The status: zero or a positive number.
 * @throws {NativePanic} If the kernel panicked.
 * @throws {FastpathError} If memory ran out or a file cannot be read.
 * @throws The signal's reason, if the call was cancelled.
 */
export function checkStatus(
  status: number,
  kernel: string,
  context: CallContext = {},
): number {
  if (status >= 0) return status;
  throw errorOf(status, kernel, context);
}

function errorOf(
  status: number,
  kernel: string,
  { signal, path, words }: CallContext,
): unknown {
  switch (status) {
    case PANIC:
      return new NativePanic(kernel);
    case CANCELLED:
      return signal?.reason ?? new DOMException("Cancelled", "AbortError");
    case OUT_OF_MEMORY:
      return new FastpathError(
        "OUT_OF_MEMORY",
        `Cannot finish ${kernel}: memory ran out`,
      );
    case IO:
      return unreadable(path ?? "the input", systemError(words ?? ""));
    case BUSY:
      return new Error(`Cannot call ${kernel}: another call is still running`);
    case BAD_HANDLE:
      return new Error(`Cannot call ${kernel}: it is closed`);
    case FAULT:
    default:
      return new Error(
        `Cannot call ${kernel}: the library refused the call with status ` +
          `${status}${words ? `: ${words}` : ""}`,
      );
  }
}

/** The system's error in the class that the same call from Deno throws. */
function systemError(words: string): Error {
  const code = Number(/\(os error (\d+)\)/.exec(words)?.[1]);
  const { NotFound, PermissionDenied, IsADirectory } = Deno.errors;
  const isWindows = Deno.build.os === "windows";
  if (code === 2 || code === 3 && isWindows) return new NotFound(words);
  if (code === (isWindows ? 5 : 13)) return new PermissionDenied(words);
  if (code === 21 && !isWindows) return new IsADirectory(words);
  return new Error(words);
}

/** Values of a config by key; `undefined` leaves a key out. */
export type ConfigValues = Readonly<
  Record<string, string | number | boolean | Uint8Array | undefined>
>;

const encoder = new TextEncoder();

/**
 * Encodes options for a kernel: for each a length and the key, a length and
 * the value. Numbers become decimal digits, booleans 1 and 0.
 *
 * @param values The options.
 * @returns The bytes that `Config::parse` in Rust reads.
 */
export function encodeConfig(values: ConfigValues): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const bytes = valueBytes(value);
    const name = encoder.encode(key);
    const head = new Uint8Array(1 + name.length + 4);
    head[0] = name.length;
    head.set(name, 1);
    new DataView(head.buffer).setUint32(1 + name.length, bytes.length, true);
    parts.push(head, bytes);
  }
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function valueBytes(value: string | number | boolean | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "boolean") return encoder.encode(value ? "1" : "0");
  return encoder.encode(String(value));
}
