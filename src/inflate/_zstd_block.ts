/**
 * Compressed blocks of Zstandard: literals, and the sequences that copy them
 * and what came before.
 *
 * Source: RFC 8878, section 3.1.1.3.
 *
 * @module
 */

import {
  BackwardBits,
  type FseTable,
  fseTable,
  type HuffmanTable,
  readFseTable,
  readHuffmanTable,
  singleTable,
} from "./_zstd_tables.ts";

/** A block holds at most so many bytes, in and out. */
export const BLOCK_BYTES_MAX: number = 1 << 17;

/** Baselines and further bits by code; lengths of literals. */
const LITERAL_BITS = [
  ...Array<number>(16).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
];
const MATCH_BITS = [
  ...Array<number>(32).fill(0),
  ...[1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
];
const LITERAL_BASES = basesOf(LITERAL_BITS, 0);
const MATCH_BASES = basesOf(MATCH_BITS, 3);

/** Each code begins where the one before ends. */
function basesOf(bits: readonly number[], first: number): Int32Array {
  const bases = new Int32Array(bits.length);
  let base = first;
  bits.forEach((count, code) => {
    bases[code] = base;
    base += 1 << count;
  });
  return bases;
}

const LITERAL_LIMITS = { log: 9, symbol: 35 };
const OFFSET_LIMITS = { log: 8, symbol: 31 };
const MATCH_LIMITS = { log: 9, symbol: 52 };

const ones = (count: number) => Array<number>(count).fill(1);
const less = (count: number) => Array<number>(count).fill(-1);
const twos = (count: number) => Array<number>(count).fill(2);

/** The distributions that hold where a block has none of its own. */
const LITERAL_TABLE = fseTable(
  [4, 3, ...twos(11), ...ones(3), ...twos(9), 3, 2, ...ones(5), ...less(4)],
  6,
);
const MATCH_TABLE = fseTable(
  [1, 4, 3, ...twos(6), ...ones(37), ...less(7)],
  6,
);
const OFFSET_TABLE = fseTable(
  [...ones(6), ...twos(3), ...ones(15), ...less(5)],
  5,
);

/** What later blocks of a frame may use again. */
export interface FrameState {
  huffman: HuffmanTable | null;
  literals: FseTable | null;
  offsets: FseTable | null;
  matches: FseTable | null;
  /** The last three offsets. */
  readonly repeats: [number, number, number];
}

/** Where a block's bytes go: behind those of the blocks before. */
export interface History {
  /** The bytes; there is room for a block behind `length`. */
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Decodes a block into the history. */
export function decodeBlock(
  block: Uint8Array,
  state: FrameState,
  history: History,
): void {
  const limit = history.length + BLOCK_BYTES_MAX;
  const { literals, end } = readLiterals(block, state);
  const rest = readSequences(block, end, literals, state, history, limit);
  const left = literals.length - rest;
  if (history.length + left > limit) throw new Error("a block is too large");
  history.bytes.set(literals.subarray(rest), history.length);
  history.length += left;
}

const RAW = 0;
const RLE = 1;
const TREELESS = 3;

function readLiterals(
  block: Uint8Array,
  state: FrameState,
): { literals: Uint8Array; end: number } {
  const first = block[0] ?? 0;
  const kind = first & 3;
  const form = first >>> 2 & 3;
  const word = first | (block[1] ?? 0) << 8 | (block[2] ?? 0) << 16;
  if (kind === RAW || kind === RLE) {
    const head = form === 1 ? 2 : form === 3 ? 3 : 1;
    const size = form === 1
      ? word >>> 4 & 0xfff
      : form === 3
      ? word >>> 4
      : first >>> 3;
    if (size > BLOCK_BYTES_MAX) throw new Error("too many literals");
    const end = head + (kind === RLE ? 1 : size);
    if (end > block.length) throw new Error("a block ends inside its literals");
    const literals = kind === RAW
      ? block.subarray(head, end)
      : new Uint8Array(size).fill(block[head]!);
    return { literals, end };
  }
  const head = form < 2 ? 3 : form + 2;
  const width = form < 2 ? 10 : form === 2 ? 14 : 18;
  // Up to 40 bits: too many for integer operations.
  const bits = word + (block[3] ?? 0) * 2 ** 24 + (block[4] ?? 0) * 2 ** 32;
  const size = Math.floor(bits / 16) % 2 ** width;
  const packed = Math.floor(bits / 2 ** (4 + width)) % 2 ** width;
  const end = head + packed;
  if (end > block.length) throw new Error("a block ends inside its literals");
  if (size > BLOCK_BYTES_MAX) throw new Error("too many literals");
  let start = head;
  if (kind !== TREELESS) {
    const tree = readHuffmanTable(block, start, end);
    state.huffman = tree.table;
    start = tree.end;
  }
  if (state.huffman === null) throw new Error("a block needs a tree before it");
  const literals = new Uint8Array(size);
  if (form === 0) decodeHuffman(block, start, end, state.huffman, literals);
  else decodeFour(block, start, end, state.huffman, literals);
  return { literals, end };
}

/** Four streams, whose sizes stand before them. */
function decodeFour(
  block: Uint8Array,
  start: number,
  end: number,
  table: HuffmanTable,
  literals: Uint8Array,
): void {
  if (start + 6 > end) throw new Error("a block ends inside its literals");
  const part = (literals.length + 3) >>> 2;
  let from = start + 6;
  for (let index = 0; index < 4; index++) {
    const at = start + 2 * index;
    const to = index === 3 ? end : from + block[at]! + block[at + 1]! * 256;
    if (to > end || part * index > literals.length) {
      throw new Error("a block's streams leave it");
    }
    const last = index === 3 ? literals.length : part * (index + 1);
    const out = literals.subarray(part * index, last);
    decodeHuffman(block, from, to, table, out);
    from = to;
  }
}

function decodeHuffman(
  block: Uint8Array,
  start: number,
  end: number,
  { log, symbols, bits }: HuffmanTable,
  out: Uint8Array,
): void {
  const stream = new BackwardBits(block, start, end);
  const mask = (1 << log) - 1;
  let { left } = stream;
  let at = 0;
  // A code has 11 bits at most, so three bytes hold it wherever it begins.
  for (; at < out.length && left >= log; at++) {
    const from = left - log;
    const byte = start + (from >>> 3);
    const word = block[byte]! | block[byte + 1]! << 8 | block[byte + 2]! << 16;
    const code = word >>> (from & 7) & mask;
    out[at] = symbols[code]!;
    left -= bits[code]!;
  }
  stream.left = left;
  for (; at < out.length; at++) {
    const code = stream.peek(log);
    out[at] = symbols[code]!;
    stream.left -= bits[code]!;
  }
  if (stream.left !== 0) {
    throw new Error("literals do not end with their bits");
  }
}

/** Runs the sequences; gives how many literals they used. */
function readSequences(
  block: Uint8Array,
  start: number,
  literals: Uint8Array,
  state: FrameState,
  history: History,
  limit: number,
): number {
  let at = start + 1;
  let count = block[start] ?? -1;
  if (count < 0) throw new Error("a block has no sequences");
  if (count >= 128) {
    count = count < 255
      ? (count - 128) * 256 + (block[at++] ?? 0)
      : (block[at++] ?? 0) + (block[at++] ?? 0) * 256 + 0x7f00;
  }
  if (count === 0) {
    if (at !== block.length) throw new Error("bytes follow a block's literals");
    return 0;
  }
  const modes = block[at++] ?? 0;
  if ((modes & 3) !== 0) throw new Error("a mode is not known");
  const table = (
    mode: number,
    plain: FseTable,
    before: FseTable | null,
    limits: typeof LITERAL_LIMITS,
  ): FseTable => {
    if (mode === 0) return plain;
    if (mode === 1) {
      const symbol = block[at++] ?? 256;
      if (symbol <= limits.symbol) return singleTable(symbol);
      throw new Error("a code is not known");
    }
    if (mode === 2) {
      const read = readFseTable(block, at, block.length, limits);
      at = read.end;
      return read.table;
    }
    if (before !== null) return before;
    throw new Error("a block needs a table before it");
  };
  const { literals: l, offsets: o, matches: m } = state;
  state.literals = table(modes >>> 6, LITERAL_TABLE, l, LITERAL_LIMITS);
  state.offsets = table(modes >>> 4 & 3, OFFSET_TABLE, o, OFFSET_LIMITS);
  state.matches = table(modes >>> 2 & 3, MATCH_TABLE, m, MATCH_LIMITS);
  const stream = new BackwardBits(block, at, block.length);
  return runSequences(stream, count, literals, state, history, limit);
}

function runSequences(
  stream: BackwardBits,
  count: number,
  literals: Uint8Array,
  state: FrameState,
  history: History,
  limit: number,
): number {
  const [lengths, offsets, matches] = [
    state.literals!,
    state.offsets!,
    state.matches!,
  ];
  const { bytes } = history;
  let length = history.length;
  let used = 0;
  let lengthState = stream.read(lengths.log);
  let offsetState = stream.read(offsets.log);
  let matchState = stream.read(matches.log);
  for (let index = 0; index < count; index++) {
    const code = offsets.symbols[offsetState]!;
    const value = 2 ** code + stream.read(code);
    const matchCode = matches.symbols[matchState]!;
    const match = MATCH_BASES[matchCode]! + stream.read(MATCH_BITS[matchCode]!);
    const lengthCode = lengths.symbols[lengthState]!;
    const take = LITERAL_BASES[lengthCode]! +
      stream.read(LITERAL_BITS[lengthCode]!);
    if (index + 1 < count) {
      lengthState = lengths.bases[lengthState]! +
        stream.read(lengths.bits[lengthState]!);
      matchState = matches.bases[matchState]! +
        stream.read(matches.bits[matchState]!);
      offsetState = offsets.bases[offsetState]! +
        stream.read(offsets.bits[offsetState]!);
    }
    const offset = offsetOf(value, take, state.repeats);
    if (
      stream.left < 0 || used + take > literals.length ||
      length + take + match > limit || offset > length + take
    ) {
      throw new Error("a sequence leaves its block or what came before");
    }
    copy(literals, used, bytes, length, take);
    used += take;
    length += take;
    // A copy may overlap itself: it repeats what it writes.
    if (match > LONG_BYTES && offset >= match) {
      bytes.copyWithin(length, length - offset, length - offset + match);
    } else {
      for (let at = length; at < length + match; at++) {
        bytes[at] = bytes[at - offset]!;
      }
    }
    length += match;
  }
  if (stream.left !== 0) {
    throw new Error("sequences do not end with their bits");
  }
  history.length = length;
  return used;
}

/** Above this a call costs less than a loop. */
const LONG_BYTES = 48;

function copy(
  from: Uint8Array,
  start: number,
  to: Uint8Array,
  at: number,
  length: number,
): void {
  if (length > LONG_BYTES) {
    to.set(from.subarray(start, start + length), at);
    return;
  }
  for (let index = 0; index < length; index++) {
    to[at + index] = from[start + index]!;
  }
}

/** The offset of a sequence; values to 3 mean the last ones again. */
function offsetOf(
  value: number,
  literals: number,
  repeats: FrameState["repeats"],
): number {
  if (value > 3) {
    repeats[2] = repeats[1];
    repeats[1] = repeats[0];
    return repeats[0] = value - 3;
  }
  const index = literals === 0 ? value : value - 1;
  if (index === 0) return repeats[0];
  const offset = index === 3 ? repeats[0] - 1 : repeats[index]!;
  if (offset === 0) throw new Error("an offset is zero");
  if (index > 1) repeats[2] = repeats[1];
  repeats[1] = repeats[0];
  return repeats[0] = offset;
}
