/**
 * What a reading engine is: bytes in, batches out. Both engines sit behind
 * this interface, so that `_drive.ts` treats them alike.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import type { Field } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import type { Scanner } from "../values/block.ts";
import type { JsonPath } from "../values/json_path.ts";
import type { DialectRules } from "./_dialect_rules.ts";
import type { NumberStyle } from "./_number_style.ts";
import type { Condition } from "./where.ts";

/** A column that is read by path. */
export interface ColumnPath {
  /** The column's name. */
  readonly name: string;
  /** Where its values stand in the records; without wildcards. */
  readonly path: JsonPath;
}

/** Which arrays are lists, not texts. */
export interface ListRule {
  /** Those of every column whose values agree with it. */
  readonly areFound: boolean;
  /** Those of the columns that are declared so. */
  readonly names: ReadonlySet<string>;
}

/** Options of NDJSON as the scanners take them. */
export interface JsonRules {
  /** Brackets that may be open at once. */
  readonly maxDepth: number;
  /** A repeated key: the last one wins, or an error. */
  readonly duplicates: "last" | "error";
  /** An escape of a lone surrogate: an error, or U+FFFD. */
  readonly surrogates: "error" | "replace";
  /** An integer beyond 64 bits: an error, or text. */
  readonly integers: "error" | "text";
  /** A number beyond f64: an error, or text. */
  readonly overflow: "error" | "text";
  /** A blank line: skipped, or an error. */
  readonly blankLines: "skip" | "error";
  /** Which columns are lists; absent where none is. */
  readonly lists?: ListRule | undefined;
  /** What is read by path; absent where nothing is. */
  readonly paths?: readonly ColumnPath[] | undefined;
}

/** The format of an input and its options. */
export type Format =
  | {
    readonly name: "csv";
    /** One ASCII character. */
    readonly delimiter: string;
    /** Whether the first record holds the names. */
    readonly header: boolean;
    /** All of it, where the strict scanner does not do. */
    readonly dialect?: DialectRules | undefined;
  }
  | {
    readonly name: "ndjson";
    readonly rules: JsonRules;
    /** The records stand in one JSON array, not a line each. */
    readonly isArray?: boolean;
  };

/** What becomes of faulty rows where they do not simply end the reading. */
export interface RowPolicy {
  /** What becomes of a value that does not fit its column. */
  readonly onMisfit: "throw" | "collect" | "null";
  /** Error rows at most. */
  readonly maxErrors: number;
  /** Takes an error row. */
  readonly report: (fault: Fault) => void;
}

/** What one pass over an input is to do. */
export interface Pass {
  /** The format and its options. */
  readonly format: Format;
  /** Makes the TypeScript scanner; `names` are columns known beforehand. */
  readonly scanner: (names: readonly string[]) => Scanner;
  /** What becomes of faulty rows; absent where a fault ends the reading. */
  readonly policy?: RowPolicy | undefined;
  /** How numbers are written; absent for `1234.5`. */
  readonly numbers?: NumberStyle | undefined;
  /** `text` reads every undeclared column as text without nulls. */
  readonly types: "auto" | "text";
  /** The columns to read; all where absent. The others are passed over. */
  readonly columns: ReadonlySet<string> | undefined;
  /** What the rows must meet, all of it; absent where all are wanted. */
  readonly where?: readonly Condition[] | undefined;
  /** Types known beforehand, in the order of their declaration. */
  readonly declared: readonly Field[];
  /**
   * Columns that the caller declared f64: only there an integer beyond 2^53
   * fits, if it is written as an f64 prints. (A second pass declares the types
   * that the first one found, too.)
   */
  readonly largeFloats: ReadonlySet<string>;
  /** Whether to make batches, or only to find the types. */
  readonly goal: "build" | "infer";
  /** Rows of a batch; a table is one batch of `ROWS_MAX`. */
  readonly batchRows: number;
  /** Rows that decide the types which are not declared. */
  readonly sampleRows: number;
  /** Rows to read at most. */
  readonly limit: number;
  /** Bytes of the input, as far as they are known; else 0. */
  readonly bytesExpected: number;
  /** Threads that may read a table; 0 = as many as there are cores. */
  readonly threads: number;
  /** Bytes of a thread's part of the input; 0 = what suits. */
  readonly chunkBytes: number;
}

/** The most rows of a batch: 32-bit codes and offsets count them. */
export const ROWS_MAX: number = 2 ** 31 - 2;

/** All bytes fed are used up; feed more. */
export const HUNGRY = "hungry";
/** Some work is done, more is left: call again. */
export const WORKING = "working";
/** A batch is complete: take it, then call again. */
export const BATCH = "batch";
/** The input is over and all batches are taken. */
export const END = "end";

/** How a step ended. */
export type Step =
  | typeof HUNGRY
  | typeof WORKING
  | typeof BATCH
  | typeof END;

/** One pass over one input. */
export interface Engine {
  /**
   * Hands over bytes. They must stay as they are until a step says `HUNGRY`;
   * `isStable` promises that they stay for good.
   */
  feed(bytes: Uint8Array, last: boolean, isStable: boolean): void;
  /**
   * Takes a regular file, whose path is resolved, instead of what is fed.
   * False where the engine cannot.
   */
  takeFile?(path: string): boolean;
  /**
   * Bytes that are to be read ahead while it works; absent or 0 where chunks
   * are best fed as they come.
   */
  readonly aheadBytes?: number;
  /**
   * Works on what was fed, for some milliseconds at most.
   *
   * @throws {ParseError} At a fault, once the rows before it are taken.
   */
  step(): Step;
  /** The same without holding up the event loop. */
  stepAsync(): Promise<Step>;
  /** Takes the complete batch. */
  take(): Table;
  /** The types found so far, after a pass that infers. */
  fields(): Field[];
  /** Bytes of the input done. */
  readonly bytesDone: number;
  /** Lets go of everything; again is fine. */
  close(): void;
}
