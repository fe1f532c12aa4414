/**
 * Operations in workers, so that the event loop stays free for requests: a
 * few workers that start when they are needed, one job each at a time, and a
 * bounded queue before them.
 *
 * @module
 */

import type { EngineMode, OptionValues } from "../catalogue/op.ts";
import type { FromWorker, ToWorker } from "./_job_worker.ts";
import { HttpError, type Problem } from "./problem.ts";

/** Milliseconds that a cancelled job gets before its worker is ended. */
const GRACE_MS = 2000;

/** Milliseconds without a job after which a worker is ended. */
const IDLE_MS = 30_000;

/** Bytes of a buffer that goes to and fro with an input's chunks. */
const ROOM_BYTES = 1 << 16;

/** What a worker is to do. */
export interface Job {
  /** The operation's name. */
  readonly op: string;
  /** Whether the input is a JSON body of a list; else it goes to the door. */
  readonly isJson: boolean;
  readonly name: string;
  readonly values: OptionValues;
  readonly to: string;
  readonly engine: EngineMode;
  readonly jsonDepth: number;
}

/** A failure in a worker: the problem was made there. */
export class JobError extends Error {
  /** The class's name. */
  override readonly name = "JobError";
  /** What the response says. */
  readonly problem: Problem;

  /**
   * Wraps a problem.
   *
   * @param problem What the response says.
   */
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** A worker and what is known of it. */
interface Hand {
  readonly worker: Worker;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
}

/** Runs jobs in workers. */
export class Jobs {
  readonly #size: number;
  readonly #queueMax: number;
  readonly #idle: Hand[] = [];
  readonly #waiting: ((hand: Hand) => void)[] = [];
  #hands = 0;
  #isClosed = false;

  /**
   * Starts no worker yet.
   *
   * @param size Workers at most.
   * @param queueMax Jobs that may wait.
   */
  constructor(size: number, queueMax: number) {
    this.#size = size;
    this.#queueMax = queueMax;
  }

  /** Jobs that wait for a worker. */
  get queued(): number {
    return this.#waiting.length;
  }

  /**
   * Runs a job.
   *
   * @param job What to do.
   * @param input The bytes, or chunks of them.
   * @param options Who stops it and who listens.
   * @returns The result's chunks.
   * @throws {HttpError} 429 if the queue is full.
   * @throws {JobError} What went wrong in the worker.
   */
  async *run(
    job: Job,
    input: Uint8Array | AsyncIterable<Uint8Array>,
    options: {
      signal: AbortSignal;
      onProgress?: ((bytesDone: number) => void) | undefined;
    },
  ): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    const hand = await this.#take(signal);
    const talk = new Talk(hand.worker, input, options.onProgress);
    const stop = () => talk.cancel();
    signal.addEventListener("abort", stop, { once: true });
    let isWell = false;
    try {
      signal.throwIfAborted();
      yield* talk.run(job);
      isWell = true;
    } catch (error) {
      isWell = error instanceof JobError;
      if (signal.aborted) throw signal.reason;
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
      if (isWell || await talk.settle(GRACE_MS)) this.#give(hand);
      else this.#drop(hand);
    }
  }

  /** Ends all workers; jobs that still run fail. */
  close(): void {
    this.#isClosed = true;
    for (const hand of this.#idle.splice(0)) this.#drop(hand);
  }

  #take(signal: AbortSignal): Promise<Hand> {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      clearTimeout(idle.idleTimer);
      return Promise.resolve(idle);
    }
    if (this.#hands < this.#size) return Promise.resolve(this.#start());
    if (this.#waiting.length >= this.#queueMax) {
      throw new HttpError(
        429,
        "QUEUE_FULL",
        `Cannot queue the work: ${this.#queueMax} jobs wait already`,
        { "retry-after": "1" },
      );
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        const at = this.#waiting.indexOf(begin);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      const begin = (hand: Hand) => {
        signal.removeEventListener("abort", leave);
        resolve(hand);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(begin);
    });
  }

  #start(): Hand {
    this.#hands++;
    const url = new URL("./_job_worker.ts", import.meta.url);
    return {
      worker: new Worker(url, { type: "module" }),
      idleTimer: undefined,
    };
  }

  #give(hand: Hand): void {
    const next = this.#waiting.shift();
    if (next !== undefined) return next(hand);
    if (this.#isClosed) return this.#drop(hand);
    this.#idle.push(hand);
    hand.idleTimer = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(hand), 1);
      this.#drop(hand);
    }, IDLE_MS);
    hand.idleTimer.unref();
  }

  #drop(hand: Hand): void {
    clearTimeout(hand.idleTimer);
    hand.worker.terminate();
    this.#hands--;
    const next = this.#waiting.shift();
    if (next !== undefined) next(this.#start());
  }
}

/** One job's conversation with its worker. */
class Talk {
  readonly #worker: Worker;
  readonly #input: Uint8Array | AsyncIterable<Uint8Array>;
  readonly #onProgress: ((bytesDone: number) => void) | undefined;
  #source: AsyncIterator<Uint8Array> | null = null;
  #news: FromWorker[] = [];
  #wake: () => void = () => {};
  #isOver = false;
  #inputError: unknown = null;

  constructor(
    worker: Worker,
    input: Uint8Array | AsyncIterable<Uint8Array>,
    onProgress: ((bytesDone: number) => void) | undefined,
  ) {
    this.#worker = worker;
    this.#input = input;
    this.#onProgress = onProgress;
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      this.#hear(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#hear({ kind: "crashed", message: event.message });
    };
  }

  async *run(job: Job): AsyncGenerator<Uint8Array> {
    const input = this.#input;
    if (input instanceof Uint8Array) {
      this.#send({ kind: "start", job, bytes: input });
    } else {
      this.#source = input[Symbol.asyncIterator]();
      this.#send({ kind: "start", job, bytes: null });
    }
    try {
      while (true) {
        const news = this.#news.shift();
        if (news === undefined) {
          await new Promise<void>((resolve) => this.#wake = resolve);
          continue;
        }
        if (this.#inputError !== null) throw this.#inputError;
        if (news.kind === "chunk") {
          yield news.bytes;
          this.#send({ kind: "next" });
        } else if (news.kind === "failed") throw new JobError(news.problem);
        else if (news.kind === "crashed") throw new Error(news.message);
        else if (news.kind === "done") return;
      }
    } finally {
      await this.#source?.return?.();
    }
  }

  cancel(): void {
    this.#send({ kind: "abort" });
  }

  /** Whether the worker has ended the job within some time after a cancel. */
  async settle(ms: number): Promise<boolean> {
    if (this.#news.some(({ kind }) => kind === "crashed")) return false;
    this.cancel();
    const end = performance.now() + ms;
    while (!this.#isOver && performance.now() < end) {
      this.#send({ kind: "next" });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.#isOver;
  }

  #hear(news: FromWorker): void {
    if (news.kind === "progress") return this.#onProgress?.(news.bytesDone);
    if (news.kind === "pull") return void this.#feed(news.room);
    if (news.kind !== "chunk") this.#isOver = news.kind !== "crashed";
    this.#news.push(news);
    this.#wake();
  }

  /** Sends the next chunk, in the buffer of the last one where it fits. */
  async #feed(room: ArrayBuffer | null): Promise<void> {
    try {
      const { value, done } = await this.#source!.next();
      if (done) return this.#send({ kind: "end" });
      const isRoom = room !== null && room.byteLength >= value.length;
      const buffer = isRoom ? room : new ArrayBuffer(
        Math.max(value.length, ROOM_BYTES),
      );
      const bytes = new Uint8Array(buffer, 0, value.length);
      bytes.set(value);
      this.#worker.postMessage({ kind: "bytes", bytes }, [buffer]);
    } catch (error) {
      this.#inputError = error;
      this.#send({ kind: "abort" });
    }
  }

  #send(message: ToWorker): void {
    const bytes = "bytes" in message ? message.bytes : null;
    // A view of its whole buffer can go over; nobody looks at it again.
    const isWhole = bytes !== null && bytes.buffer instanceof ArrayBuffer &&
      bytes.byteLength === bytes.buffer.byteLength;
    this.#worker.postMessage(message, isWhole ? [bytes.buffer] : []);
  }
}
