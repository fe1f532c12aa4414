/**
 * Deadlines of many requests on one timer: setting and clearing one costs a
 * place in a list, not a timer.
 *
 * @module
 */

/** Milliseconds between looks at the deadlines. */
const TICK_MS = 100;

/** A deadline that was set, in a list of those that are. */
export interface Deadline {
  /** When it ends, on the clock of the deadlines. */
  readonly at: number;
  /** Called once, at most a tick too late. */
  readonly expire: () => void;
  before: Deadline | null;
  after: Deadline | null;
}

/** Deadlines on one timer, which runs only while there are some. */
export class Deadlines {
  #first: Deadline | null = null;
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
   * @param now The time, where the caller has just asked the clock.
   * @returns What {@linkcode Deadlines.clear} takes.
   */
  set(ms: number, expire: () => void, now: number = this.#now()): Deadline {
    const after = this.#first;
    const deadline: Deadline = { at: now + ms, expire, before: null, after };
    if (after !== null) after.before = deadline;
    this.#first = deadline;
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.look(), TICK_MS);
      this.#timer.unref();
    }
    return deadline;
  }

  /**
   * Takes a deadline back, once.
   *
   * @param deadline The deadline.
   */
  clear(deadline: Deadline): void {
    const { before, after } = deadline;
    if (before !== null) before.after = after;
    else if (this.#first === deadline) this.#first = after;
    if (after !== null) after.before = before;
    deadline.before = deadline.after = null;
  }

  /** Ends the deadlines that are over; the timer does this by itself. */
  look(): void {
    const now = this.#now();
    let deadline = this.#first;
    while (deadline !== null) {
      const { after } = deadline;
      if (deadline.at <= now) {
        this.clear(deadline);
        deadline.expire();
      }
      deadline = after;
    }
    if (this.#first === null && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
