/**
 * What a comparison with a rival is, and how a pair of runs is measured.
 *
 * @module
 */

/** One side of a comparison: does the work once, gives an answer. */
export type Side = () => Promise<unknown>;

/**
 * An answer of a side that takes its own time: work that is too short to be
 * timed once, or that another process does when it is asked.
 */
export class Timed {
  /** What the work took, in milliseconds. */
  readonly ms: number;
  /** Its answer. */
  readonly answer: unknown;

  /**
   * An answer and its time.
   *
   * @param ms What the work took, in milliseconds.
   * @param answer Its answer.
   */
  constructor(ms: number, answer: unknown) {
    this.ms = ms;
    this.answer = answer;
  }
}

/** A comparison, ready to run. */
export interface Prepared {
  /** Our side. */
  readonly ours: Side;
  /** The rival's side. */
  readonly theirs: Side;
  /** Whether both answers say the same. */
  readonly equal: (ours: unknown, theirs: unknown) => boolean;
  /** Limits of our side besides time, looked at after the pairs. */
  readonly limits?: () => readonly Limit[];
}

/** A bound that is no ratio of times. */
export interface Limit {
  /** What is bounded, unit included: `peakRssMB`. */
  readonly what: string;
  /** The figure. */
  readonly value: number;
  /** Its lower bound, if any. */
  readonly min?: number;
  /** Its upper bound, if any. */
  readonly max?: number;
}

/** A comparison of one case with one rival. */
export interface VersusCase {
  /** The case: what is done and on what data. */
  readonly name: string;
  /** The rival. */
  readonly rival: string;
  /** The largest allowed ratio of our time to theirs. */
  readonly target: number;
  /** Interleaved pairs of runs. */
  readonly pairs: number;
  /** What a reader must know, for instance where a rival does less work. */
  readonly note?: string;
  /** The rival's version, or null where it cannot be had here. */
  readonly rivalVersion: () => Promise<string | null>;
  /** Makes the data and both sides. */
  readonly prepare: () => Promise<Prepared>;
}

/** The result of a comparison, as `--json` prints it. */
export interface VersusResult {
  readonly case: string;
  readonly rival: string;
  readonly rivalVersion: string;
  readonly oursMs: number;
  readonly theirsMs: number;
  readonly ratio: number;
  readonly target: number;
  readonly pairs: number;
  readonly answersEqual: boolean;
  readonly limits: readonly (Limit & { readonly met: boolean })[];
  readonly note: string;
  readonly cpu: string;
}

/**
 * Runs the pairs of a case, order alternating, after one warm-up each.
 *
 * @param versus The case.
 * @param cpu The machine's description.
 * @returns Minimum times, their ratio, and whether the answers agree.
 */
export async function measure(
  versus: VersusCase,
  cpu: string,
): Promise<VersusResult | null> {
  const rivalVersion = await versus.rivalVersion();
  if (rivalVersion === null) return null;
  const prepared = await versus.prepare();
  const [first, other] = [
    await timed(prepared.ours),
    await timed(prepared.theirs),
  ];
  let answersEqual = prepared.equal(first.answer, other.answer);
  let [oursMs, theirsMs] = [Infinity, Infinity];
  for (let pair = 0; pair < versus.pairs; pair++) {
    const order = pair % 2 === 0 ? "ot" : "to";
    let [ours, theirs]: unknown[] = [];
    for (const side of order) {
      if (side === "o") {
        const { ms, answer } = await timed(prepared.ours);
        oursMs = Math.min(oursMs, ms);
        ours = answer;
      } else {
        const { ms, answer } = await timed(prepared.theirs);
        theirsMs = Math.min(theirsMs, ms);
        theirs = answer;
      }
    }
    answersEqual &&= prepared.equal(ours, theirs);
  }
  const limits = (prepared.limits?.() ?? []).map((limit) => ({
    ...limit,
    met: limit.value >= (limit.min ?? -Infinity) &&
      limit.value <= (limit.max ?? Infinity),
  }));
  return {
    case: versus.name,
    rival: versus.rival,
    rivalVersion,
    oursMs,
    theirsMs,
    ratio: oursMs / theirsMs,
    target: versus.target,
    pairs: versus.pairs,
    answersEqual,
    limits,
    note: versus.note ?? "",
    cpu,
  };
}

async function timed(side: Side): Promise<Timed> {
  const start = performance.now();
  const answer = await side();
  if (answer instanceof Timed) return answer;
  return new Timed(performance.now() - start, answer);
}
