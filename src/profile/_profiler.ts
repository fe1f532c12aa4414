/**
 * The TypeScript kernel of `profile`: bytes in, figures out, in slices that
 * let other tasks run.
 *
 * @module
 */

import { ParseError } from "../errors.ts";
import {
  type Cursor,
  FAULT,
  FieldBlock,
  HUNGRY,
  PIECE_BYTES,
  type Scanner,
} from "../values/block.ts";
import { type BlockView, Column } from "./_column.ts";
import { finishColumn } from "./_finish.ts";
import type { Pace } from "../pace.ts";
import { seedSketch } from "./_seed.ts";
import type { KernelResult, ProfileColumn } from "./types.ts";

/** Rows between two looks at the memory limit; rule 17. */
export const BLOCK_ROWS = 65_536;

/** Profiles an input that comes in chunks. */
export class Profiler {
  readonly #scanner: Scanner;
  readonly #memory: number;
  readonly #pace: Pace;
  readonly #block = new FieldBlock();
  readonly #columns: Column[] = [];
  #rows = 0;

  /**
   * Starts without rows.
   *
   * @param scanner Splits the input.
   * @param memory The limit in logical bytes.
   * @param pace The clock.
   */
  constructor(scanner: Scanner, memory: number, pace: Pace) {
    this.#scanner = scanner;
    this.#memory = memory;
    this.#pace = pace;
  }

  /**
   * Adds bytes.
   *
   * @param bytes The next bytes; they may change after the call.
   * @param last Whether the input ends with them.
   * @throws {ParseError} If the input breaks a rule of its format.
   */
  async push(bytes: Uint8Array, last: boolean): Promise<void> {
    for (let at = 0; at < bytes.length || at === 0; at += PIECE_BYTES) {
      const end = Math.min(at + PIECE_BYTES, bytes.length);
      const piece = bytes.subarray(at, end);
      await this.#pushPiece(piece, last && end === bytes.length);
    }
  }

  async #pushPiece(bytes: Uint8Array, last: boolean): Promise<void> {
    const cursor: Cursor = { bytes, position: 0 };
    const block = this.#block;
    while (true) {
      const rowsMax = BLOCK_ROWS - this.#rows % BLOCK_ROWS;
      const scan = this.#scanner.scan(cursor, last, rowsMax, block);
      if (scan === FAULT) throw new ParseError(block.fault!);
      await this.#addBlock(block);
      if (scan === HUNGRY) return;
    }
  }

  async #addBlock(block: FieldBlock): Promise<void> {
    const pace = this.#pace;
    this.#addColumns();
    if (block.rows > 0) {
      const view: BlockView = {
        block,
        bytes: viewOf(block.bytes),
        extra: viewOf(block.extra),
      };
      for (const [index, column] of this.#columns.entries()) {
        await column.reserve(view, pace);
        column.add(view, index);
        if (pace.due()) await pace.rest();
      }
      this.#rows += block.rows;
      if (this.#rows % BLOCK_ROWS === 0) await this.#endBlock();
    }
    if (pace.due()) await pace.rest();
  }

  /** Columns that the scanner has found since: null in all rows before. */
  #addColumns(): void {
    while (this.#columns.length < this.#scanner.names.length) {
      const column = new Column();
      column.nulls = this.#rows;
      this.#columns.push(column);
    }
  }

  /** Holds the memory limit; only here, so that rows alone decide. */
  async #endBlock(): Promise<void> {
    const columns = this.#columns;
    let total = 0;
    for (const { sketch, logicalBytes } of columns) {
      sketch?.moments?.endBlock();
      total += logicalBytes;
    }
    while (total > this.#memory) {
      let largest = columns[0]!;
      for (const column of columns) {
        if (column.logicalBytes > largest.logicalBytes) largest = column;
      }
      total -= largest.logicalBytes;
      await seedSketch(largest, BLOCK_ROWS, this.#pace);
    }
  }

  /**
   * Ends the input.
   *
   * @returns The figures.
   */
  async finish(): Promise<KernelResult> {
    this.#addColumns();
    const columns: ProfileColumn[] = [];
    for (const [index, column] of this.#columns.entries()) {
      const name = this.#scanner.names[index]!;
      columns.push(await finishColumn(column, name, this.#rows, this.#pace));
    }
    return { rows: this.#rows, columns };
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
