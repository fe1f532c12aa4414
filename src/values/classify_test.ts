/**
 * Classification against the vectors that Python's standard library made
 * (`tools/vectors/values.py`), and against `Number` on random texts.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { randomFrom } from "../../tests/_scan.ts";
import { classify, flagsOf, NO_SHAPE, parsed, shapeOf } from "./classify.ts";
import {
  BIG,
  BOOL,
  DATE,
  FLOAT,
  I32,
  I64,
  TEXT,
  TS_LOCAL,
  TS_ZONED,
} from "./flags.ts";

const encoder = new TextEncoder();
const EXACT = 2n ** 53n;

/** Classifies a text in the middle of other bytes. */
function classOf(text: Uint8Array): { found: number; shape: number } {
  const bytes = new Uint8Array(text.length + 10).fill(57);
  bytes.set(text, 5);
  const found = classify(bytes, 5, 5 + text.length);
  const shape = found === TEXT || found === BOOL
    ? NO_SHAPE
    : shapeOf(bytes, 5, 5 + text.length);
  return { found, shape };
}

function textClass(text: string): number {
  return classOf(encoder.encode(text)).found;
}

function halves(): bigint {
  assert(Number.isInteger(parsed.hi) && parsed.lo >= 0, "halves are integers");
  return BigInt(parsed.hi) * 2n ** 32n + BigInt(parsed.lo);
}

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

function checkInteger(value: bigint, found: number): void {
  const isShort = value === BigInt.asIntN(32, value);
  const isBig = value > EXACT || value < -EXACT;
  assertEquals(found, isShort ? I32 : I64);
  assertEquals(flagsOf(found), isBig ? I64 | BIG : found);
  assertEquals([halves(), parsed.big], [value, isBig]);
  assertEquals(parsed.number, Number(value));
}

/** The class that a vector expects, with the check of its value. */
const CHECKS: Record<string, (value: string, found: number) => void> = {
  text: (_value, found) => assertEquals(found, TEXT),
  bool(value, found) {
    assertEquals([found, parsed.number], [BOOL, value === "true" ? 1 : 0]);
  },
  int: (value, found) => checkInteger(BigInt(value), found),
  float(value, found) {
    assertEquals([found, bitsOf(parsed.number)], [FLOAT, value]);
  },
  date(value, found) {
    assertEquals([found, parsed.number], [DATE, Number(value)]);
  },
  timestamp(value, found) {
    assertEquals([found, halves()], [TS_LOCAL, BigInt(value)]);
    assertEquals(parsed.number, Number(value));
  },
  timestamp_utc(value, found) {
    assertEquals([found, halves()], [TS_ZONED, BigInt(value)]);
    assertEquals(parsed.number, Number(value));
  },
};

Deno.test("classify() gives class, value and shape of every vector", async () => {
  const file = new URL("../../tests/vectors/values.tsv", import.meta.url);
  const lines = (await Deno.readTextFile(file)).trimEnd().split("\n");
  assert(lines.length > 1000);
  for (const line of lines) {
    const [hex, name, value, shape] = line.split("\t") as string[];
    const text = Uint8Array.fromHex(hex!);
    const result = classOf(text);
    const shown = new TextDecoder().decode(text);
    try {
      CHECKS[name!]!(value!, result.found);
      assertEquals(result.shape, Number(shape), "shape");
    } catch (error) {
      throw new Error(`${shown} (${line})`, { cause: error });
    }
  }
});

Deno.test("classify() rounds random floats as Number does", () => {
  const random = randomFrom(0x51ed27);
  const digits = (count: number) =>
    Array.from({ length: count }, () => random(10)).join("");
  for (let round = 0; round < 200_000; round++) {
    const all = digits(1 + random(20));
    const dot = random(all.length + 1);
    let text = `${all.slice(0, dot)}.${all.slice(dot)}`;
    if (random(4) === 0) text += `e${random(60) - 30}`;
    if (random(4) === 0) text = `-${text}`;
    const expected = /^-?0\d/.test(text) ? TEXT : FLOAT;
    const found = textClass(text);
    assertEquals(found, expected, text);
    if (found === FLOAT) {
      assertEquals(bitsOf(parsed.number), bitsOf(Number(text)), text);
    }
  }
});

Deno.test("classify() rounds what lies close to the middle of two floats", () => {
  const random = randomFrom(0xbadcafe);
  const view = new DataView(new ArrayBuffer(8));
  for (let round = 0; round < 20_000; round++) {
    // The middle of two neighbours, cut to 16 to 18 digits.
    const exponent = 1023 + random(40) - 20;
    view.setUint32(0, exponent << 20 | random(1 << 20));
    view.setUint32(4, random(2 ** 32));
    const low = view.getFloat64(0);
    view.setBigUint64(0, view.getBigUint64(0) + 1n);
    const middle = exactMiddle(low, view.getFloat64(0));
    for (const count of [17, 18, 19]) {
      const text = middle.slice(0, count + 1);
      if (!text.includes(".") || text.endsWith(".")) continue;
      assertEquals(textClass(text), FLOAT, text);
      assertEquals(bitsOf(parsed.number), bitsOf(Number(text)), text);
    }
  }
});

/** All decimals of (a + b) / 2, exactly. */
function exactMiddle(a: number, b: number): string {
  const scale = 2 ** 80;
  const sum = BigInt(a * scale) + BigInt(b * scale);
  const unit = 2n ** 81n;
  const whole = sum / unit;
  const rest = ((sum % unit) * 10n ** 30n) / unit;
  return `${whole}.${rest.toString().padStart(30, "0")}`;
}

Deno.test("classify() gives both halves of random integers", () => {
  const random = randomFrom(0x77777);
  for (let round = 0; round < 100_000; round++) {
    const length = 1 + random(20);
    let text = String(1 + random(9));
    while (text.length < length) text += random(10);
    if (random(2) === 0) text = `-${text}`;
    const value = BigInt(text);
    const found = textClass(text);
    if (value === BigInt.asIntN(64, value)) checkInteger(value, found);
    else assertEquals(found, TEXT);
  }
});

Deno.test("classify() knows the borders of integers", () => {
  for (const border of [31n, 32n, 53n, 63n]) {
    for (let step = -2n; step <= 2n; step++) {
      for (const sign of [1n, -1n]) {
        const value = sign * (2n ** border + step);
        const found = textClass(String(value));
        if (value === BigInt.asIntN(64, value)) checkInteger(value, found);
        else assertEquals(found, TEXT, String(value));
      }
    }
  }
});

Deno.test("classify() takes overflow as text and underflow as zero", () => {
  for (const text of ["1e400", "-1e400", `${"9".repeat(400)}.0`, "2e308"]) {
    assertEquals(textClass(text), TEXT, text);
  }
  for (const text of ["1e-400", "0e99999999999999999999", "0.0e400"]) {
    assertEquals(textClass(text), FLOAT, text);
    assertEquals(parsed.number, 0, text);
  }
  assertEquals(textClass(`1${"0".repeat(2000)}.0e-2000`), FLOAT);
  assertEquals(parsed.number, 1);
});

Deno.test("classify() takes an empty text as text", () => {
  assertEquals(textClass(""), TEXT);
});
