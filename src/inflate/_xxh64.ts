/**
 * XXH64 with the seed 0, of which Zstandard keeps the low half. 64-bit
 * numbers are pairs of halves: bigints would take ten times as long.
 *
 * Source: RFC 8878, section 3.1.1; the xxHash specification 0.1.1.
 *
 * @module
 */

/** The five primes, low and high half. */
const P1 = [0x85ebca87, 0x9e3779b1] as const;
const P2 = [0x27d4eb4f, 0xc2b2ae3d] as const;
const P3 = [0x9e3779f9, 0x165667b1] as const;
const P4 = [0xc2b2ae63, 0x85ebca77] as const;
const P5 = [0x165667c5, 0x27d4eb2f] as const;

const WORD = 2 ** 32;

type Prime = readonly [number, number];

/** The product's halves of the operation before. */
let low = 0;
let high = 0;

function add(l: number, h: number, l2: number, h2: number): void {
  const sum = (l >>> 0) + (l2 >>> 0);
  low = sum >>> 0;
  high = (h + h2 + (sum >= 2 ** 32 ? 1 : 0)) | 0;
}

function multiply(l: number, h: number, [pl, ph]: Prime): void {
  const [a0, a1, b0, b1] = [l & 0xffff, l >>> 16, pl & 0xffff, pl >>> 16];
  const p00 = a0 * b0;
  const middle = a1 * b0 + (p00 >>> 16);
  const middle2 = a0 * b1 + (middle % 65_536);
  const carry = Math.floor(middle / 65_536) + Math.floor(middle2 / 65_536);
  low = (middle2 % 65_536) * 65_536 + (p00 & 0xffff);
  high = (a1 * b1 + carry + Math.imul(h, pl) + Math.imul(l, ph)) | 0;
}

function rotate(l: number, h: number, bits: number): void {
  const [x, y] = bits < 32 ? [l, h] : [h, l];
  const by = bits & 31;
  low = (x << by | y >>> (32 - by)) >>> 0;
  high = y << by | x >>> (32 - by);
}

function round(
  l: number,
  h: number,
  inputLow: number,
  inputHigh: number,
): void {
  multiply(inputLow, inputHigh, P2);
  add(l, h, low, high);
  rotate(low, high, 31);
  multiply(low, high, P1);
}

/** The hash of bytes that come in pieces. */
export class Xxh64 {
  /** Four lanes, low and high half each. */
  readonly #lanes = new Int32Array(8);
  readonly #rest = new Uint8Array(32);
  #restLength = 0;
  #length = 0;

  /** A hash of nothing so far. */
  constructor() {
    const lanes = this.#lanes;
    add(P1[0], P1[1], P2[0], P2[1]);
    [lanes[0], lanes[1]] = [low, high];
    [lanes[2], lanes[3]] = P2;
    add(0, 0, ~P1[0] >>> 0, ~P1[1]);
    add(low, high, 1, 0);
    [lanes[6], lanes[7]] = [low, high];
  }

  /** Takes bytes. */
  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#restLength > 0) {
      at = Math.min(32 - this.#restLength, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restLength);
      this.#restLength += at;
      if (this.#restLength < 32) return;
      this.#stripes(this.#rest, 0, 32);
      this.#restLength = 0;
    }
    const end = bytes.length - (bytes.length - at & 31);
    this.#stripes(bytes, at, end);
    this.#rest.set(bytes.subarray(end));
    this.#restLength = bytes.length - end;
  }

  /** The lanes one after the other, all in local variables. */
  #stripes(bytes: Uint8Array, start: number, end: number): void {
    const lanes = this.#lanes;
    const [p1l, p1h] = P1;
    const [p2l, p2h] = P2;
    for (let lane = 0; lane < 4; lane++) {
      let l = lanes[2 * lane]!;
      let h = lanes[2 * lane + 1]!;
      for (let at = start + 8 * lane; at < end; at += 32) {
        const il = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 |
          bytes[at + 3]! << 24;
        const ih = bytes[at + 4]! | bytes[at + 5]! << 8 |
          bytes[at + 6]! << 16 | bytes[at + 7]! << 24;
        // The input times the second prime, by halves of the low word.
        let upper = (il >>> 16) * p2l;
        let whole = (il & 0xffff) * p2l + (upper & 0xffff) * 65_536;
        const mh = (whole / WORD | 0) + (upper / 65_536 | 0) +
          Math.imul(ih, p2l) + Math.imul(il, p2h);
        const sum = (whole >>> 0) + (l >>> 0);
        const sl = sum | 0;
        const sh = (mh + h + (sum >= WORD ? 1 : 0)) | 0;
        // Turned left by 31 bits, and times the first prime.
        const rl = sl << 31 | sh >>> 1;
        const rh = sh << 31 | sl >>> 1;
        upper = (rl >>> 16) * p1l;
        whole = (rl & 0xffff) * p1l + (upper & 0xffff) * 65_536;
        l = whole | 0;
        h = ((whole / WORD | 0) + (upper / 65_536 | 0) +
          Math.imul(rh, p1l) + Math.imul(rl, p1h)) | 0;
      }
      lanes[2 * lane] = l;
      lanes[2 * lane + 1] = h;
    }
  }

  /** The low half of the hash. */
  low32(): number {
    this.#merge();
    add(low, high, this.#length % 2 ** 32, Math.floor(this.#length / 2 ** 32));
    let [l, h] = [low, high];
    const rest = this.#rest;
    let at = 0;
    for (; at + 8 <= this.#restLength; at += 8) {
      round(0, 0, word(rest, at), word(rest, at + 4));
      rotate(l ^ low, h ^ high, 27);
      multiply(low, high, P1);
      add(low, high, P4[0], P4[1]);
      [l, h] = [low, high];
    }
    if (at + 4 <= this.#restLength) {
      multiply(word(rest, at), 0, P1);
      rotate(l ^ low, h ^ high, 23);
      multiply(low, high, P2);
      add(low, high, P3[0], P3[1]);
      [l, h] = [low, high];
      at += 4;
    }
    for (; at < this.#restLength; at++) {
      multiply(rest[at]!, 0, P5);
      rotate(l ^ low, h ^ high, 11);
      multiply(low, high, P1);
      [l, h] = [low, high];
    }
    multiply((l ^ (h >>> 1)) >>> 0, h, P2);
    multiply((low ^ (high << 3 | low >>> 29)) >>> 0, high ^ (high >>> 29), P3);
    return (low ^ high) >>> 0;
  }

  #merge(): void {
    if (this.#length < 32) {
      [low, high] = P5;
      return;
    }
    const lanes = this.#lanes;
    let [l, h] = [0, 0];
    for (const [index, bits] of [1, 7, 12, 18].entries()) {
      rotate(lanes[2 * index]! >>> 0, lanes[2 * index + 1]!, bits);
      add(l, h, low, high);
      [l, h] = [low, high];
    }
    for (let lane = 0; lane < 8; lane += 2) {
      round(0, 0, lanes[lane]! >>> 0, lanes[lane + 1]!);
      multiply((l ^ low) >>> 0, h ^ high, P1);
      add(low, high, P4[0], P4[1]);
      [l, h] = [low, high];
    }
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 |
    bytes[at + 3]! << 24) >>> 0;
}
