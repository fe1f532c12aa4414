/**
 * The control block of a long native call: an `AbortSignal` becomes a flag
 * that the kernel polls, the kernel's progress becomes a number.
 *
 * @module
 */

/** What a control block is bound to. */
export interface ControlOptions {
  /** Stops the kernel. */
  signal?: AbortSignal | undefined;
  /** Told the bytes done, about ten times a second. */
  onProgress?: ((bytesDone: number) => void) | undefined;
}

/**
 * Cells of the block: stop flag, files done, bytes done (low and high half),
 * files in all.
 */
const CELLS = 5;

/** How often progress is looked at. */
const PROGRESS_INTERVAL_MS = 100;

/**
 * Shared cells between JavaScript and a running kernel. Dispose it when
 * the call has settled; the signal is then let go.
 */
export class Control implements Disposable {
  /** The cells; pass them and `cells.length` to the export. */
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  readonly #stop = () => Atomics.store(this.cells, 0, 1);

  /**
   * Makes a block and binds it.
   *
   * @param options The signal to follow and the listener to tell.
   */
  constructor({ signal, onProgress }: ControlOptions = {}) {
    this.cells = new Int32Array(new SharedArrayBuffer(CELLS * 4));
    this.#signal = signal;
    if (signal?.aborted) this.#stop();
    signal?.addEventListener("abort", this.#stop, { once: true });
    if (onProgress !== undefined) {
      this.#timer = setInterval(
        () => onProgress(this.bytesDone),
        PROGRESS_INTERVAL_MS,
      );
    }
  }

  /** Bytes of the input that the kernel has done. */
  get bytesDone(): number {
    const low = Atomics.load(this.cells, 2) >>> 0;
    return Atomics.load(this.cells, 3) * 2 ** 32 + low;
  }

  /** Files of a set that the kernel has done. */
  get filesDone(): number {
    return Atomics.load(this.cells, 1);
  }

  /** Files of a set that the kernel has found; 0 until it knows. */
  get filesTotal(): number {
    return Atomics.load(this.cells, 4);
  }

  /** Lets go of the signal and the listener. */
  [Symbol.dispose](): void {
    this.#signal?.removeEventListener("abort", this.#stop);
    // The first use of a timer loads a module of the runtime: 4 ms.
    if (this.#timer !== undefined) clearInterval(this.#timer);
  }
}
