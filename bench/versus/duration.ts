/**
 * Durations against the code that a program has without a library: `split`
 * and `Number`, a table of two digits and `join`. One process, one thread on
 * their side. Theirs checks nothing; ours refuses what is no duration.
 *
 * @module
 */

import {
  Column,
  formatDurationsToBytes,
  parseDurationColumn,
  parseDurations,
} from "../../mod.ts";
import { Random } from "../data/_random.ts";
import type { VersusCase } from "./_case.ts";

const ROWS = 1_000_000;
const PAIRS = 10;
const RIVAL_VERSION = `V8 ${Deno.version.v8}`;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

/** Texts `HH:MM:SS` below 100 hours, as one text with a line each. */
function clockLines(rows: number): string {
  const random = new Random(2026);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const [h, m, s] = [random.below(100), random.below(60), random.below(60)];
    text += `${twoDigits(h!)}:${twoDigits(m!)}:${twoDigits(s!)}\n`;
  }
  return text;
}

/** The lines as a column of texts. */
function columnOf(lines: string): Column<"utf8"> {
  const data = encoder.encode(lines.replaceAll("\n", ""));
  const offsets = new Int32Array(ROWS + 1);
  for (let row = 0; row <= ROWS; row++) offsets[row] = row * 8;
  return new Column({ type: "utf8", length: ROWS, data, offsets });
}

/** The usual code for a clock text. */
function splitAndNumber(texts: readonly string[]): number[] {
  const values = new Array<number>(texts.length);
  for (let row = 0; row < texts.length; row++) {
    const [h, m, s] = texts[row]!.split(":");
    values[row] = (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000;
  }
  return values;
}

/** The same over a column: each text is decoded first. */
function decodeAndSplit({ data, offsets, length }: Column<"utf8">): number[] {
  const values = new Array<number>(length);
  for (let row = 0; row < length; row++) {
    const bytes = data.subarray(offsets![row], offsets![row + 1]);
    const [h, m, s] = decoder.decode(bytes as Uint8Array).split(":");
    values[row] = (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000;
  }
  return values;
}

/** The same again, with all texts decoded at once and cut apart. */
function decodeAllAndSplit(column: Column<"utf8">): number[] {
  const { data, offsets, length } = column;
  const text = decoder.decode(data as Uint8Array);
  const texts = new Array<string>(length);
  // Right only where the bytes are ASCII; the fastest that is simple.
  for (let row = 0; row < length; row++) {
    texts[row] = text.slice(offsets![row], offsets![row + 1]);
  }
  return splitAndNumber(texts);
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => twoDigits(value));

/** A table of two digits, an array of lines, one text, its bytes. */
function tableAndJoin(values: BigInt64Array): Uint8Array {
  const lines = new Array<string>(values.length);
  for (let row = 0; row < values.length; row++) {
    const seconds = Number(values[row]) / 1000;
    const h = Math.floor(seconds / 3600);
    const m = Math.floor(seconds / 60) % 60;
    lines[row] = TWO_DIGITS[h] + ":" + TWO_DIGITS[m] + ":" +
      TWO_DIGITS[seconds % 60];
  }
  return encoder.encode(lines.join("\n") + "\n");
}

function sameNumbers(ours: unknown, theirs: unknown): boolean {
  const { data, nullCount } = ours as Column<"i64">;
  const values = theirs as number[];
  return nullCount === 0 && data.length === values.length &&
    values.every((value, row) => BigInt(value) === data[row]);
}

function sameBytes(ours: unknown, theirs: unknown): boolean {
  const [one, other] = [ours as Uint8Array, theirs as Uint8Array];
  return one.length === other.length &&
    one.every((byte, at) => byte === other[at]);
}

const FROM_TEXTS: VersusCase = {
  name: "duration.parse 1M texts of a string[]",
  rival: 'split(":") + Number',
  target: 1 / 8,
  pairs: PAIRS,
  note: "theirs checks nothing; ours runs in TypeScript",
  rivalVersion: () => Promise.resolve(RIVAL_VERSION),
  prepare() {
    const texts = clockLines(ROWS).trimEnd().split("\n");
    return Promise.resolve({
      ours: () => Promise.resolve(parseDurations(texts)),
      theirs: () => Promise.resolve(splitAndNumber(texts)),
      equal: sameNumbers,
    });
  },
};

function columnCase(
  rival: string,
  theirs: (column: Column<"utf8">) => number[],
): VersusCase {
  return {
    name: "duration.parse 1M rows of a utf8 column, native",
    rival,
    target: 1 / 8,
    pairs: PAIRS,
    note: "theirs checks nothing",
    rivalVersion: () => Promise.resolve(RIVAL_VERSION),
    prepare() {
      const column = columnOf(clockLines(ROWS));
      const engine = "native";
      return Promise.resolve({
        ours: () => Promise.resolve(parseDurationColumn(column, { engine })),
        theirs: () => Promise.resolve(theirs(column)),
        equal: sameNumbers,
      });
    },
  };
}

const TO_BYTES: VersusCase = {
  name: "duration.format 1M values of an i64 column to bytes, native",
  rival: "table + join + encode",
  target: 1 / 7,
  pairs: PAIRS,
  note: "theirs knows only whole seconds below 100 hours",
  rivalVersion: () => Promise.resolve(RIVAL_VERSION),
  prepare() {
    const texts = clockLines(ROWS).trimEnd().split("\n");
    const values = parseDurations(texts);
    const engine = "native";
    return Promise.resolve({
      ours: () => Promise.resolve(formatDurationsToBytes(values, { engine })),
      theirs: () => Promise.resolve(tableAndJoin(values.data)),
      equal: sameBytes,
    });
  },
};

/** The comparisons of durations with plain code. */
export const CASES: readonly VersusCase[] = [
  FROM_TEXTS,
  columnCase("decode + split + Number", decodeAndSplit),
  columnCase("decode at once + slice + split + Number", decodeAllAndSplit),
  TO_BYTES,
];
