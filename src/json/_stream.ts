/**
 * Runs JSON of any size through an engine: chunks in, chunks out, what
 * stands before a fault included.
 *
 * @module
 */

import { checkStatus, encodeConfig } from "../../ffi/call.ts";
import { Control } from "../../ffi/control.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import type { HashAlgorithm } from "../hash/options.ts";
import { engineForAsync, type KernelName, type Native } from "../backend.ts";
import { plainChunks } from "../inflate/inflate.ts";
import { assertBytesInput, type BytesInput, joined } from "../input.ts";
import { Pace } from "../pace.ts";
import { canonical } from "./_canonical_ts.ts";
import { JsonChecker, type JsonCheckRules } from "./_check_ts.ts";
import { encodePaths, type JsonPath } from "./_path.ts";
import { Output, Selector } from "./_select_ts.ts";
import type { JsonSettings } from "./options.ts";

/** What is done with the input. */
export interface JsonWork extends JsonSettings {
  readonly kernel: KernelName;
  readonly work: "validate" | "minify" | "select" | "canonical" | "digest";
  readonly rules: JsonCheckRules;
  /** What to select. */
  readonly paths?: readonly JsonPath[];
  /** What is computed of the canonical form for `digest`. */
  readonly algorithm?: HashAlgorithm;
  /** All output is wanted at once, at the end. */
  readonly isWhole?: boolean;
}

/** An engine at work. */
interface Stream extends Disposable {
  /** Takes a piece; it is the caller's again when this is done. */
  push(piece: Uint8Array<ArrayBuffer>, isLast: boolean): Promise<void> | void;
  /** The output so far, of a fault too. */
  take(): Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>;
  /** Puts the output so far by for \`take\`: that of \`done\` bytes of \`size\`. */
  gather?(done: number, size: number): Promise<void>;
}

const NOTHING = new Uint8Array(0);

/**
 * Bytes that are worked on at once: in TypeScript less than the 12 ms of a
 * slice, natively so few that an abort acts at once.
 */
const PIECE_BYTES_TS = 1 << 17;
const PIECE_BYTES_NATIVE = 1 << 22;

/** Up to here a native call takes less than 1 ms. */
const SYNC_BYTES_MAX = 1 << 18;
/** What an estimate of the output adds, and the part of it that may be left. */
const ESTIMATE_ADDS = 1 / 32;
const LEFT_MAX = 1 / 16;
/** From here copying output takes about 1 ms and goes to another thread. */
const ASYNC_COPY_BYTES = 1 << 21;

/**
 * Runs an input through an engine.
 *
 * @param input The input.
 * @param work What is done with it.
 * @returns The output; none for `validate`.
 * @throws {ParseError} At the first fault, after the output before it.
 * @throws {FastpathError} If the input cannot be read.
 * @throws The signal's reason if it is aborted.
 */
export async function* runJson(
  input: BytesInput,
  work: JsonWork,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  assertBytesInput(input);
  const { signal, onProgress } = work;
  signal?.throwIfAborted();
  const size = input instanceof Uint8Array ? input.length : Infinity;
  const native = await engineForAsync(work.kernel, size, work.engine);
  using stream: Stream = native === null
    ? new TypeScriptStream(work)
    : new NativeStream(native, work);
  const pace = new Pace(signal);
  let done = 0;
  for await (const { piece, isLast } of piecesOf(input, work, native)) {
    let failure: { error: unknown } | null = null;
    try {
      await stream.push(piece, isLast);
    } catch (error) {
      failure = { error };
    }
    // What was cancelled or panicked has no output to give.
    if (isLast || failure !== null || !work.isWhole) {
      const out = await stream.take();
      if (out.length > 0) yield out;
    }
    if (failure !== null) throw failure.error;
    done += piece.length;
    if (work.isWhole && !isLast && size < Infinity) {
      await stream.gather?.(done, size);
    }
    onProgress?.(done);
    if (pace.due()) await pace.rest();
  }
}

interface Piece {
  readonly piece: Uint8Array<ArrayBuffer>;
  readonly isLast: boolean;
}

/** An input in pieces; what is held as a whole is not cut in memory. */
async function* piecesOf(
  input: BytesInput,
  { signal, ratioMax, work, rules }: JsonWork,
  native: Native | null,
): AsyncGenerator<Piece, void, undefined> {
  const isWhole = !rules.lines && work !== "validate" && work !== "minify";
  const size = native === null ? PIECE_BYTES_TS : PIECE_BYTES_NATIVE;
  if (input instanceof Uint8Array) {
    const bytes = input as Uint8Array<ArrayBuffer>;
    const step = isWhole ? Infinity : size;
    let at = 0;
    for (; at + step < bytes.length; at += step) {
      yield { piece: bytes.subarray(at, at + step), isLast: false };
    }
    yield { piece: at === 0 ? bytes : bytes.subarray(at), isLast: true };
    return;
  }
  for await (const chunk of plainChunks(input, { signal, ratioMax })) {
    for (let at = 0; at < chunk.length; at += size) {
      yield { piece: chunk.subarray(at, at + size), isLast: false };
    }
  }
  yield { piece: NOTHING, isLast: true };
}

class TypeScriptStream implements Stream {
  readonly #out = new Output();
  readonly #checker: JsonChecker | null = null;
  readonly #selector: Selector | null = null;
  readonly #document: Document | null = null;

  constructor({ work, rules, paths = [], signal }: JsonWork) {
    if (work === "canonical") {
      this.#document = new Document(rules, signal);
    } else if (work === "select") {
      this.#selector = new Selector(rules, paths, this.#out);
    } else {
      const sink = (piece: Uint8Array<ArrayBuffer>) => this.#out.add(piece);
      this.#checker = new JsonChecker(rules, work === "minify" ? sink : null);
    }
  }

  async push(piece: Uint8Array<ArrayBuffer>, isLast: boolean): Promise<void> {
    this.#selector?.push(piece, isLast);
    this.#checker?.push(piece);
    if (isLast) this.#checker?.finish();
    const form = await this.#document?.push(piece, isLast);
    if (form !== undefined) this.#out.add(form);
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#out.take();
  }

  [Symbol.dispose](): void {}
}

/** A document that is held as a whole, for its canonical form. */
class Document {
  readonly #rules: JsonCheckRules;
  readonly #pace: Pace;
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;

  constructor(rules: JsonCheckRules, signal: AbortSignal | undefined) {
    this.#rules = rules;
    this.#pace = new Pace(signal);
  }

  /** Takes a piece; gives the form behind the last one. */
  async push(
    piece: Uint8Array<ArrayBuffer>,
    isLast: boolean,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const isOnly = isLast && this.#length === 0;
    if (!isOnly) this.#parts.push(piece.slice());
    this.#length += piece.length;
    if (!isLast) return;
    const bytes = isOnly ? piece : joined(this.#parts, this.#length);
    return await canonical(bytes, this.#rules, this.#pace);
  }
}

class NativeStream implements Stream {
  readonly #native: Native;
  readonly #handle: NativeHandle;
  readonly #control: Control;
  readonly #kernel: string;
  readonly #signal: AbortSignal | undefined;
  /** Bytes so far: the last call may work on all of them. */
  #bytes = 0;
  /** Output that was gathered, and its length. */
  #room = NOTHING;
  #length = 0;

  constructor(native: Native, work: JsonWork) {
    const { rules, paths, signal, kernel } = work;
    const config = encodeConfig({
      work: work.work,
      max_depth: rules.maxDepth,
      surrogates: rules.loneSurrogates ? "allow" : "error",
      lines: rules.lines,
      paths: paths === undefined ? undefined : encodePaths(paths),
      algorithm: work.algorithm,
    });
    this.#native = native;
    this.#kernel = kernel;
    this.#signal = signal;
    const status = native.fp_json_open(config, config.length);
    this.#handle = new NativeHandle(native, status, kernel);
    this.#control = new Control({ signal });
  }

  async push(piece: Uint8Array<ArrayBuffer>, isLast: boolean): Promise<void> {
    const { cells } = this.#control;
    const { id } = this.#handle;
    const args = [
      ...[id, piece, piece.length, isLast ? 1 : 0, cells, cells.length],
    ] as unknown as Parameters<Native["fp_json_push"]>;
    this.#bytes += piece.length;
    const status = this.#bytes <= SYNC_BYTES_MAX
      ? this.#native.fp_json_push(...args)
      : await this.#native.fp_json_push_async(...args);
    this.#handle.check(status, { signal: this.#signal });
  }

  /**
   * What is wanted as a whole goes to its place piece by piece, while it is in
   * a near cache, and the native side needs room for one piece's output alone.
   */
  async gather(done: number, size: number): Promise<void> {
    const { id } = this.#handle;
    const waiting = this.#native.fp_json_waiting(id);
    if (waiting <= 0) return;
    const length = this.#length + waiting;
    if (length > this.#room.length) {
      const estimate = Math.ceil(length / done * size * (1 + ESTIMATE_ADDS));
      const grown = new Uint8Array(Math.max(estimate, length));
      grown.set(this.#room.subarray(0, this.#length));
      this.#room = grown;
    }
    await this.#move(id, waiting, this.#room.subarray(this.#length));
    this.#length = length;
  }

  async take(): Promise<Uint8Array<ArrayBuffer>> {
    let id;
    try {
      ({ id } = this.#handle);
    } catch {
      // A panic closed it: `push` has said so.
      return NOTHING;
    }
    if (this.#length > 0) {
      await this.gather(1, 1);
      const { length } = this.#room;
      const isNear = length - this.#length <= length * LEFT_MAX;
      return isNear
        ? this.#room.subarray(0, this.#length)
        : this.#room.slice(0, this.#length);
    }
    const waiting = this.#native.fp_json_waiting(id);
    if (waiting <= 0) return NOTHING;
    const out = new Uint8Array(waiting);
    await this.#move(id, waiting, out);
    return out;
  }

  async #move(
    id: number,
    waiting: number,
    room: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const status = waiting < ASYNC_COPY_BYTES
      ? this.#native.fp_json_take(id, room, room.length)
      : await this.#native.fp_json_take_async(id, room, room.length);
    checkStatus(status, this.#kernel);
  }

  [Symbol.dispose](): void {
    this.#control[Symbol.dispose]();
    this.#handle.close();
  }
}
