/**
 * The limits of the HTTP door, each with a name.
 *
 * @module
 */

/** What a request may take, and how long. */
export interface HttpLimits {
  /** Bytes of a body that is held in memory, after inflating. */
  readonly bodyBytes: number;
  /** Bytes of a body that is streamed through, after inflating. */
  readonly streamBytes: number;
  /**
   * Bytes of a body of rows that is streamed through, after inflating; as many
   * as `bodyBytes` unless given.
   */
  readonly rowBytes?: number;
  /** Bytes of a JSON body. */
  readonly jsonBytes: number;
  /** Levels of arrays and objects in a JSON body. */
  readonly jsonDepth: number;
  /** Milliseconds of waiting for a body before its rate counts. */
  readonly bodyGraceMs: number;
  /** Bytes a second that a body must bring while it is waited for. */
  readonly bodyBytesPerSecond: number;
  /** Milliseconds from a request's start to the start of its response. */
  readonly requestMs: number;
  /** Milliseconds in which a client must take a piece of its response. */
  readonly stallMs: number;
  /**
   * Bytes of bodies that are held at once, waiting or in work; never less
   * than `bodyBytes`.
   */
  readonly heldBytes: number;
  /** Requests in work at once. */
  readonly requests: number;
  /** Jobs that wait for a worker. */
  readonly queuedJobs: number;
  /** Milliseconds that running requests get when the server stops. */
  readonly drainMs: number;
}

/** The limits where nothing is said. */
export const DEFAULT_LIMITS: HttpLimits = {
  bodyBytes: 2 ** 30,
  streamBytes: Infinity,
  jsonBytes: 2 ** 23,
  jsonDepth: 64,
  bodyGraceMs: 5000,
  bodyBytesPerSecond: 1000,
  requestMs: 600_000,
  stallMs: 60_000,
  heldBytes: 2 ** 30,
  requests: 1024,
  queuedJobs: 64,
  drainMs: 10_000,
};
