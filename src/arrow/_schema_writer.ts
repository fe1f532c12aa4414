/**
 * The metadata that is written: schema, batches, dictionaries, footer.
 *
 * Source: Arrow columnar format 1.5, `Schema.fbs`, `Message.fbs`, `File.fbs`.
 *
 * @module
 */

import type { AnyType, Field, ItemField, TypeName } from "../table/schema.ts";
import {
  flatBytes,
  type FlatValue,
  int16,
  int32,
  int64,
  int8,
  structs,
  table,
  tables,
  text,
} from "./_flat_writer.ts";
import { DICTIONARY, RECORDS, SCHEMA, VERSION_5 } from "./_message.ts";
import {
  BOOL,
  DATE,
  DECIMAL,
  DURATION,
  FLOAT,
  INT,
  LIST,
  TIMESTAMP,
  UTF8,
} from "./_types.ts";

const DOUBLE = 2;
const DAYS = 0;
const MILLISECONDS = 1;
const MICROSECONDS = 2;
/** Every integer of 64 bits has at most so many digits. */
const DECIMAL_PRECISION = 19;
/** The width that every reader knows. */
const DECIMAL_BITS = 128;

/** A column that is written; `dictionary` is the number of its dictionary. */
export interface WrittenField extends Field {
  readonly dictionary: number | null;
}

/** Lengths and buffers of a batch. */
export interface Layout {
  readonly rows: number;
  /** Rows and nulls of each column. */
  readonly nodes: readonly number[];
  /** Offset and length of each buffer. */
  readonly buffers: readonly number[];
  readonly bodyLength: number;
}

/** Where a message of a file is. */
export interface Block {
  readonly offset: number;
  readonly metadataLength: number;
  readonly bodyLength: number;
}

function typeId(type: TypeName): number {
  switch (type) {
    case "bool":
      return BOOL;
    case "i32":
    case "i64":
      return INT;
    case "f64":
      return FLOAT;
    case "date":
      return DATE;
    case "timestamp":
      return TIMESTAMP;
    case "utf8":
      return UTF8;
    case "decimal":
      return DECIMAL;
    case "duration":
      return DURATION;
    case "list":
      return LIST;
  }
}

function typeTable({ type, zoned, scale = 0 }: AnyType): FlatValue {
  switch (type) {
    case "i32":
      return integer(32);
    case "i64":
      return integer(64);
    case "f64":
      return table(int16(DOUBLE));
    case "date":
      return table(int16(DAYS));
    case "timestamp":
      return table(int16(MICROSECONDS), zoned ? text("UTC") : null);
    case "decimal":
      return table(
        ...[DECIMAL_PRECISION, scale, DECIMAL_BITS].map(int32),
      );
    case "duration":
      return table(int16(MILLISECONDS));
    default:
      return table();
  }
}

function integer(width: number): FlatValue {
  return table(int32(width), int8(1));
}

function schemaTable(fields: readonly WrittenField[]): FlatValue {
  return table(
    int16(0),
    tables(fields.map((field) =>
      table(
        text(field.name),
        int8(1),
        int8(typeId(field.type)),
        typeTable(field),
        field.dictionary === null
          ? null
          : table(int64(field.dictionary), integer(32)),
        tables(field.item === undefined ? [] : [itemTable(field.item)]),
      )
    )),
  );
}

/** The field of a list's items, by the name that Arrow gives it. */
function itemTable(item: ItemField): FlatValue {
  return table(
    text("item"),
    int8(1),
    int8(typeId(item.type)),
    typeTable(item),
    null,
    tables([]),
  );
}

function messageBytes(
  kind: number,
  header: FlatValue,
  bodyLength: number,
): Uint8Array<ArrayBuffer> {
  return flatBytes(
    table(int16(VERSION_5), int8(kind), header, int64(bodyLength)),
  );
}

function batchTable({ rows, nodes, buffers }: Layout): FlatValue {
  return table(int64(rows), structs(nodes, 2), structs(buffers, 2));
}

/** The message of a schema. */
export function schemaMessage(
  fields: readonly WrittenField[],
): Uint8Array<ArrayBuffer> {
  return messageBytes(SCHEMA, schemaTable(fields), 0);
}

/** The message of a batch of rows. */
export function recordsMessage(layout: Layout): Uint8Array<ArrayBuffer> {
  return messageBytes(RECORDS, batchTable(layout), layout.bodyLength);
}

/** The message of a dictionary, or of what is added to one. */
export function dictionaryMessage(
  id: number,
  layout: Layout,
  isDelta: boolean,
): Uint8Array<ArrayBuffer> {
  const header = table(int64(id), batchTable(layout), int8(isDelta ? 1 : 0));
  return messageBytes(DICTIONARY, header, layout.bodyLength);
}

/** The footer of a file. */
export function footerBytes(
  fields: readonly WrittenField[],
  dictionaries: readonly Block[],
  records: readonly Block[],
): Uint8Array<ArrayBuffer> {
  return flatBytes(table(
    int16(VERSION_5),
    schemaTable(fields),
    structs(blockNumbers(dictionaries), 3),
    structs(blockNumbers(records), 3),
  ));
}

/** A length of 32 bits and its padding are one number of 64 bits. */
function blockNumbers(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ offset, metadataLength, bodyLength }) => [
    offset,
    metadataLength,
    bodyLength,
  ]);
}
