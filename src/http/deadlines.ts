/**
 * Deadlines of many requests on one timer: setting and clearing one costs an
 * insertion into a set, not a timer.
 *
 * @module
 */

/** Milliseconds between looks at the deadlines. */
const TICK_MS = 100;

/** A deadline that was set. */
export interface Deadline {
  /** When it ends, on the clock of the deadlines. */
  at: number;
  /** Called once, at most a tick too late. */
  readonly expire: () => void;
}

/** Deadlines on one timer, which runs only while there are some. */
export class Deadlines {
  readonly #open = new Set<Deadline>();
  readonly #now: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Starts without deadlines.
   *
   * @param now The clock, in milliseconds.
   */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Sets a deadline.
   *
   * @param ms Milliseconds from now.
   * @param expire Called when they are over.
   * @returns What {@linkcode Deadlines.clear} takes.
   */
  set(ms: number, expire: () => void): Deadline {
    const deadline = { at: this.#now() + ms, expire };
    this.#open.add(deadline);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.look(), TICK_MS);
      this.#timer.unref();
    }
    return deadline;
  }

  /**
   * Takes a deadline back.
   *
   * @param deadline The deadline.
   */
  clear(deadline: Deadline): void {
    this.#open.delete(deadline);
  }

  /** Ends the deadlines that are over; the timer does this by itself. */
  look(): void {
    const now = this.#now();
    for (const deadline of this.#open) {
      if (deadline.at > now) continue;
      this.#open.delete(deadline);
      deadline.expire();
    }
    if (this.#open.size === 0 && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
