/**
 * Messages to tables: knows the schema and the dictionaries, and takes one
 * message after the other.
 *
 * @module
 */

import { bitmapBytes } from "../table/_bitmap.ts";
import type { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { Batch } from "./_batch.ts";
import { type ColumnContext, emptyColumn, takeColumn } from "./_columns.ts";
import { Dictionaries } from "./_dictionaries.ts";
import { arrowFault, invalid } from "./_fault.ts";
import { Allowance } from "./_inflate.ts";
import type { FlatTable } from "./_flatbuffer.ts";
import type { Frame } from "./_frame.ts";
import {
  type ArrowField,
  DICTIONARY,
  fieldsOf,
  isReadable,
  RECORDS,
  SCHEMA,
  typeName,
} from "./_message.ts";
import { uniqueNames } from "./_names.ts";
import { NULL } from "./_types.ts";

/** Rows that need no bytes: columns of nulls, tables without columns. */
const FREE_ROWS = 2 ** 20;

/** A column of the input and whether it is read. */
interface Wanted {
  readonly field: ArrowField;
  readonly name: string | null;
}

/** What a decoder needs to know. */
export interface DecoderOptions {
  readonly columns: readonly string[] | null;
  readonly ratioMax: number;
}

/** Decodes one input. */
export class Decoder {
  readonly #options: DecoderOptions;
  readonly #allowance: Allowance;
  #wanted: readonly Wanted[] = [];
  #dictionaries: Dictionaries | null = null;
  #rows = 0;
  #bytes = 0;
  #nulls = { offsets: new Int32Array(1), validity: new Uint8Array(0) };

  /** A decoder that has seen nothing. */
  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#allowance = new Allowance(options.ratioMax);
  }

  /** Whether the schema has come. */
  get hasSchema(): boolean {
    return this.#dictionaries !== null;
  }

  /**
   * Takes the schema.
   *
   * @throws {ParseError} If a column that is read has a type that no table
   * can hold.
   * @throws {RangeError} If a column that is asked for does not exist.
   */
  schema(schema: FlatTable): void {
    const fields = fieldsOf(schema);
    const names = uniqueNames(fields.map((field) => field.name));
    const { columns } = this.#options;
    assertKnown(columns, names);
    const chosen = columns === null ? null : new Set(columns);
    this.#wanted = fields.map((field, index) => {
      const name = names[index]!;
      return { field, name: chosen?.has(name) === false ? null : name };
    });
    const read = this.#wanted.filter(({ name }) => name !== null);
    for (const { field, name } of read) {
      if (isReadable(field)) continue;
      throw arrowFault("UNSUPPORTED_TYPE", field.position, {
        column: name!,
        type: typeName(field),
      });
    }
    this.#dictionaries = new Dictionaries(read.map(({ field }) => field));
  }

  /**
   * Takes a message; it gives up control after each column.
   *
   * @returns The table of a batch of rows; null for any other message.
   */
  *take(frame: Frame): Generator<undefined, Table | null, undefined> {
    const { message, bodyBase } = frame;
    if (message.kind === SCHEMA) {
      if (this.hasSchema) throw invalid(bodyBase, "a second schema");
      this.schema(message.header);
      return null;
    }
    if (!this.hasSchema) {
      throw invalid(bodyBase, "a message stands before the schema");
    }
    if (message.kind === RECORDS) {
      return yield* this.#records(message.header, frame);
    }
    if (message.kind === DICTIONARY) this.#dictionary(message.header, frame);
    else {throw invalid(
        bodyBase,
        "a message is no schema, no dictionary, no rows",
      );}
    return null;
  }

  /** A table of the schema's columns without rows. */
  empty(): Table {
    const columns: [string, Column][] = [];
    for (const { field, name } of this.#wanted) {
      if (name !== null) columns.push([name, emptyColumn(field)]);
    }
    return new Table(this.#ordered(columns), 0);
  }

  #batch(table: FlatTable, { message, body, bodyBase }: Frame): Batch {
    const { version } = message;
    const allowance = this.#allowance;
    return new Batch(table, { body, bodyBase, version, allowance });
  }

  #dictionary(table: FlatTable, frame: Frame): void {
    const id = table.int64(0, 0);
    if (!this.#dictionaries!.has(id)) return;
    const data = table.table(1);
    if (data === null) throw invalid(frame.bodyBase, "a dictionary is empty");
    const isDelta = table.byte(2, 0) !== 0;
    const batch = this.#batch(data, frame);
    this.#assertRows(batch, frame, this.#dictionaries!.takesBytes(id));
    const context = this.#context(batch);
    this.#dictionaries!.load(id, isDelta, batch, table, context);
  }

  *#records(
    table: FlatTable,
    frame: Frame,
  ): Generator<undefined, Table, undefined> {
    const batch = this.#batch(table, frame);
    const takesBytes = this.#wanted.some(({ field, name }) =>
      name !== null && (field.dictionary !== null || field.type.id !== NULL)
    );
    this.#assertRows(batch, frame, takesBytes);
    const context = this.#context(batch);
    const columns: [string, Column][] = [];
    for (const { field, name } of this.#wanted) {
      if (name === null) {
        batch.skip(field);
        continue;
      }
      const column = field.dictionary === null
        ? takeColumn(field, batch, context)
        : this.#dictionaries!.takeColumn(field, batch);
      columns.push([name, column]);
      yield;
    }
    this.#rows += batch.length;
    return new Table(this.#ordered(columns), batch.length);
  }

  /**
   * A column needs a bit a row at least: rows without bytes are a trick. How
   * many bytes stand in a compressed body shows when it is inflated: a column
   * that is no nulls refuses to have fewer than its rows need.
   */
  #assertRows(
    { length, base, isCompressed }: Batch,
    { body }: Frame,
    takesBytes: boolean,
  ): void {
    this.#bytes += body.length * (isCompressed ? this.#options.ratioMax : 1);
    if (this.#rows + length <= FREE_ROWS + 8 * this.#bytes) return;
    if (isCompressed && takesBytes) return;
    throw invalid(base, `a batch says it has ${length} rows, without bytes`);
  }

  #context({ isCompressed }: Batch): ColumnContext {
    return {
      rowsBefore: this.#rows,
      ratioMax: this.#options.ratioMax,
      nulls: (length) => this.#nullParts(length, isCompressed),
    };
  }

  /** All columns of nulls share their buffers, which come out of nothing. */
  #nullParts(
    length: number,
    isCompressed: boolean,
  ): ReturnType<ColumnContext["nulls"]> {
    if (this.#nulls.offsets.length <= length) {
      if (isCompressed) this.#allowance.take(4 * length + bitmapBytes(length));
      this.#nulls = {
        offsets: new Int32Array(length + 1),
        validity: new Uint8Array(bitmapBytes(length)),
      };
    }
    return this.#nulls;
  }

  /** The columns in the order in which they were asked for. */
  #ordered(columns: [string, Column][]): [string, Column][] {
    const order = this.#options.columns;
    if (order === null) return columns;
    const byName = new Map(columns);
    return order.map((name) => [name, byName.get(name)!]);
  }
}

function assertKnown(
  columns: readonly string[] | null,
  names: readonly string[],
): void {
  const absent = columns?.find((name) => !names.includes(name));
  if (absent === undefined) return;
  const known = names.slice(0, 20).map((name) => `"${name}"`).join(", ");
  throw new RangeError(
    `Cannot read column "${absent}": the input has ${known || "no columns"}`,
  );
}
