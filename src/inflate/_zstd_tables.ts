/**
 * The two entropy codes of Zstandard: finite state entropy (FSE) and
 * Huffman, and the bit streams they are in.
 *
 * Source: RFC 8878, sections 4.1 and 4.2.
 *
 * @module
 */

/** Bits that are read from the end of some bytes to their begin. */
export class BackwardBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** Bits that are left; below 0 after a read beyond the begin. */
  left: number;

  /** The bits of `start` to `end`; the highest set bit only marks the end. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const last = end > start ? bytes[end - 1]! : 0;
    if (last === 0) throw new Error("a bit stream has no end mark");
    this.#bytes = bytes;
    this.#start = start;
    this.left = 8 * (end - start) - 1 - Math.clz32(last) + 24;
  }

  /** The next bits, up to 24; zeros stand before the begin. */
  peek(count: number): number {
    const from = this.left - count;
    if (from < 0) {
      const rest = Math.max(0, this.left);
      return rest === 0 ? 0 : this.#at(0, rest) << (count - rest);
    }
    return this.#at(from, count);
  }

  /** Takes up to 31 bits. */
  read(count: number): number {
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 65_536 + this.read(16);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  #at(from: number, count: number): number {
    const bytes = this.#bytes;
    const at = this.#start + (from >>> 3);
    // Bytes behind the stream's end are cut off by the mask.
    const word = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16 |
      bytes[at + 3]! << 24;
    return word >>> (from & 7) & ((1 << count) - 1);
  }
}

/** A table of finite state entropy, by state. */
export interface FseTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  /** Bits to read for the next state, and what they are added to. */
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table in which one symbol is all there is. */
export function singleTable(symbol: number): FseTable {
  return {
    log: 0,
    symbols: new Uint8Array([symbol]),
    bits: new Uint8Array(1),
    bases: new Uint16Array(1),
  };
}

/** The table of a distribution; -1 is a probability below one. */
export function fseTable(counts: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    next[symbol] = Math.abs(counts[symbol]!);
    if (counts[symbol] === -1) symbols[high--] = symbol;
  }
  const step = (size >>> 1) + (size >>> 3) + 3;
  let position = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let count = counts[symbol]!; count > 0; count--) {
      symbols[position] = symbol;
      do position = (position + step) & (size - 1); while (position > high);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const value = next[symbols[state]!]!++;
    const count = log - (31 - Math.clz32(value));
    bits[state] = count;
    bases[state] = (value << count) - size;
  }
  return { log, symbols, bits, bases };
}

/** Reads the distribution at a position: the table, and where it ends. */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: { readonly log: number; readonly symbol: number },
): { table: FseTable; end: number } {
  let at = 8 * start;
  const peek = (count: number) => {
    const byte = at >>> 3;
    const word = (bytes[byte] ?? 0) | (bytes[byte + 1] ?? 0) << 8 |
      (bytes[byte + 2] ?? 0) << 16;
    return word >>> (at & 7) & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  at += 4;
  if (log > limits.log) throw new Error("a table is too large");
  let threshold = 1 << log;
  let remaining = threshold + 1;
  let width = log + 1;
  const counts: number[] = [];
  while (remaining > 1) {
    if (counts.length > limits.symbol || at > 8 * end) {
      throw new Error("a distribution has no end");
    }
    const most = 2 * threshold - 1 - remaining;
    let value = peek(width - 1);
    if (value < most) at += width - 1;
    else {
      value = peek(width);
      if (value >= threshold) value -= most;
      at += width;
    }
    const count = value - 1;
    counts.push(count);
    remaining -= Math.abs(count);
    if (remaining < 1) throw new Error("a distribution exceeds its sum");
    if (count === 0) at = skipZeros(peek, at, (by) => at = by, counts);
    while (remaining < threshold) {
      width--;
      threshold >>>= 1;
    }
  }
  const stop = (at + 7) >>> 3;
  if (stop > end || counts.length > limits.symbol + 1) {
    throw new Error("a distribution leaves its block");
  }
  return { table: fseTable(counts, log), end: stop };
}

/** After a zero two bits tell how many more follow, again after a three. */
function skipZeros(
  peek: (count: number) => number,
  from: number,
  move: (to: number) => void,
  counts: number[],
): number {
  let at = from;
  while (true) {
    const more = peek(2);
    at += 2;
    move(at);
    for (let zero = 0; zero < more; zero++) counts.push(0);
    if (more < 3 || counts.length > 256) return at;
  }
}

/** A table of Huffman's code: symbol and length by the next bits. */
export interface HuffmanTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const HUFFMAN_LOG_MAX = 11;
const WEIGHTS_MAX = 255;

/** Reads the description of Huffman's code at a position. */
export function readHuffmanTable(
  bytes: Uint8Array,
  start: number,
  end: number,
): { table: HuffmanTable; end: number } {
  if (start >= end) throw new Error("a block ends inside its tree");
  const head = bytes[start]!;
  const isPacked = head < 128;
  const count = head - 127;
  const stop = start + 1 + (isPacked ? head : (count + 1) >>> 1);
  if (stop > end) throw new Error("a block ends inside its tree");
  const weights: number[] = [];
  if (isPacked) readWeights(bytes, start + 1, stop, weights);
  else {
    for (let index = 0; index < count; index++) {
      const byte = bytes[start + 1 + (index >>> 1)]!;
      weights.push(index & 1 ? byte & 15 : byte >>> 4);
    }
  }
  return { table: huffmanTable(weights), end: stop };
}

/** Weights under finite state entropy, by two states in turn. */
function readWeights(
  bytes: Uint8Array,
  start: number,
  end: number,
  weights: number[],
): void {
  const limits = { log: 6, symbol: 255 };
  const { table, end: stop } = readFseTable(bytes, start, end, limits);
  const stream = new BackwardBits(bytes, stop, end);
  const states = [stream.read(table.log), stream.read(table.log)];
  if (stream.left < 0) throw new Error("a tree ends too early");
  for (let turn = 0;; turn ^= 1) {
    const state = states[turn]!;
    weights.push(table.symbols[state]!);
    const bits = table.bits[state]!;
    if (stream.left < bits) {
      weights.push(table.symbols[states[turn ^ 1]!]!);
      break;
    }
    states[turn] = table.bases[state]! + stream.read(bits);
    if (weights.length > WEIGHTS_MAX) throw new Error("a tree is too large");
  }
}

function huffmanTable(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > HUFFMAN_LOG_MAX) throw new Error("a code is too long");
    if (weight > 0) sum += 1 << (weight - 1);
  }
  if (sum === 0 || weights.length > WEIGHTS_MAX) {
    throw new Error("a tree has no or too many codes");
  }
  const log = 32 - Math.clz32(sum);
  const left = (1 << log) - sum;
  if (log > HUFFMAN_LOG_MAX || (left & (left - 1)) !== 0) {
    throw new Error("a tree is not complete");
  }
  weights.push(32 - Math.clz32(left));
  const symbols = new Uint8Array(1 << log);
  const bits = new Uint8Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    const size = 1 << (weight - 1);
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue;
      symbols.fill(symbol, at, at + size);
      bits.fill(log + 1 - weight, at, at + size);
      at += size;
    }
  }
  return { log, symbols, bits };
}
