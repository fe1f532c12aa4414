/**
 * Runs of a property over seeded random inputs, and smaller inputs where one
 * fails: what the properties of `tools/fuzz` share.
 *
 * @module
 */

import { Random } from "../../bench/data/_random.ts";

/** An input and how it is read. */
export interface Case<O> {
  readonly input: Uint8Array<ArrayBuffer>;
  readonly options: O;
}

/** What is checked of random inputs. */
export interface Property<O> {
  readonly name: string;
  /** Makes a case. */
  make(random: Random): Case<O>;
  /** What is wrong with each of some cases; null where nothing is. */
  check(cases: readonly Case<O>[]): Promise<(string | null)[]>;
  /** Why it cannot run here, or null. */
  missing?(): Promise<string | null>;
  /** Ends what it started. */
  end?(): Promise<void>;
}

/** Which cases run. */
export interface Runs {
  readonly runs: number;
  readonly seed: number;
  /** The first case; each has a random sequence of its own. */
  readonly from?: number;
  /** Told the cases that are done, now and then. */
  readonly onProgress?: (done: number) => void;
}

/** Cases that are checked at once. */
const BATCH = 256;

/** The random sequence of a case: the finalizer of MurmurHash3 over both. */
function randomOf(seed: number, number: number): Random {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return new Random(mixed ^ (mixed >>> 16));
}

/**
 * Runs a property.
 *
 * @param property The property.
 * @param which The cases.
 * @returns A report of the first case that fails, or null.
 */
export async function runProperty<O>(
  property: Property<O>,
  { runs, seed, from = 0, onProgress }: Runs,
): Promise<string | null> {
  for (let done = 0; done < runs; done += BATCH) {
    const count = Math.min(BATCH, runs - done);
    const cases = Array.from(
      { length: count },
      (_, index) => property.make(randomOf(seed, from + done + index)),
    );
    const faults = await faultsOf(property, cases);
    const failed = faults.findIndex((fault) => fault !== null);
    if (failed >= 0) {
      const number = from + done + failed;
      return await report(property, cases[failed]!, { seed, number });
    }
    onProgress?.(done + count);
  }
  return null;
}

/** The faults of some cases; what is thrown is one. */
async function faultsOf<O>(
  property: Property<O>,
  cases: readonly Case<O>[],
): Promise<(string | null)[]> {
  try {
    return await property.check(cases);
  } catch (error) {
    if (cases.length === 1) return [`threw ${(error as Error).stack}`];
    const faults = [];
    for (const one of cases) faults.push(...await faultsOf(property, [one]));
    return faults;
  }
}

async function report<O>(
  property: Property<O>,
  failed: Case<O>,
  { seed, number }: { seed: number; number: number },
): Promise<string> {
  const input = await shrunk(property, failed);
  const small = { ...failed, input };
  const [fault] = await faultsOf(property, [small]);
  return [
    `${property.name}: seed ${seed}, case ${number}`,
    `  input   ${shownBytes(input)}`,
    `  options ${JSON.stringify(failed.options)}`,
    `  ${fault}`,
    `  again   deno task fuzz --only "${property.name}" --seed ${seed} ` +
    `--from ${number} --runs 1`,
  ].join("\n");
}

/** The smallest input found that fails too: pieces are left out of it. */
async function shrunk<O>(
  property: Property<O>,
  { input, options }: Case<O>,
): Promise<Uint8Array<ArrayBuffer>> {
  let best = input;
  while (true) {
    const before = best.length;
    for (let size = before; size > 0; size--) {
      for (let at = 0; at + size <= best.length;) {
        const smaller = new Uint8Array(best.length - size);
        smaller.set(best.subarray(0, at));
        smaller.set(best.subarray(at + size), at);
        const [fault] = await faultsOf(property, [{ input: smaller, options }]);
        if (fault === null) at++;
        else best = smaller;
      }
    }
    if (best.length === before) return best;
  }
}

/** Bytes as a text that can be pasted. */
export function shownBytes(bytes: Uint8Array): string {
  return JSON.stringify(
    String.fromCharCode(...bytes.subarray(0, 4000)),
  ).replaceAll(
    /[\u007f-\u00ff]/g,
    (byte) => `\\u00${byte.charCodeAt(0).toString(16)}`,
  );
}

/**
 * A check of case after case as a check of several.
 *
 * @param check What is wrong with a case, or null.
 * @returns The check.
 */
export function eachOf<O>(
  check: (one: Case<O>) => Promise<string | null> | string | null,
): (cases: readonly Case<O>[]) => Promise<(string | null)[]> {
  return async (cases) => {
    const faults: (string | null)[] = [];
    for (const one of cases) {
      const fault = check(one);
      faults.push(fault instanceof Promise ? await fault : fault);
    }
    return faults;
  };
}

/**
 * Compares two results.
 *
 * @param what What they are.
 * @param found What was found.
 * @param expected What should be.
 * @returns What differs, or null.
 */
export function differs(
  what: string,
  found: unknown,
  expected: unknown,
): string | null {
  const [one, other] = [shown(found), shown(expected)];
  return one === other ? null : `${what}: found ${one}\n  expected ${other}`;
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, part) => {
    if (typeof part === "bigint") return `${part}n`;
    if (Object.is(part, -0)) return "-0";
    return typeof part === "number" && !Number.isFinite(part)
      ? `#${part}`
      : part;
  });
}

/**
 * Overwrites, drops, doubles or inserts a few bytes, or cuts the end off.
 *
 * @param random The dice.
 * @param bytes The bytes.
 * @param telling Bytes that mean something.
 * @returns Other bytes.
 */
export function damaged(
  random: Random,
  bytes: Uint8Array,
  telling: readonly number[],
): Uint8Array<ArrayBuffer> {
  const out = [...bytes];
  for (let change = 1 + random.below(3); change > 0; change--) {
    const at = random.below(out.length + 1);
    const kind = random.below(9);
    if (kind < 3) out.splice(at, 0, random.pick(telling));
    else if (kind < 5) out.splice(at, 1 + random.below(4));
    else if (kind === 5) out.splice(at, 0, ...out.slice(at, at + 5));
    else if (kind === 6 && random.below(3) === 0) out.length = at;
    else if (at < out.length) out[at] = random.pick(telling);
  }
  return Uint8Array.from(out);
}
