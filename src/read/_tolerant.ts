/**
 * Building where faulty rows do not end the reading: error rows go out in
 * the order of the input, row by row, and a value that does not fit is left
 * out or becomes null.
 *
 * @module
 */

import type { Fault } from "../errors.ts";
import type { FieldBlock } from "../values/block.ts";
import type { BatchBuilder } from "./_batch.ts";
import type { RowPolicy } from "./_engine.ts";

/** The block that is being built, and how far it is. */
export interface Progress {
  /** The first row that is not built. */
  row: number;
  /** The first error row that is not reported. */
  error: number;
}

/** Builds blocks by a policy, in one pass. */
export class TolerantBuilder {
  readonly #policy: RowPolicy;
  readonly #batchRows: number;
  #errors = 0;
  /** Rows left out because a value did not fit. */
  leftOut = 0;

  /** Batches of so many rows. */
  constructor(policy: RowPolicy, batchRows: number) {
    this.#policy = policy;
    this.#batchRows = batchRows;
  }

  /**
   * Appends rows until the batch is full or the block is used up.
   *
   * @returns The fault that ends the reading, or null.
   */
  append(
    batch: BatchBuilder,
    block: FieldBlock,
    progress: Progress,
  ): Fault | null {
    while (batch.rows < this.#batchRows) {
      const next = block.errors[progress.error];
      const stop = next?.row ?? block.rows;
      if (progress.row < stop) {
        const fault = this.#appendRows(batch, block, progress, stop);
        if (fault !== null) return fault;
      } else if (next === undefined) return null;
      else {
        progress.error++;
        const excess = this.#report(next.fault);
        if (excess !== null) return excess;
      }
    }
    return null;
  }

  #appendRows(
    batch: BatchBuilder,
    block: FieldBlock,
    progress: Progress,
    stop: number,
  ): Fault | null {
    const room = this.#batchRows - batch.rows;
    const to = Math.min(stop, progress.row + room);
    const before = batch.rows;
    const fault = batch.append(block, progress.row, to);
    progress.row += batch.rows - before;
    if (fault === null) return null;
    const { onMisfit } = this.#policy;
    if (onMisfit === "throw") return fault;
    const excess = this.#report(fault);
    if (excess !== null) return excess;
    if (onMisfit === "null") {
      block.columns[batch.misfit]!.meta[progress.row] = 0;
    } else {
      progress.row++;
      this.leftOut++;
    }
    return null;
  }

  #report(fault: Fault): Fault | null {
    const { maxErrors, report } = this.#policy;
    if (this.#errors === maxErrors) {
      const args = { limit: String(maxErrors) };
      return { ...fault, code: "TOO_MANY_ERRORS", args };
    }
    this.#errors++;
    report(fault);
    return null;
  }
}
