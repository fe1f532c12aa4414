/**
 * A table of eight columns, one of each common type, from a seed: made as
 * columns, so that millions of rows take seconds and no text is parsed.
 *
 * @module
 */

import type { Dictionary } from "../../src/table/column.ts";
import { Column, Table } from "../../src/table/mod.ts";
import { Random } from "./_random.ts";

const FIRST_DAY = 17_897;
const DAYS = 5 * 365;
const DAY_MICROS = 86_400_000_000n;

const WORDS = [
  "late inbound aircraft,crew change,weather at origin,gate held,de-icing",
  "runway closed,fuel,cleaning,missing bag,security,line of storms,fog",
].join(",").split(",");
const CARRIERS = ["AA", "AS", "B6", "DL", "F9", "HA", "NK", "UA", "WN"];

/** Texts as Arrow has them. */
function textsOf(
  texts: readonly string[],
): Dictionary {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const offsets = new Int32Array(texts.length + 1);
  encoded.forEach((bytes, at) => offsets[at + 1] = offsets[at]! + bytes.length);
  const data = new Uint8Array(offsets.at(-1)!);
  encoded.forEach((bytes, at) => data.set(bytes, offsets[at]));
  return { length: texts.length, data, offsets };
}

/** One of the texts a row, each row's bytes its own. */
function textColumn(random: Random, rows: number): Column {
  const texts = textsOf(
    WORDS.flatMap((one, at) => [one, `${one}, ${WORDS[(at + 5) % 12]}`]),
  );
  const offsets = new Int32Array(rows + 1);
  const chosen = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    // One in eight holds a comma, and is quoted.
    const one = 2 * random.below(WORDS.length) +
      (random.below(8) === 0 ? 1 : 0);
    chosen[row] = one;
    offsets[row + 1] = offsets[row]! + texts.offsets[one + 1]! -
      texts.offsets[one]!;
  }
  const data = new Uint8Array(offsets[rows]!);
  for (let row = 0; row < rows; row++) {
    let at = offsets[row]!;
    const end = texts.offsets[chosen[row]! + 1]!;
    for (let from = texts.offsets[chosen[row]!]!; from < end; from++) {
      data[at++] = texts.data[from]!;
    }
  }
  return new Column({ type: "utf8", length: rows, data, offsets });
}

/**
 * Makes the table: whole numbers of 32 and 64 bits, amounts with cents, true
 * or false, days, moments, texts, and texts of a dictionary. Each twentieth
 * amount is null.
 *
 * @param rows How many rows.
 * @param seed The seed.
 * @returns The table.
 */
export function mixedTable(rows: number, seed: number = 1): Table {
  const random = new Random(seed);
  const small = new Int32Array(rows);
  const large = new BigInt64Array(rows);
  const halves = new Uint32Array(large.buffer);
  const amounts = new Float64Array(rows);
  const bits = new Uint8Array((rows + 7) >>> 3);
  const validity = new Uint8Array(bits.length);
  const days = new Int32Array(rows);
  const moments = new BigInt64Array(rows);
  const codes = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    small[row] = random.below(200_000) - 1000;
    halves[2 * row] = random.below(2 ** 32);
    halves[2 * row + 1] = random.below(2 ** 16);
    amounts[row] = random.below(150_000) / 100;
    const bit = 1 << (row & 7);
    if (random.below(2) === 0) bits[row >>> 3]! |= bit;
    if (random.below(20) > 0) validity[row >>> 3]! |= bit;
    days[row] = FIRST_DAY + random.below(DAYS);
    moments[row] = BigInt(FIRST_DAY + random.below(DAYS)) * DAY_MICROS +
      BigInt(random.below(86_400)) * 1_000_000n;
    codes[row] = random.below(CARRIERS.length);
  }
  const length = rows;
  return new Table([
    ["number", new Column({ type: "i32", length, data: small })],
    ["serial", new Column({ type: "i64", length, data: large })],
    ["amount", new Column({ type: "f64", length, data: amounts, validity })],
    ["held", new Column({ type: "bool", length, data: bits })],
    ["day", new Column({ type: "date", length, data: days })],
    ["at", new Column({ type: "timestamp", length, data: moments })],
    ["remark", textColumn(random, rows)],
    [
      "carrier",
      new Column({
        type: "utf8",
        length,
        data: codes,
        dictionary: textsOf(CARRIERS),
      }),
    ],
  ]);
}
