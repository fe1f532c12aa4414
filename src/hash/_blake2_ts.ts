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
  readonly #block: Uint8Array<ArrayBuffer>;
  readonly #length: number;
  #held = 0;
  #done = 0;

  constructor(blockBytes: number, length: number) {
    this.#block = new Uint8Array(blockBytes);
    this.#length = length;
  }

  /** Takes the block in; `bytes` are hashed so far, it included. */
  protected abstract compress(
    block: Uint8Array<ArrayBuffer>,
    bytes: number,
    isLast: boolean,
  ): void;

  /** The words of the state as bytes. */
  protected abstract state(): Uint8Array;

  /** A key is a block of its own in front of the message. */
  protected start(key: Uint8Array | undefined): void {
    if (key === undefined) return;
    this.#block.set(key);
    this.#held = this.#block.length;
  }

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
        this.compress(block, this.#done, false);
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
    this.compress(this.#block, this.#done, true);
    return new Uint8Array(this.state().subarray(0, this.#length));
  }
}

/** A BLAKE2s digest under way. */
export class Blake2s extends Blake2 {
  readonly #h = new Int32Array(IV32);
  readonly #v = new Int32Array(16);

  /**
   * Starts with nothing.
   *
   * @param length Bytes of the digest, 1 to 32.
   * @param key The key, up to 32 bytes, if any.
   */
  constructor(length: number, key?: Uint8Array) {
    super(64, length);
    this.#h[0]! ^= 0x01010000 ^ ((key?.length ?? 0) << 8) ^ length;
    this.start(key);
  }

  protected override state(): Uint8Array {
    return new Uint8Array(this.#h.buffer);
  }

  protected override compress(
    block: Uint8Array<ArrayBuffer>,
    bytes: number,
    isLast: boolean,
  ): void {
    const h = this.#h;
    const v = this.#v;
    const m = new Int32Array(block.buffer);
    v.set(h);
    v.set(IV32, 8);
    v[12]! ^= bytes | 0;
    v[13]! ^= (bytes / 0x1_0000_0000) | 0;
    if (isLast) v[14] = ~v[14]!;
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
    for (let i = 0; i < 8; i++) h[i]! ^= v[i]! ^ v[i + 8]!;
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

/** A BLAKE2b digest under way. Its 64-bit words are pairs of halves. */
export class Blake2b extends Blake2 {
  readonly #h = new Int32Array(IV64);
  readonly #v = new Int32Array(32);

  /**
   * Starts with nothing.
   *
   * @param length Bytes of the digest, 1 to 64.
   * @param key The key, up to 64 bytes, if any.
   */
  constructor(length: number, key?: Uint8Array) {
    super(128, length);
    this.#h[0]! ^= 0x01010000 ^ ((key?.length ?? 0) << 8) ^ length;
    this.start(key);
  }

  protected override state(): Uint8Array {
    return new Uint8Array(this.#h.buffer);
  }

  protected override compress(
    block: Uint8Array<ArrayBuffer>,
    bytes: number,
    isLast: boolean,
  ): void {
    const h = this.#h;
    const v = this.#v;
    const m = new Int32Array(block.buffer);
    v.set(h);
    v.set(IV64, 16);
    v[24]! ^= bytes | 0;
    v[25]! ^= (bytes / 0x1_0000_0000) | 0;
    if (isLast) {
      v[28] = ~v[28]!;
      v[29] = ~v[29]!;
    }
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
    for (let i = 0; i < 16; i++) h[i]! ^= v[i]! ^ v[i + 16]!;
  }
}

/**
 * Words are pairs of halves, all as signed integers; a sum of low halves that
 * is less than one of them has carried.
 */
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
  let bl = v[b]!;
  let bh = v[b + 1]!;
  let al = v[a]!;
  let ah = v[a + 1]!;
  let sum = (al + bl) | 0;
  ah = (ah + bh + (sum >>> 0 < al >>> 0 ? 1 : 0)) | 0;
  al = (sum + m[x]!) | 0;
  ah = (ah + m[x + 1]! + (al >>> 0 < sum >>> 0 ? 1 : 0)) | 0;
  // d = (d ^ a) rotated by 32: the halves change places.
  let dl = v[d + 1]! ^ ah;
  let dh = v[d]! ^ al;
  let cl = v[c]!;
  sum = (cl + dl) | 0;
  let ch = (v[c + 1]! + dh + (sum >>> 0 < cl >>> 0 ? 1 : 0)) | 0;
  cl = sum;
  let low = bl ^ cl;
  let high = bh ^ ch;
  bl = (low >>> 24) | (high << 8);
  bh = (high >>> 24) | (low << 8);
  sum = (al + bl) | 0;
  ah = (ah + bh + (sum >>> 0 < al >>> 0 ? 1 : 0)) | 0;
  al = (sum + m[y]!) | 0;
  ah = (ah + m[y + 1]! + (al >>> 0 < sum >>> 0 ? 1 : 0)) | 0;
  low = dl ^ al;
  high = dh ^ ah;
  dl = (low >>> 16) | (high << 16);
  dh = (high >>> 16) | (low << 16);
  sum = (cl + dl) | 0;
  ch = (ch + dh + (sum >>> 0 < cl >>> 0 ? 1 : 0)) | 0;
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
