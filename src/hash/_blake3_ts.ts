/**
 * BLAKE3 in TypeScript: any length, in pieces of any size, no allocation per
 * chunk. After the specification of 2021-11-05, sections 2.1 to 2.6.
 *
 * @module
 */

const CHUNK_BYTES = 1024;
const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const CHUNK_WORDS = 256;
const VALUE_WORDS = 8;
const DIGEST_BYTES = 32;

/** Chunks are numbered in 64 bits, and a tree of 2^53 of them is 53 high. */
const STACK_VALUES = 54;

/** Bytes that do not lie on a word are copied in pieces of this size. */
const ALIGN_BYTES = 1 << 14;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
const KEYED_HASH = 16;
const DERIVE_KEY_CONTEXT = 32;
const DERIVE_KEY_MATERIAL = 64;

/** The first words of a chunk's and a parent's value. */
const IV = new Int32Array([
  ...[0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A],
  ...[0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19],
]);

/**
 * Takes one block into a chaining value.
 *
 * All words live in local variables: through arrays it is half as fast. That
 * is why this function is as long as it is.
 *
 * @param value The chaining value, eight words; replaced. Where it has
 * sixteen, the second half of the output goes there.
 * @param words Where the block's sixteen words are.
 * @param at Index of the first of them.
 * @param low The chunk's number, low half; 0 for a parent.
 * @param high Its high half.
 * @param length Bytes of the block.
 * @param flags What the block is.
 */
function compress(
  value: Int32Array,
  words: Int32Array,
  at: number,
  low: number,
  high: number,
  length: number,
  flags: number,
): void {
  let m0 = words[at + 0]!;
  let m1 = words[at + 1]!;
  let m2 = words[at + 2]!;
  let m3 = words[at + 3]!;
  let m4 = words[at + 4]!;
  let m5 = words[at + 5]!;
  let m6 = words[at + 6]!;
  let m7 = words[at + 7]!;
  let m8 = words[at + 8]!;
  let m9 = words[at + 9]!;
  let m10 = words[at + 10]!;
  let m11 = words[at + 11]!;
  let m12 = words[at + 12]!;
  let m13 = words[at + 13]!;
  let m14 = words[at + 14]!;
  let m15 = words[at + 15]!;
  let v0 = value[0]!;
  let v1 = value[1]!;
  let v2 = value[2]!;
  let v3 = value[3]!;
  let v4 = value[4]!;
  let v5 = value[5]!;
  let v6 = value[6]!;
  let v7 = value[7]!;
  let v8 = IV[0]!;
  let v9 = IV[1]!;
  let v10 = IV[2]!;
  let v11 = IV[3]!;
  let v12 = low;
  let v13 = high;
  let v14 = length;
  let v15 = flags;
  for (let round = 0; round < 7; round++) {
    v0 = (v0 + v4 + m0) | 0;
    v12 = ((v12 ^= v0) >>> 16) | (v12 << 16);
    v8 = (v8 + v12) | 0;
    v4 = ((v4 ^= v8) >>> 12) | (v4 << 20);
    v0 = (v0 + v4 + m1) | 0;
    v12 = ((v12 ^= v0) >>> 8) | (v12 << 24);
    v8 = (v8 + v12) | 0;
    v4 = ((v4 ^= v8) >>> 7) | (v4 << 25);
    v1 = (v1 + v5 + m2) | 0;
    v13 = ((v13 ^= v1) >>> 16) | (v13 << 16);
    v9 = (v9 + v13) | 0;
    v5 = ((v5 ^= v9) >>> 12) | (v5 << 20);
    v1 = (v1 + v5 + m3) | 0;
    v13 = ((v13 ^= v1) >>> 8) | (v13 << 24);
    v9 = (v9 + v13) | 0;
    v5 = ((v5 ^= v9) >>> 7) | (v5 << 25);
    v2 = (v2 + v6 + m4) | 0;
    v14 = ((v14 ^= v2) >>> 16) | (v14 << 16);
    v10 = (v10 + v14) | 0;
    v6 = ((v6 ^= v10) >>> 12) | (v6 << 20);
    v2 = (v2 + v6 + m5) | 0;
    v14 = ((v14 ^= v2) >>> 8) | (v14 << 24);
    v10 = (v10 + v14) | 0;
    v6 = ((v6 ^= v10) >>> 7) | (v6 << 25);
    v3 = (v3 + v7 + m6) | 0;
    v15 = ((v15 ^= v3) >>> 16) | (v15 << 16);
    v11 = (v11 + v15) | 0;
    v7 = ((v7 ^= v11) >>> 12) | (v7 << 20);
    v3 = (v3 + v7 + m7) | 0;
    v15 = ((v15 ^= v3) >>> 8) | (v15 << 24);
    v11 = (v11 + v15) | 0;
    v7 = ((v7 ^= v11) >>> 7) | (v7 << 25);
    v0 = (v0 + v5 + m8) | 0;
    v15 = ((v15 ^= v0) >>> 16) | (v15 << 16);
    v10 = (v10 + v15) | 0;
    v5 = ((v5 ^= v10) >>> 12) | (v5 << 20);
    v0 = (v0 + v5 + m9) | 0;
    v15 = ((v15 ^= v0) >>> 8) | (v15 << 24);
    v10 = (v10 + v15) | 0;
    v5 = ((v5 ^= v10) >>> 7) | (v5 << 25);
    v1 = (v1 + v6 + m10) | 0;
    v12 = ((v12 ^= v1) >>> 16) | (v12 << 16);
    v11 = (v11 + v12) | 0;
    v6 = ((v6 ^= v11) >>> 12) | (v6 << 20);
    v1 = (v1 + v6 + m11) | 0;
    v12 = ((v12 ^= v1) >>> 8) | (v12 << 24);
    v11 = (v11 + v12) | 0;
    v6 = ((v6 ^= v11) >>> 7) | (v6 << 25);
    v2 = (v2 + v7 + m12) | 0;
    v13 = ((v13 ^= v2) >>> 16) | (v13 << 16);
    v8 = (v8 + v13) | 0;
    v7 = ((v7 ^= v8) >>> 12) | (v7 << 20);
    v2 = (v2 + v7 + m13) | 0;
    v13 = ((v13 ^= v2) >>> 8) | (v13 << 24);
    v8 = (v8 + v13) | 0;
    v7 = ((v7 ^= v8) >>> 7) | (v7 << 25);
    v3 = (v3 + v4 + m14) | 0;
    v14 = ((v14 ^= v3) >>> 16) | (v14 << 16);
    v9 = (v9 + v14) | 0;
    v4 = ((v4 ^= v9) >>> 12) | (v4 << 20);
    v3 = (v3 + v4 + m15) | 0;
    v14 = ((v14 ^= v3) >>> 8) | (v14 << 24);
    v9 = (v9 + v14) | 0;
    v4 = ((v4 ^= v9) >>> 7) | (v4 << 25);
    // The next round's order of the words, two cycles of eight.
    const t0 = m0;
    m0 = m2;
    m2 = m3;
    m3 = m10;
    m10 = m12;
    m12 = m9;
    m9 = m11;
    m11 = m5;
    m5 = t0;
    const t1 = m1;
    m1 = m6;
    m6 = m4;
    m4 = m7;
    m7 = m13;
    m13 = m14;
    m14 = m15;
    m15 = m8;
    m8 = t1;
  }
  if (value.length > VALUE_WORDS) {
    value[8] = v8 ^ value[0]!;
    value[9] = v9 ^ value[1]!;
    value[10] = v10 ^ value[2]!;
    value[11] = v11 ^ value[3]!;
    value[12] = v12 ^ value[4]!;
    value[13] = v13 ^ value[5]!;
    value[14] = v14 ^ value[6]!;
    value[15] = v15 ^ value[7]!;
  }
  value[0] = v0 ^ v8;
  value[1] = v1 ^ v9;
  value[2] = v2 ^ v10;
  value[3] = v3 ^ v11;
  value[4] = v4 ^ v12;
  value[5] = v5 ^ v13;
  value[6] = v6 ^ v14;
  value[7] = v7 ^ v15;
}

/** What makes a BLAKE3 digest more than one of the message alone. */
export interface Blake3Options {
  /** Bytes of the digest; 32 unless given. */
  readonly length?: number;
  /** A key of 32 bytes. */
  readonly key?: Uint8Array | undefined;
  /** What a derived key is for. */
  readonly context?: string | undefined;
}

/** A BLAKE3 digest under way. */
export class Blake3 {
  /** The chunk that is not known to be followed by another one yet. */
  readonly #chunk = new Uint8Array(CHUNK_BYTES);
  readonly #chunkWords = new Int32Array(this.#chunk.buffer);
  #held = 0;
  /** Chunks finished. */
  #chunks = 0;
  /** Values of finished subtrees, the largest first. */
  readonly #stack = new Int32Array(STACK_VALUES * VALUE_WORDS);
  #stackValues = 0;
  readonly #value = new Int32Array(VALUE_WORDS);
  #aligned: Uint8Array<ArrayBuffer> | undefined;
  /** What chunks and parents begin with, and the flag of the mode. */
  readonly #key: Int32Array;
  readonly #mode: number;
  readonly #length: number;

  /**
   * Starts with nothing.
   *
   * @param options Length, key and context.
   * @param mode The flag of the mode, where it is none of the usual ones.
   */
  constructor(
    { length = DIGEST_BYTES, key, context }: Blake3Options = {},
    mode?: number,
  ) {
    this.#length = length;
    if (context !== undefined) {
      const hasher = new Blake3({}, DERIVE_KEY_CONTEXT);
      hasher.update(new TextEncoder().encode(context));
      this.#key = new Int32Array(hasher.finish().buffer);
      this.#mode = DERIVE_KEY_MATERIAL;
    } else if (key !== undefined) {
      this.#key = new Int32Array(new Uint8Array(key).buffer);
      this.#mode = KEYED_HASH;
    } else {
      this.#key = IV;
      this.#mode = mode ?? 0;
    }
  }

  /**
   * Appends bytes to the message.
   *
   * @param bytes The bytes.
   */
  update(bytes: Uint8Array): void {
    let at = 0;
    if (this.#held > 0) at = this.#fill(bytes, 0);
    // The last chunk of all ends differently: keep what may be the last one.
    const chunks = Math.ceil((bytes.length - at) / CHUNK_BYTES) - 1;
    if (chunks > 0) {
      const end = at + chunks * CHUNK_BYTES;
      this.#wholeChunks(bytes, at, end);
      at = end;
    }
    if (at < bytes.length) this.#fill(bytes, at);
  }

  /**
   * The digest of all bytes given.
   *
   * @returns As many bytes as were asked for.
   */
  finish(): Uint8Array<ArrayBuffer> {
    this.#chunk.fill(0, this.#held);
    if (this.#stackValues === 0) return this.#output(this.#lastBlock());
    this.#hashChunk(this.#chunkWords, 0, this.#held);
    for (let left = this.#stackValues - 1; left > 0; left--) {
      this.#stack.set(this.#value, (left + 1) * VALUE_WORDS);
      this.#hashParent(left);
    }
    this.#stack.set(this.#value, VALUE_WORDS);
    this.#value.set(this.#key);
    return this.#output({
      words: this.#stack,
      at: 0,
      length: BLOCK_BYTES,
      flags: PARENT,
    });
  }

  /** The only chunk up to its last block, which is left to do. */
  #lastBlock(): Block {
    const last = lastBlockOf(this.#held);
    this.#hashBlocks(this.#chunkWords, 0, last);
    return {
      words: this.#chunkWords,
      at: last * BLOCK_WORDS,
      length: this.#held - last * BLOCK_BYTES,
      flags: (last === 0 ? CHUNK_START : 0) | CHUNK_END,
    };
  }

  /** The root's block again and again, numbered, as long as bytes are wanted. */
  #output({ words, at, length, flags }: Block): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.#length);
    const value = new Int32Array(2 * VALUE_WORDS);
    const bytes = new Uint8Array(value.buffer);
    const root = flags | ROOT | this.#mode;
    for (let done = 0, part = 0; done < out.length; done += BLOCK_BYTES) {
      value.set(this.#value);
      compress(value, words, at, part++, 0, length, root);
      out.set(bytes.subarray(0, out.length - done), done);
    }
    return out;
  }

  /** Moves bytes to the pending chunk; gives the index after them. */
  #fill(bytes: Uint8Array, from: number): number {
    if (this.#held === CHUNK_BYTES && from < bytes.length) {
      this.#pushChunk(this.#chunkWords, 0);
      this.#held = 0;
    }
    const end = Math.min(bytes.length, from + CHUNK_BYTES - this.#held);
    this.#chunk.set(bytes.subarray(from, end), this.#held);
    this.#held += end - from;
    if (this.#held === CHUNK_BYTES && end < bytes.length) {
      this.#pushChunk(this.#chunkWords, 0);
      this.#held = 0;
    }
    return end;
  }

  #wholeChunks(bytes: Uint8Array, from: number, end: number): void {
    const offset = bytes.byteOffset + from;
    if (offset % 4 === 0) {
      const words = new Int32Array(bytes.buffer, offset, (end - from) / 4);
      this.#pushChunks(words);
      return;
    }
    const aligned = this.#aligned ??= new Uint8Array(ALIGN_BYTES);
    for (let at = from; at < end; at += ALIGN_BYTES) {
      const piece = Math.min(ALIGN_BYTES, end - at);
      aligned.set(bytes.subarray(at, at + piece));
      this.#pushChunks(new Int32Array(aligned.buffer, 0, piece / 4));
    }
  }

  #pushChunks(words: Int32Array): void {
    for (let at = 0; at < words.length; at += CHUNK_WORDS) {
      this.#pushChunk(words, at);
    }
  }

  /** Finishes a chunk that others follow, and every subtree it completes. */
  #pushChunk(words: Int32Array, at: number): void {
    this.#hashChunk(words, at, CHUNK_BYTES);
    this.#chunks++;
    let values = this.#stackValues;
    for (let count = this.#chunks; count % 2 === 0; count /= 2) {
      values--;
      this.#stack.set(this.#value, (values + 1) * VALUE_WORDS);
      this.#hashParent(values);
    }
    this.#stack.set(this.#value, values * VALUE_WORDS);
    this.#stackValues = values + 1;
  }

  /** Leaves the value of the chunk whose words start at `at`. */
  #hashChunk(words: Int32Array, at: number, length: number): void {
    const last = lastBlockOf(length);
    this.#hashBlocks(words, at, last);
    const flags = (last === 0 ? CHUNK_START : 0) | CHUNK_END | this.#mode;
    const from = at + last * BLOCK_WORDS;
    const rest = length - last * BLOCK_BYTES;
    const low = this.#chunks | 0;
    const high = (this.#chunks / 0x1_0000_0000) | 0;
    compress(this.#value, words, from, low, high, rest, flags);
  }

  /** Leaves the value of a chunk before its block `last`. */
  #hashBlocks(words: Int32Array, at: number, last: number): void {
    const value = this.#value;
    const low = this.#chunks | 0;
    const high = (this.#chunks / 0x1_0000_0000) | 0;
    value.set(this.#key);
    for (let block = 0; block < last; block++) {
      const flags = (block === 0 ? CHUNK_START : 0) | this.#mode;
      const from = at + block * BLOCK_WORDS;
      compress(value, words, from, low, high, BLOCK_BYTES, flags);
    }
  }

  /** Leaves the value of the parent of stack values `left` and `left + 1`. */
  #hashParent(left: number): void {
    const at = left * VALUE_WORDS;
    const flags = PARENT | this.#mode;
    this.#value.set(this.#key);
    compress(this.#value, this.#stack, at, 0, 0, BLOCK_BYTES, flags);
  }
}

/** A block that is still to be compressed. */
interface Block {
  readonly words: Int32Array;
  readonly at: number;
  readonly length: number;
  readonly flags: number;
}

/** The index of the last block of a chunk of so many bytes. */
function lastBlockOf(length: number): number {
  return Math.max(0, Math.ceil(length / BLOCK_BYTES) - 1);
}
