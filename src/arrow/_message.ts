/**
 * Arrow's messages: what stands before each body, and the schema.
 *
 * Source: Arrow columnar format 1.5, `Message.fbs` and `Schema.fbs`.
 *
 * @module
 */

import { invalid, unsupported } from "./_fault.ts";
import { FlatBuffer, type FlatTable } from "./_flatbuffer.ts";
import {
  type ArrowType,
  INT,
  isList,
  isSingle,
  NULL,
  typeOf,
} from "./_types.ts";

/** Kinds of messages. */
export const SCHEMA = 1;
export const DICTIONARY = 2;
export const RECORDS = 3;

/** The version of the metadata that Arrow 1.0 and later write. */
export const VERSION_5 = 4;
/** The oldest version whose batches have today's form (Arrow 0.8). */
const VERSION_4 = 3;

/** Types within types: deeper ones are refused. */
const DEPTH_MAX = 64;

/** A message without its body. */
export interface Message {
  /** What it is: {@linkcode SCHEMA} and so on. */
  readonly kind: number;
  /** The version of the metadata. */
  readonly version: number;
  /** Bytes of the body that follows. */
  readonly bodyLength: number;
  /** What the message says; its fields depend on the kind. */
  readonly header: FlatTable;
}

/** A column as the schema describes it. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  /** Where the values are codes: the dictionary's number, the codes' type. */
  readonly dictionary:
    | { readonly id: number; readonly index: ArrowType }
    | null;
  readonly children: readonly ArrowField[];
  /** Where its description begins in the input. */
  readonly position: number;
}

/** Reads a message's metadata; `base` is where it begins in the input. */
export function messageOf(
  bytes: Uint8Array<ArrayBuffer>,
  base: number,
): Message {
  const root = new FlatBuffer(bytes, base).root();
  const version = root.int16(0, 0);
  assertVersion(version, base);
  const bodyLength = root.int64(3, 0);
  if (bodyLength < 0) throw invalid(base, "the length of a body is negative");
  const header = root.table(2);
  if (header === null) throw invalid(base, "a message says nothing");
  return { kind: root.byte(1, 0), version, bodyLength, header };
}

/** Refuses versions of the metadata that are not known. */
export function assertVersion(version: number, base: number): void {
  if (version === VERSION_4 || version === VERSION_5) return;
  throw unsupported(
    base,
    `its metadata has version V${version + 1}, V4 and V5 are read`,
  );
}

/** The fields of a schema. */
export function fieldsOf(schema: FlatTable): ArrowField[] {
  if (schema.int16(0, 0) !== 0) {
    throw unsupported(schema.position, "its numbers are big-endian");
  }
  return [...schema.tables(1)].map((field) => fieldOf(field, 0));
}

function fieldOf(table: FlatTable, depth: number): ArrowField {
  const { position } = table;
  if (depth > DEPTH_MAX) {
    throw invalid(position, `types stand deeper than ${DEPTH_MAX} in types`);
  }
  const parameters = table.table(3);
  if (parameters === null) throw invalid(position, "a column has no type");
  return {
    name: table.text(0) ?? "",
    type: typeOf(table.byte(2, 0), parameters),
    dictionary: dictionaryOf(table.table(4)),
    children: [...table.tables(5)].map((child) => fieldOf(child, depth + 1)),
    position,
  };
}

/** Whether a column of a table can hold a field's values. */
export function isReadable(field: ArrowField): boolean {
  if (!isList(field.type)) return isSingle(field.type);
  const [item] = field.children;
  // Nulls have no bytes: a list of them could be of any length.
  return field.dictionary === null && field.children.length === 1 &&
    item!.dictionary === null && isSingle(item!.type) && item!.type.id !== NULL;
}

/** How messages call a field's type. */
export function typeName({ type, children }: ArrowField): string {
  if (!isList(type) || children.length !== 1) return type.name;
  const [item] = children;
  return `${type.name}<${
    item!.dictionary === null ? typeName(item!) : "dictionary"
  }>`;
}

function dictionaryOf(table: FlatTable | null): ArrowField["dictionary"] {
  if (table === null) return null;
  if (table.int16(3, 0) !== 0) {
    throw unsupported(table.position, "a dictionary is no list of values");
  }
  const index = table.table(1);
  return {
    id: table.int64(0, 0),
    // Without a type of their own codes are int32.
    index: index === null ? { ...INT32_TYPE } : typeOf(INT, index),
  };
}

const INT32_TYPE: ArrowType = {
  id: INT,
  width: 32,
  signed: true,
  unit: 0,
  scale: 0,
  flag: false,
  name: "int32",
};
