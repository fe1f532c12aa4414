/**
 * Builders of columns of dates and timestamps.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import {
  type FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  LENGTH_SHIFT,
  type SpanColumn,
} from "../values/block.ts";
import { classify, parsed } from "../values/classify.ts";
import { DATE, TS_LOCAL, TS_ZONED } from "../values/flags.ts";
import { HalvesBuilder } from "./_build_numbers.ts";
import {
  ALL_FIT,
  ColumnBuilder,
  isNullMeta,
  TIME_KINDS,
  trimmed,
} from "./_builder.ts";

/** Builds a date column. */
export class DateBuilder extends ColumnBuilder {
  #data = new Int32Array(0);

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const data = this.#data;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      if (
        (TIME_KINDS >>> (field & KIND_MASK) & 1) === 0 ||
        classify(bytes, first, first + (field >>> LENGTH_SHIFT)) !== DATE
      ) {
        this.rows = at;
        return row;
      }
      data[at] = parsed.number;
    }
    this.rows = at;
    return ALL_FIT;
  }

  override finish(): Column {
    const validity = this.takeValidity();
    const data = trimmed(this.#data, this.rows);
    return new Column({ type: "date", length: this.rows, data, validity });
  }

  protected override wipe(from: number, to: number): void {
    this.#data.fill(0, from, to);
  }

  protected override resize(capacity: number): void {
    const data = new Int32Array(capacity);
    data.set(this.#data);
    this.#data = data;
  }
}

/** Microseconds of a day; a date among timestamps is its midnight. */
const DAY_MICROS = 86_400_000_000;
const TWO_32 = 4_294_967_296;

/** Builds a timestamp column. */
export class TimestampBuilder extends HalvesBuilder {
  readonly #zoned: boolean;
  /** A column of points in time, or of times without a zone. */
  constructor(zoned: boolean) {
    super();
    this.#zoned = zoned;
  }

  override append(
    block: FieldBlock,
    spans: SpanColumn,
    from: number,
    to: number,
  ): number {
    this.reserve(to - from);
    const { start, meta } = spans;
    const halves = this.halves;
    const allowed = this.#zoned ? TS_ZONED : TS_LOCAL | DATE;
    let at = this.rows;
    for (let row = from; row < to; row++, at++) {
      const field = meta[row]!;
      if (isNullMeta(field)) {
        this.setNull(at);
        continue;
      }
      const bytes = (field & IN_EXTRA) === 0 ? block.bytes : block.extra;
      const first = start[row]!;
      const valueClass = (TIME_KINDS >>> (field & KIND_MASK) & 1) === 0
        ? 0
        : classify(bytes, first, first + (field >>> LENGTH_SHIFT));
      if ((valueClass & allowed) === 0) {
        this.rows = at;
        return row;
      }
      if (valueClass === DATE) setMidnight(halves, at, parsed.number);
      else {
        halves[2 * at] = parsed.lo;
        halves[2 * at + 1] = parsed.hi;
      }
    }
    this.rows = at;
    return ALL_FIT;
  }

  override finish(): Column {
    return new Column({
      type: "timestamp",
      zoned: this.#zoned,
      length: this.rows,
      data: this.int64s(),
      validity: this.takeValidity(),
    });
  }
}

/** Stores `days * DAY_MICROS`, which can exceed 2^53, in exact steps. */
function setMidnight(halves: Int32Array, at: number, days: number): void {
  // DAY_MICROS is 20 * 2^32 + rest; both products stay far below 2^53.
  const rest = days * (DAY_MICROS - 20 * TWO_32);
  const carry = Math.floor(rest / TWO_32);
  halves[2 * at] = rest - carry * TWO_32;
  halves[2 * at + 1] = days * 20 + carry;
}
