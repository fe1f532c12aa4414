/**
 * A kernel that lives between two calls (a streaming hash, a reader, a
 * profiler), held by number.
 *
 * @module
 */

import { type Fault, ParseError } from "../src/errors.ts";
import { type CallContext, checkStatus, NativePanic } from "./call.ts";
import type { Native } from "./library.ts";
import { BAD_ARGUMENT, FAULT, IO, PANIC } from "./status.ts";

/** Bytes of text that are read without a sizing call. */
const TEXT_BYTES = 16_384;

interface Held {
  native: Native;
  id: number;
}

/**
 * Closes what was forgotten. A net, not the rule: it runs late or never, so
 * every user of a handle disposes it.
 */
const forgotten = new FinalizationRegistry<Held>(({ native, id }) => {
  native.fp_handle_close(id);
});

let scratch: Uint8Array<ArrayBuffer> | undefined;
const decoder = new TextDecoder();

/**
 * An open native handle. Dispose it (`using`) when done. A panic in one of
 * its calls closes it, and every later use throws the same panic again.
 *
 * @example
 * ```ts ignore
 * using hasher = new NativeHandle(native, native.fp_hash_open(1), "hash");
 * hasher.check(native.fp_hash_update(hasher.id, bytes, bytes.length));
 * ```
 */
export class NativeHandle implements Disposable {
  readonly #native: Native;
  readonly #kernel: string;
  #id: number;
  #panic: NativePanic | undefined;

  /**
   * Takes what an opening export returned.
   *
   * @param native The library.
   * @param status The handle, or the status of the failure.
   * @param kernel The kernel's name, for messages.
   * @throws {Error} If the status is a failure.
   */
  constructor(native: Native, status: number, kernel: string) {
    this.#native = native;
    this.#kernel = kernel;
    this.#id = checkStatus(status, kernel);
    forgotten.register(this, { native, id: this.#id }, this);
  }

  /** The number to pass to the exports. */
  get id(): number {
    if (this.#panic !== undefined) throw this.#panic;
    if (this.#id === 0) {
      throw new TypeError(`Cannot use ${this.#kernel}: it is closed`);
    }
    return this.#id;
  }

  /**
   * Passes a status that is no failure and throws the error of one that is.
   *
   * @param status What an export that worked on this handle returned.
   * @param context What the call was about.
   * @returns The status.
   * @throws {ParseError} If the input breaks a rule of its format.
   * @throws {NativePanic} If the kernel panicked; the handle is then closed.
   * @throws {FastpathError} If memory ran out or a file cannot be read.
   * @throws The signal's reason, if the call was cancelled.
   */
  check(status: number, context: CallContext = {}): number {
    if (status >= 0) return status;
    if (status === FAULT) throw this.#fault();
    if (status === PANIC) {
      this.#panic = new NativePanic(this.#kernel);
      this.close();
      throw this.#panic;
    }
    const hasWords = status === IO || status === BAD_ARGUMENT;
    const words = hasWords && this.#id !== 0 ? this.text() : undefined;
    return checkStatus(status, this.#kernel, { ...context, words });
  }

  /**
   * The text that waits behind the handle: the schema of the ready batch, a
   * result, or the details of the last failure.
   *
   * @returns The text, usually JSON.
   */
  text(): string {
    scratch ??= new Uint8Array(TEXT_BYTES);
    const needed = this.#readText(scratch);
    if (needed <= scratch.length) {
      return decoder.decode(scratch.subarray(0, needed));
    }
    const exact = new Uint8Array(needed);
    this.#readText(exact);
    return decoder.decode(exact);
  }

  /** Closes the handle; again is fine. */
  close(): void {
    if (this.#id === 0) return;
    this.#native.fp_handle_close(this.#id);
    this.release();
  }

  /** Forgets the handle, where the export itself has closed it. */
  release(): void {
    this.#id = 0;
    forgotten.unregister(this);
  }

  /** Closes the handle. */
  [Symbol.dispose](): void {
    this.close();
  }

  #readText(out: Uint8Array<ArrayBuffer>): number {
    const status = this.#native.fp_handle_text(this.id, out, out.length);
    return checkStatus(status, this.#kernel);
  }

  #fault(): ParseError {
    const fault = JSON.parse(this.text()) as Fault;
    // What can be done about a fault may depend on who met it.
    const args = { ...fault.args, kernel: this.#kernel };
    return new ParseError({ ...fault, args });
  }
}
