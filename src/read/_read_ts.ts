/**
 * The TypeScript engine: scans blocks, decides the types by a sample, builds
 * columns. It works in steps of about a megabyte, so that a caller can let
 * the event loop run in between.
 *
 * @module
 */

import { type Fault, ParseError } from "../errors.ts";
import type { Field } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import {
  type Cursor,
  FAULT,
  FieldBlock,
  HUNGRY as SCAN_HUNGRY,
  type Scanner,
} from "../values/block.ts";
import { BatchBuilder } from "./_batch.ts";
import {
  BATCH,
  END,
  type Engine,
  HUNGRY,
  type Pass,
  ROWS_MAX,
  type Step,
  WORKING,
} from "./_engine.ts";
import { compactBlock } from "./_compact.ts";
import { checkDeclared } from "./_declared.ts";
import { keptBlock, TypeFinder } from "./_sample.ts";
import { TolerantBuilder } from "./_tolerant.ts";
import { WhereScanner } from "./_where_scanner.ts";

/** A pass in TypeScript. */
export class TypeScriptEngine implements Engine {
  readonly #pass: Pass;
  readonly #scanner: Scanner;
  readonly #finder: TypeFinder;
  readonly #block = new FieldBlock();
  readonly #input: Cursor = { bytes: new Uint8Array(0), position: 0 };
  #last = false;
  #isStable = false;
  #fedBefore = 0;
  /** Rows scanned so far; never more than the limit. */
  #scanned = 0;
  /** The input is over, or it is wrong. */
  #isOver = false;
  #fault: Fault | null = null;
  /** Blocks of the sample that are not built yet. */
  #kept: FieldBlock[] = [];
  /** The block that is being built, and its first row that is not. */
  #current: FieldBlock | null = null;
  #row = 0;
  /** Builds where faulty rows do not end the reading. */
  readonly #tolerant: TolerantBuilder | null;
  /** Error rows of the block that are reported. */
  #error = 0;
  /** Null as long as the types are not decided. */
  #batch: BatchBuilder | null = null;
  #isReady = false;
  #taken = 0;

  /** A pass that has not begun. */
  constructor(pass: Pass) {
    this.#pass = pass;
    const { declared, columns = [], types, numbers, format } = pass;
    const known = [...declared.map(({ name }) => name), ...columns];
    if (format.name === "ndjson") {
      for (const { name } of format.rules.paths ?? []) known.push(name);
    }
    this.#scanner = scannerOf(pass, known);
    this.#finder = new TypeFinder(
      declared,
      types,
      pass.columns,
      numbers,
      format.name === "ndjson" && format.rules.lists?.areFound === true,
    );
    this.#tolerant = pass.policy === undefined
      ? null
      : new TolerantBuilder(pass.policy, pass.batchRows);
  }

  get bytesDone(): number {
    return this.#fedBefore + this.#input.position;
  }

  feed(bytes: Uint8Array, last: boolean, isStable: boolean): void {
    this.#fedBefore += this.#input.bytes.length;
    this.#input.bytes = bytes;
    this.#input.position = 0;
    this.#last = last;
    this.#isStable = isStable;
  }

  stepAsync(): Promise<Step> {
    return Promise.resolve(this.step());
  }

  step(): Step {
    if (this.#isReady) return BATCH;
    if (this.#pass.goal === "infer") return this.#inferStep();
    if (this.#batch === null) return this.#sampleStep();
    return this.#buildStep(this.#batch);
  }

  take(): Table {
    this.#isReady = false;
    this.#taken++;
    return this.#batch!.take();
  }

  fields(): Field[] {
    return this.#finder.fields(this.#names());
  }

  close(): void {
    this.#kept = [];
    this.#current = null;
    this.#batch = null;
    this.#isReady = false;
  }

  /** Whether no more is scanned. */
  get #isDone(): boolean {
    // Without a limit above 0 the header is waited for.
    const { limit } = this.#pass;
    return this.#isOver || (limit > 0 && this.#scanned >= limit);
  }

  /** Looks at one block for the types alone; a fault only ends it. */
  #inferStep(): Step {
    if (this.#isDone) return END;
    const isHungry = this.#scan(Infinity);
    this.#finder.see(this.#names(), this.#block);
    return isHungry ? HUNGRY : WORKING;
  }

  /** Names of the columns of whole records: a broken one may name more. */
  #names(): readonly string[] {
    const { names } = this.#scanner;
    const { newKeys, rows } = this.#block;
    const broken = newKeys.filter((key) => key.row >= rows).length;
    return broken === 0 ? names : names.slice(0, names.length - broken);
  }

  #sampleStep(): Step {
    const isHungry = this.#scan(this.#pass.sampleRows);
    const block = this.#block;
    if (hasNews(block)) {
      this.#finder.see(this.#names(), block);
      const isCallers = block.bytes.buffer === this.#input.bytes.buffer;
      const keepBytes = this.#isStable && isCallers;
      // A few rows must not hold on to all the bytes around them.
      const isSparse = this.#pass.where !== undefined && !keepBytes;
      this.#kept.push(
        isSparse ? compactBlock(block) : keptBlock(block, keepBytes),
      );
    }
    if (this.#isDone || this.#scanned >= this.#pass.sampleRows) {
      this.#kept.reverse();
      checkDeclared(this.#pass, this.#names());
      this.#batch = new BatchBuilder(
        this.fields(),
        this.#pass.types === "text",
        this.#rowsExpected(),
        this.#pass.largeFloats,
        this.#pass.columns,
        this.#pass.numbers,
      );
    }
    return isHungry ? HUNGRY : WORKING;
  }

  /** Rows of a batch, guessed from the sample and the input's size. */
  #rowsExpected(): number {
    const { batchRows, limit, bytesExpected } = this.#pass;
    const share = bytesExpected / Math.max(this.bytesDone, 1);
    const rows = this.#scanned * Math.max(share, 1);
    return Math.min(batchRows, limit, Math.ceil(rows * 1.03) + 64);
  }

  #buildStep(batch: BatchBuilder): Step {
    if (batch.rows === this.#pass.batchRows) return this.#complete(batch);
    const block = this.#current ?? this.#kept.pop() ?? null;
    if (block !== null) return this.#build(batch, block);
    if (!this.#isDone) {
      const isHungry = this.#scan(Infinity);
      this.#stopAtNewKey(batch.numColumns);
      if (hasNews(this.#block)) {
        this.#current = this.#block;
        // What is hungry must be built first: its bytes may be overwritten.
        return this.#build(batch, this.#block);
      }
      return isHungry ? HUNGRY : WORKING;
    }
    // Rows go out before the fault, unless all rows make one batch.
    const isTable = this.#pass.batchRows === ROWS_MAX;
    if (this.#fault !== null && (isTable || batch.rows === 0)) {
      throw new ParseError(this.#fault);
    }
    if (batch.rows > 0) return this.#complete(batch);
    // An input without rows still has names.
    return this.#taken === 0 ? this.#complete(batch) : END;
  }

  /** A key that the sample did not have is a fault of its row. */
  #stopAtNewKey(known: number): void {
    // Where columns are chosen, nobody wants a new one.
    if (this.#pass.columns !== undefined) return;
    const block = this.#block;
    const key = block.newKeys.find(({ column }) => column >= known);
    if (key === undefined) return;
    this.#fault = {
      code: "NEW_COLUMN",
      ...block.locate(key.at),
      args: { column: this.#scanner.names[key.column]! },
    };
    this.#isOver = true;
    block.rows = key.row;
  }

  /** Appends the block's rows up to the end of the batch. */
  #build(batch: BatchBuilder, block: FieldBlock): Step {
    if (this.#tolerant !== null) {
      return this.#buildTolerant(this.#tolerant, batch, block);
    }
    const room = this.#pass.batchRows - batch.rows;
    const to = Math.min(block.rows, this.#row + room);
    const fault = batch.append(block, this.#row, to);
    const isDone = fault !== null || to === block.rows;
    this.#current = isDone ? null : block;
    this.#row = isDone ? 0 : to;
    if (fault !== null) {
      // It lies before whatever the scanner found.
      this.#fault = fault;
      this.#isOver = true;
      this.#kept = [];
    }
    if (batch.rows === this.#pass.batchRows) return this.#complete(batch);
    return WORKING;
  }

  #buildTolerant(
    tolerant: TolerantBuilder,
    batch: BatchBuilder,
    block: FieldBlock,
  ): Step {
    const progress = { row: this.#row, error: this.#error };
    const fault = tolerant.append(batch, block, progress);
    // A row that is left out does not count for the limit.
    this.#scanned -= tolerant.leftOut;
    tolerant.leftOut = 0;
    const isDone = fault !== null || (progress.row === block.rows &&
      progress.error === block.errors.length);
    this.#current = isDone ? null : block;
    this.#row = isDone ? 0 : progress.row;
    this.#error = isDone ? 0 : progress.error;
    if (fault !== null) {
      this.#fault = fault;
      this.#isOver = true;
      this.#kept = [];
    }
    if (batch.rows === this.#pass.batchRows) return this.#complete(batch);
    return WORKING;
  }

  #complete(batch: BatchBuilder): Step {
    this.#isReady = batch.prepare();
    return this.#isReady ? BATCH : WORKING;
  }

  /** Scans one block of at most so many rows in all; true when hungry. */
  #scan(rowsMax: number): boolean {
    const block = this.#block;
    const { limit, format } = this.#pass;
    if (limit === 0 && format.name === "ndjson") {
      this.#isOver = true;
      return false;
    }
    const max = Math.max(1, Math.min(rowsMax, limit) - this.#scanned);
    const scan = this.#scanner.scan(this.#input, this.#last, max, block);
    if (scan === FAULT) this.#fault = block.fault;
    // Only names are wanted then.
    if (limit === 0) block.errors = [];
    if (limit === 0 && this.#scanner.names.length > 0) {
      // The header is all that is wanted; what follows it is not seen.
      block.rows = 0;
      this.#fault = null;
      this.#isOver = true;
      return false;
    }
    this.#scanned += block.rows;
    const isHungry = scan === SCAN_HUNGRY;
    this.#isOver = scan === FAULT || (isHungry && this.#last);
    return isHungry && !this.#isDone;
  }
}

function scannerOf(pass: Pass, known: readonly string[]): Scanner {
  const { where, format, numbers } = pass;
  const scanner = pass.scanner(known);
  if (where === undefined) return scanner;
  const hasHeader = format.name === "csv";
  return new WhereScanner(scanner, where, {
    hasHeader,
    known: hasHeader ? 0 : scanner.names.length,
    numbers,
  });
}

/** Whether a block holds anything to build. */
function hasNews(block: FieldBlock): boolean {
  return block.rows > 0 || block.errors.length > 0;
}
