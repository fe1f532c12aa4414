/**
 * Copies of blocks that hold the bytes of their rows alone, not those of the
 * rows around them.
 *
 * @module
 */

import {
  FieldBlock,
  IN_EXTRA,
  KIND_MASK,
  KIND_NULL,
  LENGTH_SHIFT,
} from "../values/block.ts";

/** Bytes of a block's rows, and where they begin and end in it. */
interface Extents {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Bytes of all rows, and of their unescaped texts. */
  readonly bytes: number;
  readonly extra: number;
  /** How many texts are unescaped. */
  readonly sources: number;
}

/**
 * A copy that survives the next scan and is as large as its rows.
 *
 * @param block The block, whose rows stand in the order of the input.
 * @returns A block with the same rows, whose fields are where they were.
 */
export function compactBlock(block: FieldBlock): FieldBlock {
  const { rows } = block;
  const extents = extentsOf(block);
  const kept = new FieldBlock();
  kept.rows = rows;
  kept.errors = block.errors.slice();
  kept.bytes = new Uint8Array(extents.bytes);
  kept.extra = new Uint8Array(extents.extra);
  kept.sourceExtra = new Uint32Array(extents.sources);
  kept.sourceStart = new Uint32Array(extents.sources);
  kept.columns = block.columns.map(({ start, meta }) => ({
    start: start.slice(0, rows),
    meta: meta.slice(0, rows),
  }));
  const runs = {
    index: new Uint32Array(rows),
    offset: new Float64Array(rows),
    line: new Float64Array(rows),
    lineStart: new Float64Array(rows),
  };
  let length = 0;
  for (let row = 0; row < rows; row++) {
    const from = extents.from[row]!;
    const to = extents.to[row]!;
    const { line, column, byteOffset } = block.locate(from);
    runs.index[row] = length;
    runs.offset[row] = byteOffset;
    runs.line[row] = line;
    runs.lineStart[row] = byteOffset - column + 1;
    kept.bytes.set(block.bytes.subarray(from, to), length);
    moveRow(block, kept, row, from - length);
    length += to - from;
  }
  kept.runs = runs;
  return kept;
}

function extentsOf(block: FieldBlock): Extents {
  const { rows, columns } = block;
  const from = new Uint32Array(rows);
  const to = new Uint32Array(rows);
  let [bytes, extra, sources, last] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    let [first, end] = [Infinity, 0];
    for (let index = 0; index < columns.length; index++) {
      const meta = columns[index]!.meta[row]!;
      if ((meta & KIND_MASK) === KIND_NULL) continue;
      const start = block.fieldStart(index, row);
      const isIn = (meta & IN_EXTRA) !== 0;
      const size = meta >>> LENGTH_SHIFT;
      first = Math.min(first, start);
      end = Math.max(
        end,
        isIn ? start + 1 : columns[index]!.start[row]! + size,
      );
      if (!isIn) continue;
      extra += size;
      sources++;
    }
    // A row of nulls alone has no bytes.
    from[row] = first === Infinity ? last : first;
    to[row] = last = first === Infinity ? last : end;
    bytes += to[row]! - from[row]!;
  }
  return { from, to, bytes, extra, sources };
}

/** Moves the fields of a row by so many bytes to the front. */
function moveRow(
  block: FieldBlock,
  kept: FieldBlock,
  row: number,
  by: number,
): void {
  for (let index = 0; index < kept.columns.length; index++) {
    const { start, meta } = kept.columns[index]!;
    const field = meta[row]!;
    if ((field & KIND_MASK) === KIND_NULL) continue;
    if ((field & IN_EXTRA) === 0) {
      start[row]! -= by;
      continue;
    }
    const text = block.text(index, row);
    kept.sourceExtra[kept.sources] = kept.extraLength;
    kept.sourceStart[kept.sources++] = block.fieldStart(index, row) - by;
    kept.extra.set(text, kept.extraLength);
    start[row] = kept.extraLength;
    kept.extraLength += text.length;
  }
}
