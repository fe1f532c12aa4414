/**
 * BLAKE2b and BLAKE2s in TypeScript, after RFC 7693: any length, with or
 * without a key, in pieces of any size.
 *
 * @module
 */

/** The order of the message's words, a row a round. */
const SIGMA = new Uint8Array([
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  ...[14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  ...[11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  ...[7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  ...[9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  ...[2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  ...[12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  ...[13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  ...[6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  ...[10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
]);

/** The first words of BLAKE2s. */
const IV32 = new Int32Array([
  ...[0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A],
  ...[0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19],
]);

/** The first words of BLAKE2b, the low half of each before the high one. */
const IV64 = new Int32Array([
  ...[0xF3BCC908, 0x6A09E667, 0x84CAA73B, 0xBB67AE85],
  ...[0xFE94F82B, 0x3C6EF372, 0x5F1D36F1, 0xA54FF53A],
  ...[0xADE682D1, 0x510E527F, 0x2B3E6C1F, 0x9B05688C],
  ...[0xFB41BD6B, 0x1F83D9AB, 0x137E2179, 0x5BE0CD19],
]);

/** What both functions share: blocks, the count of bytes, key and length. */
abstract class Blake2 {
  /** The state between blocks: eight words. */
  readonly #h: Int32Array<ArrayBuffer>;
  readonly #iv: Int32Array;
  /** The words that a block is mixed into: twice as many. */
  readonly #v: Int32Array;
  readonly #block: Uint8Array<ArrayBuffer>;
  readonly #message: Int32Array;
  readonly #length: number;
  #held = 0;
  #done = 0;

  /**
   * Starts with nothing.
   *
   * @param iv The first words; a block has twice as many.
   * @param length Bytes of the digest, up to those of the words.
   * @param key The key, as long at most, if any.
   */
  constructor(iv: Int32Array, length: number, key?: Uint8Array) {
    this.#iv = iv;
    this.#h = new Int32Array(iv);
    this.#h[0]! ^= 0x01010000 ^ ((key?.length ?? 0) << 8) ^ length;
    this.#v = new Int32Array(2 * iv.length);
    this.#block = new Uint8Array(2 * iv.byteLength);
    this.#message = new Int32Array(this.#block.buffer);
    this.#length = length;
    if (key === undefined) return;
    // A key is a block of its own in front of the message.
    this.#block.set(key);
    this.#held = this.#block.length;
  }

  /** All rounds over the words `v`, with the block's words `m`. */
  protected abstract mix(v: Int32Array, m: Int32Array): void;

  /**
   * Appends bytes to the message.
   *
   * @param bytes The bytes.
   */
  update(bytes: Uint8Array): void {
    const block = this.#block;
    for (let at = 0; at < bytes.length;) {
      // The last block ends differently: a full one waits for what follows.
      if (this.#held === block.length) {
        this.#done += block.length;
        this.#compress(false);
        this.#held = 0;
      }
      const end = Math.min(bytes.length, at + block.length - this.#held);
      if (this.#held === 0 && end - at === block.length) {
        block.set(bytes.subarray(at, end));
      } else block.set(bytes.subarray(at, end), this.#held);
      this.#held += end - at;
      at = end;
    }
  }

  /**
   * The digest of all bytes given.
   *
   * @returns As many bytes as were asked for.
   */
  finish(): Uint8Array<ArrayBuffer> {
    this.#block.fill(0, this.#held);
    this.#done += this.#held;
    this.#compress(true);
    return new Uint8Array(this.#h.buffer.slice(0, this.#length));
  }

  /** Takes the block into the state. */
  #compress(isLast: boolean): void {
    const [h, v, iv] = [this.#h, this.#v, this.#iv];
    v.set(h);
    v.set(iv, iv.length);
    // Of sixteen words the twelfth counts the bytes, the fourteenth is a flag.
    const word = iv.length / 8;
    v[12 * word]! ^= this.#done | 0;
    v[12 * word + 1]! ^= (this.#done / 0x1_0000_0000) | 0;
    if (isLast) {
      for (let at = 14 * word; at < 15 * word; at++) v[at] = ~v[at]!;
    }
    this.mix(v, this.#message);
    for (let at = 0; at < iv.length; at++) {
      h[at]! ^= v[at]! ^ v[at + iv.length]!;
    }
  }
}

/** A BLAKE2s digest under way: up to 32 bytes, with a key of up to 32. */
export class Blake2s extends Blake2 {
  constructor(length: number, key?: Uint8Array) {
    super(IV32, length, key);
  }

  protected override mix(v: Int32Array, m: Int32Array): void {
    for (let round = 0; round < 160; round += 16) {
      mix32(v, m, 0, 4, 8, 12, round);
      mix32(v, m, 1, 5, 9, 13, round + 2);
      mix32(v, m, 2, 6, 10, 14, round + 4);
      mix32(v, m, 3, 7, 11, 15, round + 6);
      mix32(v, m, 0, 5, 10, 15, round + 8);
      mix32(v, m, 1, 6, 11, 12, round + 10);
      mix32(v, m, 2, 7, 8, 13, round + 12);
      mix32(v, m, 3, 4, 9, 14, round + 14);
    }
  }
}

function mix32(
  v: Int32Array,
  m: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  word: number,
): void {
  let va = v[a]!;
  let vb = v[b]!;
  let vc = v[c]!;
  let vd = v[d]!;
  va = (va + vb + m[SIGMA[word]!]!) | 0;
  vd = ((vd ^= va) >>> 16) | (vd << 16);
  vc = (vc + vd) | 0;
  vb = ((vb ^= vc) >>> 12) | (vb << 20);
  va = (va + vb + m[SIGMA[word + 1]!]!) | 0;
  vd = ((vd ^= va) >>> 8) | (vd << 24);
  vc = (vc + vd) | 0;
  vb = ((vb ^= vc) >>> 7) | (vb << 25);
  v[a] = va;
  v[b] = vb;
  v[c] = vc;
  v[d] = vd;
}

/**
 * A BLAKE2b digest under way: up to 64 bytes, with a key of up to 64. Its
 * 64-bit words are pairs of halves.
 */
export class Blake2b extends Blake2 {
  constructor(length: number, key?: Uint8Array) {
    super(IV64, length, key);
  }

  protected override mix(v: Int32Array, m: Int32Array): void {
    for (let round = 0; round < 12; round++) {
      const row = round % 10 * 16;
      mix64(v, m, 0, 8, 16, 24, row);
      mix64(v, m, 2, 10, 18, 26, row + 2);
      mix64(v, m, 4, 12, 20, 28, row + 4);
      mix64(v, m, 6, 14, 22, 30, row + 6);
      mix64(v, m, 0, 10, 20, 30, row + 8);
      mix64(v, m, 2, 12, 22, 24, row + 10);
      mix64(v, m, 4, 14, 16, 26, row + 12);
      mix64(v, m, 6, 8, 18, 28, row + 14);
    }
  }
}

/**
 * What a sum of two low halves carries: the top bit of whatever both have, or
 * one has and the sum has lost. A comparison of unsigned values takes twice
 * as long.
 */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

/** Words are pairs of halves, all as signed integers. */
function mix64(
  v: Int32Array,
  m: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  word: number,
): void {
  const x = 2 * SIGMA[word]!;
  const y = 2 * SIGMA[word + 1]!;
  const [xl, yl] = [m[x]!, m[y]!];
  let bl = v[b]!;
  let bh = v[b + 1]!;
  let al = v[a]!;
  let ah = v[a + 1]!;
  let sum = (al + bl) | 0;
  ah = (ah + bh + carry(al, bl, sum)) | 0;
  al = (sum + xl) | 0;
  ah = (ah + m[x + 1]! + carry(sum, xl, al)) | 0;
  // d = (d ^ a) rotated by 32: the halves change places.
  let dl = v[d + 1]! ^ ah;
  let dh = v[d]! ^ al;
  let cl = v[c]!;
  sum = (cl + dl) | 0;
  let ch = (v[c + 1]! + dh + carry(cl, dl, sum)) | 0;
  cl = sum;
  let low = bl ^ cl;
  let high = bh ^ ch;
  bl = (low >>> 24) | (high << 8);
  bh = (high >>> 24) | (low << 8);
  sum = (al + bl) | 0;
  ah = (ah + bh + carry(al, bl, sum)) | 0;
  al = (sum + yl) | 0;
  ah = (ah + m[y + 1]! + carry(sum, yl, al)) | 0;
  low = dl ^ al;
  high = dh ^ ah;
  dl = (low >>> 16) | (high << 16);
  dh = (high >>> 16) | (low << 16);
  sum = (cl + dl) | 0;
  ch = (ch + dh + carry(cl, dl, sum)) | 0;
  cl = sum;
  low = bl ^ cl;
  high = bh ^ ch;
  v[a] = al;
  v[a + 1] = ah;
  v[b] = (low << 1) | (high >>> 31);
  v[b + 1] = (high << 1) | (low >>> 31);
  v[c] = cl;
  v[c + 1] = ch;
  v[d] = dl;
  v[d + 1] = dh;
}
