/**
 * The TypeScript engine's scanners and its classification of texts, each on
 * one core. Every benchmark checks its own answer; `n` in a name is the bytes
 * or values per iteration, so that rates follow from the times.
 *
 * @module
 */

import { CsvScanner } from "../src/csv/_scan_ts.ts";
import { NdjsonScanner } from "../src/ndjson/_scan_ts.ts";
import { FieldBlock, READY, type Scanner } from "../src/values/block.ts";
import { classify, parsed } from "../src/values/classify.ts";

const ROWS = 50_000;
const encoder = new TextEncoder();

/** Random fractions from a fixed seed (mulberry32). */
let state = 42;
function random(): number {
  state = (state + 0x6D2B79F5) | 0;
  let value = Math.imul(state ^ state >>> 15, 1 | state);
  value = value + Math.imul(value ^ value >>> 7, 61 | value) ^ value;
  return ((value ^ value >>> 14) >>> 0) / 2 ** 32;
}

function whole(below: number): number {
  return Math.floor(random() * below);
}

const WORDS = ["north", "south", "east", "west", "Zürich", "São Paulo"];

function dayOf(): string {
  return `2024-${String(1 + whole(12)).padStart(2, "0")}-${10 + whole(18)}`;
}

/** One row as texts: id, day, price, city, flag, note. */
function row(id: number): [string, string, string, string, string, string] {
  const price = (random() * 1000).toFixed(2);
  const city = WORDS[whole(WORDS.length)]!;
  const note = "a longer note with words in it".slice(whole(10));
  return [String(id), dayOf(), price, city, String(whole(2) === 0), note];
}

const table = Array.from({ length: ROWS }, (_, id) => row(id));
const plain = encoder.encode(
  "id,day,price,city,flag,note\n" +
    table.map((fields) => fields.join(",")).join("\n") + "\n",
);
const quoted = encoder.encode(
  "id,day,price,city,flag,note\r\n" +
    table.map((fields) =>
      fields.map((field) => `"${field.replace("e", '""')}"`).join(",")
    ).join("\r\n") + "\r\n",
);
const lines = encoder.encode(
  table.map(([id, day, price, city, flag, note]) =>
    `{"id":${id},"day":"${day}","price":${Number(price)},"city":"${city}",` +
    `"flag":${flag},"note":"${note}"}`
  ).join("\n") + "\n",
);
const nested = encoder.encode(
  table.map(([id, day, price, city]) =>
    `{"id": ${id}, "tags": ["${city}", "${day}", {"p": ${Number(price)}}], ` +
    `"text": "say \\"${city}\\"\\n"}`
  ).join("\n") + "\n",
);

/** Scans an input and counts its rows. */
function countRows(scanner: Scanner, bytes: Uint8Array): number {
  const block = new FieldBlock();
  const input = { bytes, position: 0 };
  let rows = 0;
  let scan: number = READY;
  while (scan === READY) {
    scan = scanner.scan(input, true, Infinity, block);
    rows += block.rows;
  }
  return block.fault === null ? rows : -1;
}

function benchScan(name: string, bytes: Uint8Array, make: () => Scanner): void {
  Deno.bench(`scan ${name} n=${bytes.length} bytes`, { group: "scan" }, () => {
    const rows = countRows(make(), bytes);
    if (rows !== ROWS) throw new Error(`${name}: ${rows} rows`);
  });
}

const csv = { delimiter: 44, header: true };
const json = {
  maxDepth: 1024,
  duplicates: "last",
  surrogates: "error",
  integers: "error",
  overflow: "error",
  blankLines: "skip",
} as const;
benchScan("csv plain", plain, () => new CsvScanner(csv));
benchScan("csv quoted", quoted, () => new CsvScanner(csv));
benchScan("ndjson flat", lines, () => new NdjsonScanner(json));
benchScan("ndjson nested", nested, () => new NdjsonScanner(json));

/** Classifies texts one after another; their values must add up. */
function benchClassify(
  name: string,
  texts: string[],
  value: (text: string) => number,
): void {
  const bytes = encoder.encode(texts.join(""));
  const ends = new Uint32Array(texts.length);
  let end = 0;
  let expected = 0;
  texts.forEach((text, index) => {
    ends[index] = end += encoder.encode(text).length;
    expected += value(text);
  });
  const title = `classify ${name} n=${texts.length} values`;
  Deno.bench(title, { group: "classify" }, () => {
    let sum = 0;
    let start = 0;
    for (let index = 0; index < ends.length; index++) {
      const end = ends[index]!;
      classify(bytes, start, end);
      sum += parsed.number;
      start = end;
    }
    if (sum !== expected) throw new Error(`${name}: ${sum}`);
  });
}

function many(make: () => string): string[] {
  return Array.from({ length: 100_000 }, make);
}

benchClassify("integers", many(() => String(whole(1e6))), Number);
benchClassify("long integers", many(() => String(whole(2 ** 52))), Number);
benchClassify("prices", many(() => (random() * 1e3).toFixed(2)), Number);
benchClassify("15 digits", many(() => random().toFixed(15)), Number);
benchClassify(
  "17 digits",
  many(() => String(random() + random() / 2 ** 32)),
  Number,
);
benchClassify("dates", many(dayOf), (text) => Date.parse(text) / 864e5);
benchClassify(
  "timestamps",
  many(() => `${dayOf()}T10:20:${10 + whole(50)}.5Z`),
  (text) => Date.parse(text) * 1e3,
);
