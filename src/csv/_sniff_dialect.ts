/**
 * Which delimiter and quote the records of a sample speak for. The measure is
 * that of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files by
 * detecting row and type patterns" (2019), with rows told apart by their
 * number of fields: how regular the rows are, times how many fields look like
 * values.
 *
 * @module
 */

import {
  FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  KIND_QUOTED,
  LENGTH_SHIFT,
} from "../values/block.ts";
import { type DialectRules, NO_BYTE } from "../read/_dialect_rules.ts";
import { LINE, RecordScan } from "./_dialect_record_ts.ts";

/** Records that are looked at. */
const RECORDS_MAX = 1000;
/** Fields of a record whose text is looked at. */
const FIELDS_MAX = 100;
/** What a row of one field counts, so that no dialect counts nothing. */
const ONE_FIELD = 0.001;
const DOUBLE = 34;
const SINGLE = 39;
const LF = 10;
const CR = 13;

const DELIMITERS = [44, 59, 9, 124];

/**
 * A value, or a few words: no delimiter of another dialect in it, no quote.
 * A comma or a dot may stand between digits.
 */
const PLAIN =
  /^(?:[+-]?[\d.,' ]*\d%?|[\d:./ TZ+-]+|https?:\S+|[^\s@]+@[^\s@]+|[\p{L}\p{N}\p{M} _.\-+%$€£#&()/:!?*'°]*)$/u;

/** A dialect, and what speaks for it. */
export interface Guess {
  readonly delimiter: number;
  readonly quote: number;
  /** Between 0 and 1. */
  readonly confidence: number;
  /** The texts of the first records; null where a field is quoted. */
  readonly width: number;
}

/** Rules of a guess, read leniently. */
export function sniffRules(delimiter: number, quote: number): DialectRules {
  return {
    delimiter,
    quote,
    ...{ escape: NO_BYTE, comment: NO_BYTE, header: false, names: null },
    ...{ skipRows: 0, trim: false, nullTokens: [], lenient: true },
    ...{ recovers: true, maxErrors: Infinity },
  };
}

/**
 * The dialect that most speaks for.
 *
 * @param bytes The sample in UTF-8, without a mark.
 * @param isEnd Whether the input ends with it.
 */
export function guessDialect(bytes: Uint8Array, isEnd: boolean): Guess {
  const quotes = quotesIn(bytes);
  let best: Guess & { score: number } | null = null;
  for (const quote of quotes) {
    for (const delimiter of DELIMITERS) {
      if (delimiter !== 44 && !bytes.includes(delimiter)) continue;
      const guess = judge(bytes, isEnd, delimiter, quote);
      if (best === null || guess.score > best.score) best = guess;
    }
  }
  return best!;
}

/** Quotes that fields may begin with; the double one is for any input. */
function quotesIn(bytes: Uint8Array): number[] {
  const quotes = [DOUBLE];
  if (beginsField(bytes, SINGLE)) quotes.push(SINGLE);
  if (bytes.includes(DOUBLE)) quotes.push(NO_BYTE);
  return quotes;
}

/** Whether a byte stands where a field begins, by any delimiter. */
function beginsField(bytes: Uint8Array, byte: number): boolean {
  let at = bytes.indexOf(byte);
  while (at >= 0) {
    const before = at === 0 ? LF : bytes[at - 1]!;
    if (before === LF || before === CR || DELIMITERS.includes(before)) {
      return true;
    }
    at = bytes.indexOf(byte, at + 1);
  }
  return false;
}

function judge(
  bytes: Uint8Array,
  isEnd: boolean,
  delimiter: number,
  quote: number,
): Guess & { score: number } {
  const widths = new Map<number, number>();
  let plain = 0;
  let seen = 0;
  let faulty = 0;
  let records = 0;
  for (const record of recordsOf(bytes, isEnd, delimiter, quote)) {
    if (record.isBlank) continue;
    records++;
    if (record.code !== null) faulty++;
    widths.set(record.count, (widths.get(record.count) ?? 0) + 1);
    const count = Math.min(record.count, FIELDS_MAX);
    for (let index = 0; index < count; index++) {
      seen++;
      if (isPlain(record, index)) plain++;
    }
  }
  if (records === 0) {
    return { delimiter, quote, confidence: 0, width: 0, score: 0 };
  }
  let pattern = 0;
  let width = 1;
  let common = 0;
  for (const [fields, count] of widths) {
    pattern += count * Math.max(ONE_FIELD, fields - 1) / fields;
    if (count > common) [width, common] = [fields, count];
  }
  const values = plain / seen * (1 - faulty / records);
  const score = pattern / widths.size / records * values;
  // A file of one column speaks for no delimiter.
  const share = common / records * (width === 1 ? 0.5 : 1);
  const confidence = Math.round(share * values * 100) / 100;
  return { delimiter, quote, confidence, width, score };
}

/** The first whole records; each is valid until the next one. */
export function* recordsOf(
  bytes: Uint8Array,
  isEnd: boolean,
  delimiter: number,
  quote: number,
): Generator<RecordScan, void, undefined> {
  const record = new RecordScan(sniffRules(delimiter, quote));
  const block = new FieldBlock();
  record.bytes = bytes;
  record.isEnd = isEnd;
  record.block = block;
  let at = 0;
  for (let count = 0; count < RECORDS_MAX && at < bytes.length; count++) {
    block.clear();
    if (record.read(at) !== LINE) break;
    at = record.next;
    yield record;
  }
}

const decoder = new TextDecoder();

/** The text of a field. */
export function textOf(record: RecordScan, index: number): string {
  const meta = record.metas[index]!;
  const start = record.starts[index]!;
  const from = (meta & IN_EXTRA) === 0 ? record.bytes : record.block!.extra;
  return decoder.decode(from.subarray(start, start + (meta >>> LENGTH_SHIFT)));
}

/** Whether a field looks like a value; one in quotes may be any text. */
function isPlain(record: RecordScan, index: number): boolean {
  const meta = record.metas[index]!;
  if ((meta & KIND_MASK) === KIND_QUOTED) return true;
  const length = meta >>> LENGTH_SHIFT;
  if (length === 0) return true;
  return length < 200 && PLAIN.test(textOf(record, index).trim());
}
