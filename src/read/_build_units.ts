/**
 * Builders of columns of declared types that are counted in units of 64 bits:
 * decimals and durations.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import { parseDecimal, units } from "../values/_decimal.ts";
import { parseBytesTs, storeInt64 } from "../values/_duration_parse.ts";
import { STRICT_RULES } from "../values/_duration_rules.ts";
import {
  type FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { HalvesBuilder } from "./_build_numbers.ts";
import { ALL_FIT, DECIMAL_KINDS, isNullMeta, TIME_KINDS } from "./_builder.ts";

/** Builds a column of 64-bit units, each from a text. */
abstract class UnitsBuilder extends HalvesBuilder {
  /** Kinds whose text can be a value: a bit per kind. */
  readonly #kinds: number;

  protected constructor(kinds: number) {
    super();
    this.#kinds = kinds;
  }

  /** Stores the value of a text at a row; false where it has none. */
  protected abstract store(
    bytes: Uint8Array,
    first: number,
    last: number,
    row: number,
  ): boolean;

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      const last = first + (field >>> LENGTH_SHIFT);
      const isText = (this.#kinds >>> (field & KIND_MASK) & 1) !== 0;
      if (!isText || !this.store(bytes, first, last, at)) {
        this.rows = at;
        return row;
      }
    }
    this.rows = at;
    return ALL_FIT;
  }
}

/** Builds a decimal column. */
export class DecimalBuilder extends UnitsBuilder {
  readonly #scale: number;

  /** A column of so many digits behind the point. */
  constructor(scale: number) {
    super(DECIMAL_KINDS);
    this.#scale = scale;
  }

  protected override store(
    bytes: Uint8Array,
    first: number,
    last: number,
    row: number,
  ): boolean {
    if (!parseDecimal(bytes, first, last, this.#scale)) return false;
    this.halves[2 * row] = units.lo;
    this.halves[2 * row + 1] = units.hi;
    return true;
  }

  override finish(): Column {
    return new Column({
      type: "decimal",
      scale: this.#scale,
      length: this.rows,
      data: this.int64s(),
      validity: this.takeValidity(),
    });
  }
}

/** Builds a duration column: milliseconds of what `parseDuration` takes. */
export class DurationBuilder extends UnitsBuilder {
  /** A column of durations. */
  constructor() {
    super(TIME_KINDS);
  }

  protected override store(
    bytes: Uint8Array,
    first: number,
    last: number,
    row: number,
  ): boolean {
    const ms = parseBytesTs(bytes, first, last, STRICT_RULES);
    if (Number.isNaN(ms)) return false;
    storeInt64(this.halves, row, ms);
    return true;
  }

  override finish(): Column {
    return new Column({
      type: "duration",
      length: this.rows,
      data: this.int64s(),
      validity: this.takeValidity(),
    });
  }
}
