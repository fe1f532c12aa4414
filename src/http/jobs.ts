/**
 * Operations in workers, so that the event loop stays free for requests: a
 * few workers that start when they are needed, one job each at a time, and a
 * bounded queue before them.
 *
 * @module
 */

import type { EngineMode, OptionValues } from "../catalogue/op.ts";
import type { Compression } from "../inflate/inflate.ts";
import type { FromWorker, ToWorker } from "./_job_worker.ts";
import { HttpError, type Problem } from "./problem.ts";

/** Milliseconds in which a worker must answer after a cancel. */
const GRACE_MS = 2000;

/** Milliseconds between looks at workers that find their way out. */
const SETTLE_LOOK_MS = 10;

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
  /** The body's `content-encoding`. */
  readonly encoding: Compression | null;
  /** Whether its first bytes may say that it is a compressed file. */
  readonly isByMagic: boolean;
  /** Whether the operation takes it in one piece. */
  readonly isWhole: boolean;
  /** Its bytes as sent, where they are known; else NaN. */
  readonly size: number;
  /** Bytes that it may have, inflated. */
  readonly maxBytes: number;
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
   * @param stack Where the worker failed, for the log.
   */
  constructor(problem: Problem, stack?: string) {
    super(problem.detail);
    this.problem = problem;
    if (stack !== undefined) this.stack = stack;
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
   * Refuses work before its body is read.
   *
   * @throws {HttpError} 429 if the queue is full.
   */
  assertRoom(): void {
    if (this.#waiting.length < this.#queueMax) return;
    throw new HttpError(
      429,
      "QUEUE_FULL",
      `Cannot queue the work: ${this.#queueMax} jobs wait already`,
      { "retry-after": "1" },
    );
  }

  /**
   * Runs a job.
   *
   * @param job What to do.
   * @param input Chunks of the body as it was sent.
   * @param options Who stops it and who listens.
   * @returns The result's chunks.
   * @throws {HttpError} 429 if the queue is full.
   * @throws {JobError} What went wrong in the worker.
   */
  async *run(
    job: Job,
    input: AsyncIterable<Uint8Array>,
    options: {
      signal: AbortSignal;
      onProgress?: ((bytesDone: number) => void) | undefined;
      onErrorRows?: ((count: number) => void) | undefined;
    },
  ): AsyncGenerator<Uint8Array> {
    const { signal } = options;
    const hand = await this.#take(signal);
    const talk = new Talk(hand.worker, input, options.onProgress);
    const stop = () => talk.fail(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      const errorRows = yield* talk.run(job);
      options.onErrorRows?.(errorRows);
    } finally {
      signal.removeEventListener("abort", stop);
      talk.close();
      // Nobody waits while a worker finds its way out.
      if (talk.isOver) this.#give(hand);
      else void this.#retire(hand, talk);
    }
  }

  /**
   * Waits for jobs that were given up: a process that ends while a kernel
   * runs takes its memory from under it.
   *
   * @param ms Milliseconds at most.
   */
  async settled(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.#hands > this.#idle.length && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_LOOK_MS));
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
    this.assertRoom();
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

  /** Takes a worker back whose job was given up. */
  async #retire(hand: Hand, talk: Talk): Promise<void> {
    if (await talk.settle(GRACE_MS)) this.#give(hand);
    else this.#drop(hand);
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
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onProgress: ((bytesDone: number) => void) | undefined;
  #news: FromWorker[] = [];
  #wake: () => void = () => {};
  #failure: { readonly error: unknown } | null = null;
  #bytesSent = 0;
  #isOver = false;
  #isStarted = false;
  #isCrashed = false;
  #isAwake = false;
  #isClosed = false;

  constructor(
    worker: Worker,
    input: AsyncIterable<Uint8Array>,
    onProgress: ((bytesDone: number) => void) | undefined,
  ) {
    this.#worker = worker;
    this.#source = input[Symbol.asyncIterator]();
    this.#onProgress = onProgress;
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      this.#hear(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#hear({ kind: "crashed", message: event.message });
    };
  }

  /** Whether the worker is free for another job. */
  get isOver(): boolean {
    return this.#isOver || !this.#isStarted;
  }

  /** The result's chunks, then the number of its error rows. */
  async *run(job: Job): AsyncGenerator<Uint8Array, number> {
    this.#isStarted = true;
    this.#send({ kind: "start", job });
    while (true) {
      // A worker in synchronous work says nothing of a cancel.
      if (this.#failure !== null) throw this.#failure.error;
      const news = this.#news.shift();
      if (news === undefined) {
        await new Promise<void>((resolve) => this.#wake = resolve);
      } else if (news.kind === "chunk") {
        yield news.bytes;
        this.#send({ kind: "next" });
      } else if (news.kind === "failed") {
        throw new JobError(news.problem, news.stack);
      } else if (news.kind === "crashed") throw new Error(news.message);
      else if (news.kind === "done") return news.errorRows;
    }
  }

  /** Gives the job up, whatever the worker does. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** No more input is wanted, and none is sent. */
  close(): void {
    this.#isClosed = true;
    // Not awaited: where a read hangs, so would this.
    this.#source.return?.().catch(() => {});
  }

  /**
   * Waits for the worker's end of a job that was given up: as long as it
   * answers, for it may wait for a kernel that still uses its memory.
   */
  async settle(graceMs: number): Promise<boolean> {
    this.#send({ kind: "abort" });
    while (!this.#isOver && !this.#isCrashed) {
      this.#isAwake = false;
      this.#send({ kind: "ping" });
      await this.#endWithin(graceMs);
      if (!this.#isOver && !this.#isAwake) return false;
    }
    return this.#isOver;
  }

  #endWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!this.#isOver && !this.#isCrashed) return;
        clearTimeout(timer);
        resolve();
      };
      this.#wake();
    });
  }

  #hear(news: FromWorker): void {
    if (news.kind === "progress") {
      // Of a compressed body the client knows the bytes that it has sent.
      return this.#onProgress?.(Math.min(news.bytesDone, this.#bytesSent));
    }
    if (news.kind === "pull") return void this.#feed(news.room);
    this.#isAwake = true;
    if (news.kind === "pong") return;
    if (news.kind === "crashed") this.#isCrashed = true;
    else if (news.kind !== "chunk") this.#isOver = true;
    this.#news.push(news);
    this.#wake();
  }

  /** Sends the next chunk, in the buffer of the last one where it fits. */
  async #feed(room: ArrayBuffer | null): Promise<void> {
    try {
      const { value, done } = await this.#source.next();
      // The worker may have another job by now.
      if (this.#isClosed) return;
      if (done) return this.#send({ kind: "end" });
      this.#bytesSent += value.length;
      const isRoom = room !== null && room.byteLength >= value.length;
      const buffer = isRoom ? room : new ArrayBuffer(
        Math.ceil(value.length / ROOM_BYTES) * ROOM_BYTES,
      );
      const bytes = new Uint8Array(buffer, 0, value.length);
      bytes.set(value);
      this.#worker.postMessage({ kind: "bytes", bytes }, [buffer]);
    } catch (error) {
      this.fail(error);
    }
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
