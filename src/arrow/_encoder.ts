/**
 * Tables to messages: the schema is that of the first table; dictionaries
 * grow by what further tables add.
 *
 * @module
 */

import { Column, type Dictionary } from "../table/column.ts";
import { type ItemTypeName, sameType } from "../table/schema.ts";
import type { Table } from "../table/table.ts";
import { checkTable } from "../write/_check.ts";
import { Body } from "./_body.ts";
import { codesOfTexts } from "./_concat.ts";
import {
  type Block,
  dictionaryMessage,
  footerBytes,
  recordsMessage,
  schemaMessage,
  type WrittenField,
} from "./_schema_writer.ts";
import { isIdentity, TextCodes } from "./_text_codes.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const FILE_HEAD = new Uint8Array([0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0]);
const END_OF_STREAM = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** What is written. */
export interface EncoderOptions {
  readonly inFile: boolean;
  /** Whether dictionaries stay; else every text is written out. */
  readonly keepsDictionaries: boolean;
}

/** The dictionary of a column, as far as it is written. */
interface Written {
  readonly texts: TextCodes;
  /** Texts that stand in messages already. */
  sent: number;
  /** What was seen last: batches of a file mostly share one. */
  last: Dictionary | null;
  /** Its codes, null where they are the same. */
  map: Int32Array | null;
}

/** Encodes one output. */
export class Encoder {
  readonly #options: EncoderOptions;
  #fields: readonly WrittenField[] | null = null;
  readonly #written = new Map<number, Written>();
  readonly #dictionaryBlocks: Block[] = [];
  readonly #recordBlocks: Block[] = [];
  #position = 0;

  /** An encoder that has written nothing. */
  constructor(options: EncoderOptions) {
    this.#options = options;
  }

  /**
   * The bytes of a table, in pieces that may be its own memory.
   *
   * @throws {RangeError} If its columns are not those of the first table, or
   * it cannot be written.
   */
  *table(table: Table): Generator<Bytes, void, undefined> {
    checkTable(table);
    if (this.#fields === null) yield* this.#begin(table);
    const fields = this.#fields!;
    assertSame(fields, table);
    const body = new Body(table.numRows);
    for (const [index, field] of fields.entries()) {
      const column = table.columnAt(index);
      if (field.dictionary === null) body.column(plain(field.name, column));
      else yield* this.#codes(field.dictionary, column, body);
    }
    const message = recordsMessage(body.layout);
    yield* this.#message(message, body, this.#recordBlocks);
  }

  /** The bytes after the last table. */
  *end(): Generator<Bytes, void, undefined> {
    if (this.#fields === null) yield* this.#schema([]);
    yield this.#counted(END_OF_STREAM);
    if (!this.#options.inFile) return;
    const footer = footerBytes(
      this.#fields!,
      this.#dictionaryBlocks,
      this.#recordBlocks,
    );
    yield footer;
    const tail = new Uint8Array(10);
    new DataView(tail.buffer).setInt32(0, footer.length, true);
    tail.set(FILE_HEAD.subarray(0, 6), 4);
    yield tail;
  }

  *#begin(table: Table): Generator<Bytes, void, undefined> {
    const fields = table.schema.map((field, index): WrittenField => {
      const { dictionary } = table.columnAt(index);
      const isKept = this.#options.keepsDictionaries &&
        dictionary !== undefined;
      return { ...field, dictionary: isKept ? index : null };
    });
    yield* this.#schema(fields);
  }

  *#schema(fields: readonly WrittenField[]): Generator<Bytes> {
    this.#fields = fields;
    if (this.#options.inFile) yield this.#counted(FILE_HEAD);
    yield* this.#message(schemaMessage(fields), null, null);
  }

  /** Adds a column of codes, behind the messages of its dictionary. */
  *#codes(
    id: number,
    column: Column,
    body: Body,
  ): Generator<Bytes, void, undefined> {
    let written = this.#written.get(id);
    if (written === undefined) {
      written = { texts: new TextCodes(), sent: -1, last: null, map: null };
      this.#written.set(id, written);
    }
    let own = column;
    if (column.dictionary === undefined) {
      own = encoded(column, written.texts);
      written.last = null;
      written.map = null;
    } else if (column.dictionary !== written.last) {
      const map = written.texts.addAll(column.dictionary);
      written.last = column.dictionary;
      written.map = isIdentity(map) ? null : map;
    }
    if (written.sent < written.texts.length) {
      yield* this.#dictionary(id, written);
    }
    body.codes(own, written.map);
  }

  *#dictionary(
    id: number,
    written: Written,
  ): Generator<Bytes, void, undefined> {
    const isDelta = written.sent >= 0;
    const added = written.texts.since(Math.max(0, written.sent));
    written.sent = written.texts.length;
    const body = new Body(added.length);
    body.dictionary(added);
    const message = dictionaryMessage(id, body.layout, isDelta);
    yield* this.#message(message, body, this.#dictionaryBlocks);
  }

  *#message(
    metadata: Bytes,
    body: Body | null,
    blocks: Block[] | null,
  ): Generator<Bytes, void, undefined> {
    const prefix = new Uint8Array(8).fill(0xff, 0, 4);
    new DataView(prefix.buffer).setInt32(4, metadata.length, true);
    blocks?.push({
      offset: this.#position,
      metadataLength: 8 + metadata.length,
      bodyLength: body?.layout.bodyLength ?? 0,
    });
    yield this.#counted(prefix);
    yield this.#counted(metadata);
    for (const part of body?.parts ?? []) yield this.#counted(part);
  }

  #counted(bytes: Bytes): Bytes {
    this.#position += bytes.length;
    return bytes;
  }
}

function assertSame(fields: readonly WrittenField[], table: Table): void {
  const isSame = fields.length === table.numColumns &&
    fields.every((own, index) => {
      const field = table.schema[index]!;
      return field.name === own.name && sameType(field, own);
    });
  if (isSame) return;
  throw new RangeError(
    "Cannot write batch: its columns or their types are not those of the " +
      "first batch",
  );
}

/** A column of codes with its texts written out. */
function plain(name: string, column: Column): Column {
  const { dictionary, length, validity, items } = column;
  if (items?.dictionary !== undefined) {
    const own = plain(name, items) as Column<ItemTypeName>;
    const { type, data, offsets } = column;
    return new Column({ type, length, validity, data, offsets, items: own });
  }
  if (dictionary === undefined) return column;
  const codes = column.data as Int32Array;
  const offsets = new Int32Array(length + 1);
  let size = 0;
  for (let row = 0; row < length; row++) {
    if (!column.isNull(row)) {
      const code = codes[row]!;
      size += dictionary.offsets[code + 1]! - dictionary.offsets[code]!;
    }
    if (size > 2 ** 31 - 1) {
      throw new RangeError(
        `Cannot write column "${name}": its texts exceed 2 GiB, write it in ` +
          "batches or as a dictionary",
      );
    }
    offsets[row + 1] = size;
  }
  const data = new Uint8Array(size);
  for (let row = 0; row < length; row++) {
    if (offsets[row] === offsets[row + 1]) continue;
    const from = dictionary.offsets[codes[row]!]!;
    const to = offsets[row]!;
    for (let at = 0; at < offsets[row + 1]! - to; at++) {
      data[to + at] = dictionary.data[from + at]!;
    }
  }
  return new Column({ type: "utf8", length, data, offsets, validity });
}

/** A column of plain texts under a dictionary that grows by them. */
function encoded(column: Column, texts: TextCodes): Column {
  const { length, validity } = column;
  const data = new Int32Array(length);
  codesOfTexts(column, texts, data);
  const dictionary = texts.dictionary();
  return new Column({ type: "utf8", length, data, validity, dictionary });
}
