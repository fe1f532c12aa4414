/**
 * Values on the way of paths: a path's own value becomes a field of its
 * column, all else is checked as nested values are. Open brackets stand on a
 * list, so depth costs no calls.
 *
 * @module
 */

import type { ColumnPath } from "../read/_engine.ts";
import { stopAt, stopExpected, STOPPED } from "./_stop.ts";
import { lastString, skipBlank, stringEnd, unescape } from "./_token_scan.ts";

/** The record that is read, as far as paths fill it. */
export interface GuidedRecord {
  /** Whole lines, each with its line feed. */
  readonly bytes: Uint8Array;
  /** Records of the block so far. */
  readonly rows: number;
  /** Makes the value at `at` a column's field; where it ends, or -1. */
  read(at: number, column: number): number;
  /** Makes a nested value's text a column's field. */
  keep(start: number, end: number, column: number): void;
  /** Forgets a column's field. */
  forget(column: number): void;
  /** Checks any value inside so many brackets; where it ends, or -1. */
  pass(at: number, outer: number): number;
}

/** Numbers of an open bracket in the list of frames. */
const FRAME = 5;
/** Where in a frame: its place, and 1 for an object. */
const START = 0;
const IS_OBJECT = 1;
/** The paths through it: those from the first to the last of the active. */
const FIRST = 2;
const LAST = 3;
/** The item that comes next in a list. */
const ITEM = 4;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** What a scanner knows of its paths and of the record that it reads. */
export class GuidedScan {
  readonly #paths: readonly ColumnPath[];
  readonly #depthMax: number;
  readonly #replaceLone: boolean;
  readonly #strictKeys: boolean;
  /** The column of each path. */
  readonly #columns: readonly number[];
  /** For each column whether its name stands for a path. */
  readonly #isPath: boolean[] = [];
  /** For each top-level key the paths that begin with it, by its column. */
  readonly #roots: (readonly number[])[] = [];
  /** For each top-level key the row behind the last one that had it. */
  readonly #seen: number[] = [];
  /** For each path how many of its steps were taken in this record. */
  readonly #taken: Int32Array;
  /** The paths through each open bracket and the value in hand. */
  #active = new Int32Array(64);
  #activeCount = 0;
  /** The open brackets on the way, and where the innermost one stands. */
  #frames = new Int32Array(16 * FRAME);
  #top = -FRAME;
  /** Brackets that are open on the way, besides the record's own. */
  depth = 0;
  /** How many steps each path has. */
  readonly #steps: Int32Array;
  /** A value goes on: it begins or it ended where the last call says. */
  #isBehind = false;

  /** For a scanner that knows `names` beforehand, those of the paths too. */
  constructor(
    paths: readonly ColumnPath[],
    names: readonly string[],
    rules: {
      readonly maxDepth: number;
      readonly duplicates: "last" | "error";
      readonly surrogates: "error" | "replace";
    },
  ) {
    this.#paths = paths;
    this.#columns = paths.map(({ name }) => names.indexOf(name));
    this.#depthMax = rules.maxDepth;
    this.#replaceLone = rules.surrogates === "replace";
    this.#strictKeys = rules.duplicates === "error";
    this.#taken = new Int32Array(paths.length);
    this.#steps = Int32Array.from(paths, ({ path }) => path.steps.length);
  }

  /** Begins a block; rows are counted from 0 again. */
  begin(): void {
    this.#seen.fill(0);
    this.depth = 0;
    this.#top = -FRAME;
  }

  /** Begins a record. */
  beginRecord(): void {
    this.#taken.fill(0);
  }

  /** Whether a top-level key stands in the record already; notes that it does. */
  isRepeated(names: readonly string[], column: number, row: number): boolean {
    while (this.#roots.length < names.length) this.#know(names);
    const isRepeated = this.#seen[column]! > row;
    this.#seen[column] = row + 1;
    return isRepeated;
  }

  /** Learns a key that is new. */
  #know(names: readonly string[]): void {
    const column = this.#roots.length;
    const key = encoder.encode(names[column]);
    const paths = this.#paths.keys();
    this.#roots.push(
      paths.filter((path) => this.#goesToKey(path, 0, key, 0, key.length))
        .toArray(),
    );
    this.#isPath.push(this.#columns.includes(column));
    this.#seen.push(0);
  }

  /**
   * Reads the value of a top-level key, which may lie on the way of paths.
   *
   * @returns Where it ends, or -1.
   */
  value(record: GuidedRecord, at: number, column: number): number {
    const roots = this.#roots[column]!;
    // The name of a path stands for that path alone.
    const isOwn = !this.#isPath[column];
    if (roots.length === 0 && isOwn) return record.read(at, column);
    this.#activeCount = 0;
    for (const path of roots) this.#enter(record, path, 1);
    const goesFurther = this.#goesFurther(record.bytes, at);
    if (isOwn && !goesFurther) {
      const end = record.read(at, column);
      if (end < 0 || this.#activeCount === 0) return end;
    }
    const end = this.#walk(record, at);
    if (end >= 0 && isOwn && goesFurther) record.keep(at, end, column);
    return end;
  }

  #goesToKey(
    path: number,
    step: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const name = this.#paths[path]!.path.steps[step]?.name ?? null;
    if (name === null || name.length !== end - start) return false;
    let at = 0;
    while (at < name.length && name[at] === bytes[start + at]) at++;
    return at === name.length;
  }

  /**
   * A path has taken so many steps. What it found in this record is
   * forgotten: the last one of equal keys wins.
   */
  #enter(record: GuidedRecord, path: number, steps: number): void {
    this.#taken[path] = steps;
    if (this.#activeCount === this.#active.length) {
      const active = new Int32Array(2 * this.#activeCount);
      active.set(this.#active);
      this.#active = active;
    }
    this.#active[this.#activeCount++] = path;
    record.forget(this.#columns[path]!);
  }

  /** The first of the active paths that go through the value in hand. */
  get #first(): number {
    return this.depth === 0 ? 0 : this.#frames[this.#top + LAST]!;
  }

  /** Whether a bracket at `at` holds what one of the paths goes to. */
  #goesFurther(bytes: Uint8Array, at: number): boolean {
    if (bytes[at] !== 123 && bytes[at] !== 91) return false;
    const taken = this.depth + 1;
    for (let index = this.#first; index < this.#activeCount; index++) {
      if (this.#steps[this.#active[index]!]! > taken) return true;
    }
    return false;
  }

  /** Reads the value at `at`, through which the active paths go. */
  #walk(record: GuidedRecord, at: number): number {
    this.#isBehind = false;
    while (at >= 0) {
      if (this.#isBehind) {
        if (this.depth === 0) return at;
        at = this.#behind(record, at);
      } else if (this.#goesFurther(record.bytes, at)) {
        at = this.#open(record, at);
      } else {
        at = this.#leaf(record, at);
        this.#isBehind = true;
      }
    }
    return STOPPED;
  }

  /** A value that no path goes further into: the field of those that end here. */
  #leaf(record: GuidedRecord, at: number): number {
    const taken = this.depth + 1;
    let end = 0;
    for (let index = this.#first; index < this.#activeCount; index++) {
      const path = this.#active[index]!;
      if (this.#steps[path] !== taken) continue;
      end = record.read(at, this.#columns[path]!);
      if (end < 0) return STOPPED;
    }
    return end > 0 ? end : record.pass(at, this.depth);
  }

  #open(record: GuidedRecord, at: number): number {
    const { bytes } = record;
    // The record's own bracket is open besides these.
    if (this.depth + 1 >= this.#depthMax) {
      const limit = String(this.#depthMax);
      return stopAt("DEPTH_EXCEEDED", at, at, { limit });
    }
    const isObject = bytes[at] === 123;
    this.#push(at, isObject);
    const next = skipBlank(bytes, at + 1);
    // A closing bracket is two above the opening one, in both pairs.
    if (bytes[next] === bytes[at]! + 2) return this.#close(record, next);
    return this.#enterNext(record, next, isObject);
  }

  #push(at: number, isObject: boolean): void {
    const first = this.#first;
    const top = this.#top += FRAME;
    this.depth++;
    if (top === this.#frames.length) {
      const grown = new Int32Array(2 * top);
      grown.set(this.#frames);
      this.#frames = grown;
    }
    const frames = this.#frames;
    frames[top + START] = at;
    frames[top + IS_OBJECT] = isObject ? 1 : 0;
    frames[top + FIRST] = first;
    frames[top + LAST] = this.#activeCount;
    frames[top + ITEM] = 0;
  }

  /** What follows a value inside a bracket. */
  #behind(record: GuidedRecord, end: number): number {
    const isObject = this.#frames[this.#top + IS_OBJECT] === 1;
    this.#activeCount = this.#frames[this.#top + LAST]!;
    const { bytes } = record;
    const at = skipBlank(bytes, end);
    if (bytes[at] === 44) {
      return this.#enterNext(record, skipBlank(bytes, at + 1), isObject);
    }
    if (bytes[at] === (isObject ? 125 : 93)) return this.#close(record, at);
    return stopExpected(
      bytes,
      at,
      isObject ? "expected ',' or '}'" : "expected ',' or ']'",
    );
  }

  /** Closes a bracket: its text is the field of the paths that end there. */
  #close(record: GuidedRecord, at: number): number {
    const top = this.#top;
    const start = this.#frames[top + START]!;
    const last = this.#frames[top + LAST]!;
    const taken = this.depth--;
    this.#top -= FRAME;
    for (let index = this.#frames[top + FIRST]!; index < last; index++) {
      const path = this.#active[index]!;
      if (this.#steps[path] !== taken) continue;
      record.keep(start, at + 1, this.#columns[path]!);
    }
    this.#isBehind = true;
    return at + 1;
  }

  /** The next member (whose key is at `at`) or item: the place of its value. */
  #enterNext(record: GuidedRecord, at: number, isObject: boolean): number {
    this.#isBehind = false;
    if (isObject) return this.#enterMember(record, at);
    const frames = this.#frames;
    const item = frames[this.#top + ITEM]!++;
    const taken = this.depth;
    const last = frames[this.#top + LAST]!;
    for (let index = frames[this.#top + FIRST]!; index < last; index++) {
      const path = this.#active[index]!;
      const step = this.#paths[path]!.path.steps[taken];
      if (step?.index === item) this.#enter(record, path, taken + 1);
    }
    return at;
  }

  #enterMember(record: GuidedRecord, at: number): number {
    const { bytes } = record;
    if (bytes[at] !== 34) return stopExpected(bytes, at, "expected a key");
    const quote = stringEnd(bytes, at + 1, this.#replaceLone);
    if (quote < 0) return STOPPED;
    let text = bytes;
    let start = at + 1;
    let end = quote;
    if (lastString.hasEscapes) {
      text = new Uint8Array(end - start);
      end = unescape(bytes, start, end, text, 0);
      start = 0;
    }
    const taken = this.depth;
    const last = this.#frames[this.#top + LAST]!;
    let index = this.#frames[this.#top + FIRST]!;
    for (; index < last; index++) {
      const path = this.#active[index]!;
      if (!this.#goesToKey(path, taken, text, start, end)) continue;
      if (this.#strictKeys && this.#taken[path]! > taken) {
        const key = decoder.decode(text.subarray(start, end));
        return stopAt("DUPLICATE_KEY", at, quote, { key });
      }
      this.#enter(record, path, taken + 1);
    }
    const colon = skipBlank(bytes, quote + 1);
    if (bytes[colon] !== 58) return stopExpected(bytes, colon, "expected ':'");
    return skipBlank(bytes, colon + 1);
  }
}
