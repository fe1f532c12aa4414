/**
 * XXH3 of 64 bits with seed 0 in TypeScript, after the specification of
 * xxHash 0.8. Long messages are taken in by halves of words; what happens
 * once a digest is BigInt.
 *
 * @module
 */

/** The specification's default secret. */
const SECRET = bytesOfHex([
  "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f",
  "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c",
  "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8",
  "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364",
  "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e",
  "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e",
].join(""));
const SECRET_VIEW = new DataView(SECRET.buffer);

const STRIPE_BYTES = 64;
const BLOCK_STRIPES = 16;
const BLOCK_BYTES = STRIPE_BYTES * BLOCK_STRIPES;

/** Messages up to here are not cut into stripes. */
const SHORT_BYTES_MAX = 240;

/** Where the secret of the scrambling, the last stripe and the merge begin. */
const SCRAMBLE_AT = 128;
const LAST_AT = 121;
const MERGE_AT = 11;

const MASK = 0xFFFF_FFFF_FFFF_FFFFn;
const PRIME32_1 = 0x9E3779B1;
const PRIME64_1 = 0x9E3779B185EBCA87n;
const PRIME64_2 = 0xC2B2AE3D27D4EB4Fn;
const PRIME64_3 = 0x165667B19E3779F9n;
const PRIME_MX1 = 0x165667919E3779F9n;
const PRIME_MX2 = 0x9FB21C651E98DF25n;

/** The first values of the accumulators, low half before high. */
const START = new Uint32Array([
  ...[0xC2B2AE3D, 0, 0x85EBCA87, 0x9E3779B1, 0x27D4EB4F, 0xC2B2AE3D],
  ...[0x9E3779F9, 0x165667B1, 0xC2B2AE63, 0x85EBCA77, 0x85EBCA77, 0],
  ...[0x165667C5, 0x27D4EB2F, 0x9E3779B1, 0],
]);

/** The secret's halves of words from every eighth byte, and at two others. */
const KEYS = new Uint32Array(SECRET.buffer);
const LAST_KEYS = new Uint32Array(SECRET.slice(LAST_AT, LAST_AT + 64).buffer);

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

/** An XXH3 digest under way. */
export class Xxh3 {
  readonly #sums = new Uint32Array(START);
  /** The last stripe of the block before, then the block that is not done. */
  readonly #room = new Uint8Array(STRIPE_BYTES + BLOCK_BYTES);
  readonly #words = new Uint32Array(this.#room.buffer, STRIPE_BYTES);
  #held = 0;
  #length = 0;

  /**
   * Appends bytes to the message.
   *
   * @param bytes The bytes.
   */
  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length;) {
      // The last block ends differently: a full one waits for what follows.
      if (this.#held === BLOCK_BYTES) this.#takeBlock();
      const end = Math.min(bytes.length, at + BLOCK_BYTES - this.#held);
      this.#room.set(bytes.subarray(at, end), STRIPE_BYTES + this.#held);
      this.#held += end - at;
      at = end;
    }
  }

  /**
   * The digest of all bytes given.
   *
   * @returns Eight bytes, the highest first.
   */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(8);
    const value = this.#length <= SHORT_BYTES_MAX
      ? shortHash(this.#room.subarray(STRIPE_BYTES, STRIPE_BYTES + this.#held))
      : this.#longHash();
    new DataView(out.buffer).setBigUint64(0, value);
    return out;
  }

  #takeBlock(): void {
    for (let stripe = 0; stripe < BLOCK_STRIPES; stripe++) {
      accumulate(this.#sums, this.#words, 16 * stripe, KEYS, 2 * stripe);
    }
    scramble(this.#sums);
    this.#room.copyWithin(0, BLOCK_BYTES);
    this.#held = 0;
  }

  #longHash(): bigint {
    const sums = this.#sums;
    const stripes = Math.floor((this.#held - 1) / STRIPE_BYTES);
    for (let stripe = 0; stripe < stripes; stripe++) {
      accumulate(sums, this.#words, 16 * stripe, KEYS, 2 * stripe);
    }
    const last = this.#room.slice(this.#held, this.#held + STRIPE_BYTES);
    accumulate(sums, new Uint32Array(last.buffer), 0, LAST_KEYS, 0);
    const view = new DataView(sums.buffer);
    let result = BigInt(this.#length) * PRIME64_1 & MASK;
    for (let at = 0; at < 64; at += 16) {
      result += foldedProduct(
        view.getBigUint64(at, true) ^ secret64(MERGE_AT + at),
        view.getBigUint64(at + 8, true) ^ secret64(MERGE_AT + at + 8),
      );
    }
    return avalanche(result & MASK);
  }
}

/** Takes a stripe in: 16 halves of words from `at`, keys from `key`. */
function accumulate(
  sums: Uint32Array,
  words: Uint32Array,
  at: number,
  keys: Uint32Array,
  key: number,
): void {
  for (let lane = 0; lane < 16; lane += 2) {
    const low = words[at + lane]!;
    const high = words[at + lane + 1]!;
    // Each word is added to its neighbour's sum.
    const other = lane ^ 2;
    const sum = sums[other]! + low;
    sums[other] = sum;
    sums[other + 1]! += high + (sum > 0xFFFFFFFF ? 1 : 0);
    const a = (low ^ keys[key + lane]!) >>> 0;
    const b = (high ^ keys[key + lane + 1]!) >>> 0;
    addProduct(sums, lane, a, b);
  }
}

/** Adds the 64-bit product of two halves to a sum. */
function addProduct(
  sums: Uint32Array,
  lane: number,
  a: number,
  b: number,
): void {
  const [al, ah, bl, bh] = [a & 0xFFFF, a >>> 16, b & 0xFFFF, b >>> 16];
  const low = al * bl;
  const first = ah * bl + (low >>> 16);
  const second = al * bh + (first & 0xFFFF);
  const high = ah * bh + Math.floor(first / 65_536) +
    Math.floor(second / 65_536);
  const sum = sums[lane]! + ((second << 16 | low & 0xFFFF) >>> 0);
  sums[lane] = sum;
  sums[lane + 1]! += high + (sum > 0xFFFFFFFF ? 1 : 0);
}

function scramble(sums: Uint32Array): void {
  for (let lane = 0; lane < 16; lane += 2) {
    let low = sums[lane]!;
    let high = sums[lane + 1]!;
    low ^= high >>> 15;
    low = (low ^ KEYS[SCRAMBLE_AT / 4 + lane]!) >>> 0;
    high = (high ^ KEYS[SCRAMBLE_AT / 4 + lane + 1]!) >>> 0;
    sums[lane] = 0;
    sums[lane + 1] = 0;
    addProduct(sums, lane, low, PRIME32_1);
    sums[lane + 1]! += Math.imul(high, PRIME32_1) >>> 0;
  }
}

function shortHash(bytes: Uint8Array): bigint {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  if (length > 128) return hashUpTo240(view, length);
  if (length > 16) return hashUpTo128(view, length);
  if (length > 8) return hashUpTo16(view, length);
  if (length >= 4) return hashUpTo8(view, length);
  if (length === 0) return avalanche64(secret64(56) ^ secret64(64));
  const [first, middle, last] = [
    bytes[0]!,
    bytes[length >> 1]!,
    bytes[length - 1]!,
  ];
  const combined = (first << 16 | middle << 24 | last | length << 8) >>> 0;
  const flip = SECRET_VIEW.getUint32(0, true) ^ SECRET_VIEW.getUint32(4, true);
  return avalanche64(BigInt((combined ^ flip) >>> 0));
}

function hashUpTo8(view: DataView, length: number): bigint {
  const low = BigInt(view.getUint32(length - 4, true));
  const high = BigInt(view.getUint32(0, true));
  let value = (low | high << 32n) ^ secret64(8) ^ secret64(16);
  value ^= rotated(value, 49n) ^ rotated(value, 24n);
  value = value * PRIME_MX2 & MASK;
  value ^= (value >> 35n) + BigInt(length);
  value = value * PRIME_MX2 & MASK;
  return value ^ value >> 28n;
}

function hashUpTo16(view: DataView, length: number): bigint {
  const low = view.getBigUint64(0, true) ^ secret64(24) ^ secret64(32);
  const high = view.getBigUint64(length - 8, true) ^ secret64(40) ^
    secret64(48);
  const swapped = new DataView(new ArrayBuffer(8));
  swapped.setBigUint64(0, low, true);
  return avalanche(
    BigInt(length) + swapped.getBigUint64(0) + high +
        foldedProduct(low, high) & MASK,
  );
}

function hashUpTo128(view: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1;
  // From both ends to the middle, as many pairs as the length asks for.
  for (let pair = Math.floor((length - 1) / 32); pair >= 0; pair--) {
    sum += mixed(view, 16 * pair, 32 * pair);
    sum += mixed(view, length - 16 * (pair + 1), 32 * pair + 16);
  }
  return avalanche(sum & MASK);
}

function hashUpTo240(view: DataView, length: number): bigint {
  let sum = BigInt(length) * PRIME64_1;
  for (let at = 0; at < 128; at += 16) sum += mixed(view, at, at);
  sum = avalanche(sum & MASK);
  for (let at = 128; at + 16 <= length; at += 16) {
    sum += mixed(view, at, at - 125);
  }
  sum += mixed(view, length - 16, 119);
  return avalanche(sum & MASK);
}

/** Sixteen bytes of the message with sixteen of the secret. */
function mixed(view: DataView, at: number, secretAt: number): bigint {
  return foldedProduct(
    view.getBigUint64(at, true) ^ secret64(secretAt),
    view.getBigUint64(at + 8, true) ^ secret64(secretAt + 8),
  );
}

function secret64(at: number): bigint {
  return SECRET_VIEW.getBigUint64(at, true);
}

function rotated(value: bigint, bits: bigint): bigint {
  return (value << bits | value >> 64n - bits) & MASK;
}

/** The halves of the product, one upon the other. */
function foldedProduct(a: bigint, b: bigint): bigint {
  const product = a * b;
  return product & MASK ^ product >> 64n;
}

function avalanche(value: bigint): bigint {
  value ^= value >> 37n;
  value = value * PRIME_MX1 & MASK;
  return value ^ value >> 32n;
}

/** The end of XXH64, which the shortest messages get. */
function avalanche64(value: bigint): bigint {
  value ^= value >> 33n;
  value = value * PRIME64_2 & MASK;
  value ^= value >> 29n;
  value = value * PRIME64_3 & MASK;
  return value ^ value >> 32n;
}
