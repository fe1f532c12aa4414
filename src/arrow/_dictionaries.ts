/**
 * The dictionaries of an input: each is set, replaced or added to by
 * messages of its number, and columns of codes stand on what it is then.
 *
 * @module
 */

import { bitAt, bitmapBytes } from "../table/_bitmap.ts";
import { Column, type ColumnParts } from "../table/column.ts";
import type { DataMap, TypeName } from "../table/schema.ts";
import type { Batch } from "./_batch.ts";
import { type ColumnContext, takeCodes, takeColumn } from "./_columns.ts";
import { invalid, unsupported } from "./_fault.ts";
import type { FlatTable } from "./_flatbuffer.ts";
import type { ArrowField } from "./_message.ts";
import { isIdentity, TextCodes } from "./_text_codes.ts";
import { isText, NULL } from "./_types.ts";

/** A null of a dictionary. */
const NULL_CODE = -1;

/** Values by code. */
type Values =
  | {
    readonly texts: TextCodes;
    /** Codes of the file to codes of `texts`, which has no text twice. */
    readonly codes: Int32Array<ArrayBuffer>[];
    length: number;
    /** The one array of them all, made when it is asked for. */
    joined: { codes: Int32Array<ArrayBuffer>; isPlain: boolean } | null;
  }
  | { readonly column: Column };

/** All dictionaries of an input. */
export class Dictionaries {
  readonly #fields: ReadonlyMap<number, ArrowField>;
  readonly #values = new Map<number, Values>();

  /** For the columns that are read; other dictionaries are passed over. */
  constructor(fields: readonly ArrowField[]) {
    this.#fields = new Map(
      fields.flatMap((field) =>
        field.dictionary === null ? [] : [[field.dictionary.id, field]]
      ),
    );
  }

  /** Whether a dictionary is of a column that is read. */
  has(id: number): boolean {
    return this.#fields.has(id);
  }

  /** Whether its values stand in buffers: nulls do not. */
  takesBytes(id: number): boolean {
    return this.#fields.get(id)!.type.id !== NULL;
  }

  /** Takes the values of a message over. */
  load(
    id: number,
    isDelta: boolean,
    batch: Batch,
    message: FlatTable,
    context: ColumnContext,
  ): void {
    const field = this.#fields.get(id)!;
    const column = takeColumn({ ...field, dictionary: null }, batch, context);
    const known = isDelta ? this.#values.get(id) : undefined;
    if (isDelta && known === undefined) {
      throw invalid(
        message.position,
        `values are added to dictionary ${id}, which is not there`,
      );
    }
    if (!isText(field.type)) {
      if (isDelta) {
        throw unsupported(
          message.position,
          `values are added to a dictionary of ${field.type.name}; only those ` +
            "of texts may grow",
        );
      }
      this.#values.set(id, { column });
      return;
    }
    const values = known !== undefined && "texts" in known
      ? known
      : { texts: new TextCodes(), codes: [], length: 0, joined: null };
    const codes = textCodes(values.texts, column);
    values.codes.push(codes);
    values.length += codes.length;
    values.joined = null;
    this.#values.set(id, values);
  }

  /** Takes a column of codes out of a batch. */
  takeColumn(field: ArrowField, batch: Batch): Column {
    const { id } = field.dictionary!;
    const values = this.#values.get(id);
    if (values === undefined) {
      throw invalid(
        batch.base,
        `column "${field.name}" needs dictionary ${id}, which has not come yet`,
      );
    }
    const size = "column" in values ? values.column.length : values.length;
    const { codes, validity } = takeCodes(field, batch, size);
    if ("column" in values) return gathered(values.column, codes, validity);
    const { codes: map, isPlain } = joined(values);
    const own = isPlain ? { codes, validity } : mapped(codes, validity, map);
    return new Column({
      type: "utf8",
      length: codes.length,
      data: own.codes,
      validity: own.validity,
      dictionary: values.texts.dictionary(),
    });
  }
}

/** The codes of a dictionary's texts; nulls have none. */
function textCodes(
  texts: TextCodes,
  column: Column,
): Int32Array<ArrayBuffer> {
  const { length, validity } = column;
  const data = column.data as Uint8Array<ArrayBuffer>;
  const offsets = column.offsets!;
  const codes = new Int32Array(length);
  for (let index = 0; index < length; index++) {
    codes[index] = validity !== undefined && !bitAt(validity, index)
      ? NULL_CODE
      : texts.add(data, offsets[index]!, offsets[index + 1]!);
  }
  return codes;
}

function joined(
  values: Extract<Values, { texts: TextCodes }>,
): { codes: Int32Array<ArrayBuffer>; isPlain: boolean } {
  if (values.joined !== null) return values.joined;
  let codes = values.codes[0]!;
  if (values.codes.length > 1) {
    codes = new Int32Array(values.length);
    let at = 0;
    for (const part of values.codes.splice(0)) {
      codes.set(part, at);
      at += part.length;
    }
    values.codes.push(codes);
  }
  values.joined = { codes, isPlain: isIdentity(codes) };
  return values.joined;
}

/** Codes of the file to codes of distinct texts; some may become null. */
function mapped(
  from: Int32Array,
  validity: Uint8Array<ArrayBuffer> | undefined,
  map: Int32Array,
): {
  codes: Int32Array<ArrayBuffer>;
  validity: Uint8Array<ArrayBuffer> | undefined;
} {
  const codes = new Int32Array(from.length);
  let bits = validity;
  for (let row = 0; row < from.length; row++) {
    if (validity !== undefined && !bitAt(validity, row)) continue;
    const code = map[from[row]!]!;
    if (code === NULL_CODE) bits = cleared(bits, validity, row, from.length);
    else codes[row] = code;
  }
  return { codes, validity: bits };
}

/** Values by code as a column of their own. */
function gathered(
  values: Column,
  codes: Int32Array,
  validity: Uint8Array<ArrayBuffer> | undefined,
): Column {
  const { type, zoned } = values;
  const scale = type === "decimal" ? values.scale : undefined;
  const { length } = codes;
  let bits = validity;
  if (values.nullCount > 0) {
    for (let row = 0; row < length; row++) {
      if (validity !== undefined && !bitAt(validity, row)) continue;
      if (values.isNull(codes[row]!)) {
        bits = cleared(bits, validity, row, length);
      }
    }
  }
  if (type === "utf8") return allNull(length);
  const data = gatheredData(values, codes);
  const parts = { type, zoned, scale, length, data, validity: bits };
  return new Column(parts as ColumnParts<TypeName>);
}

/** A dictionary of the type null: there are no values. */
function allNull(length: number): Column {
  return new Column({
    type: "utf8",
    length,
    data: new Uint8Array(0),
    offsets: new Int32Array(length + 1),
    validity: new Uint8Array(bitmapBytes(length)),
  });
}

function gatheredData(values: Column, codes: Int32Array): DataMap[TypeName] {
  const { length } = codes;
  if (values.type === "bool") {
    const from = values.data as Uint8Array;
    const bits = new Uint8Array(bitmapBytes(length));
    if (values.length === 0) return bits;
    for (let row = 0; row < length; row++) {
      if (bitAt(from, codes[row]!)) bits[row >>> 3]! |= 1 << (row & 7);
    }
    return bits;
  }
  if (values.data instanceof BigInt64Array) {
    const data = new BigInt64Array(length);
    for (let row = 0; row < length; row++) {
      data[row] = values.data[codes[row]!] ?? 0n;
    }
    return data;
  }
  const from = values.data as Int32Array | Float64Array;
  const data = from instanceof Float64Array
    ? new Float64Array(length)
    : new Int32Array(length);
  for (let row = 0; row < length; row++) data[row] = from[codes[row]!] ?? 0;
  return data;
}

/** A bitmap without a row's bit; copied where it is still the file's. */
function cleared(
  bits: Uint8Array<ArrayBuffer> | undefined,
  original: Uint8Array<ArrayBuffer> | undefined,
  row: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  let own = bits;
  if (own === undefined) own = new Uint8Array(bitmapBytes(length)).fill(0xff);
  else if (own === original) own = own.slice();
  own[row >>> 3]! &= ~(1 << (row & 7));
  return own;
}
