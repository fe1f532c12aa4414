/**
 * Batches of a door's rows to one table. Texts that repeat become codes of
 * one dictionary: copying and encoding them anew would cost more than what
 * the operations then do with them.
 *
 * @module
 */

import { dictionaryOf } from "../table/_dictionary.ts";
import { Column } from "../table/column.ts";
import { concatTables } from "../table/concat_tables.ts";
import { Table } from "../table/table.ts";

/**
 * Puts batches under each other.
 *
 * @param batches Tables with the same names and types in the same order.
 * @param names Columns whose texts are names: they become a dictionary even
 * where they do not repeat.
 * @returns One table; the batch itself if it is alone.
 */
export function joinTables(
  batches: readonly Table[],
  names: readonly string[],
): Table {
  const [first, ...others] = batches;
  if (first !== undefined && others.length === 0) return first;
  const codes = new Map<string, TextCodes>();
  for (const { name, type } of first?.schema ?? []) {
    const isCoded = type === "utf8" && (names.includes(name) ||
      batches.every((batch) => batch.column(name).dictionary !== undefined));
    if (isCoded) codes.set(name, new TextCodes());
  }
  const whole = concatTables(
    batches.map((batch) =>
      mapped(batch, (name, column) => codes.get(name)?.take(column))
    ),
  );
  return mapped(whole, (name, column) => codes.get(name)?.column(column));
}

/** A table of which some columns are others. */
function mapped(
  table: Table,
  other: (name: string, column: Column) => Column | undefined,
): Table {
  const columns = table.columnNames.map((name) => {
    const column: Column = table.column(name);
    return [name, other(name, column) ?? column] as const;
  });
  return new Table(columns, table.numRows);
}

/** The texts of a column, as numbers that mean the same in all batches. */
class TextCodes {
  readonly #codes = new Map<string, number>();

  /** A batch's texts as numbers. */
  take(column: Column): Column {
    const { length, data, dictionary, validity } = column;
    const codes = new Int32Array(length);
    if (dictionary === undefined) {
      for (let row = 0; row < length; row++) {
        const text = column.value(row);
        if (text !== null) codes[row] = this.#codeOf(text as string);
      }
    } else {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      const { data: bytes, offsets } = dictionary;
      const places = Int32Array.from(
        { length: dictionary.length },
        (_, at) =>
          this.#codeOf(
            decoder.decode(bytes.subarray(offsets[at], offsets[at + 1])),
          ),
      );
      for (let row = 0; row < length; row++) {
        codes[row] = places[(data as Int32Array)[row]!] ?? 0;
      }
    }
    return new Column({ type: "i32", length, data: codes, validity });
  }

  /** The texts of all batches. */
  column({ length, data, validity }: Column): Column {
    const encoder = new TextEncoder();
    const texts = [...this.#codes.keys()].map((text) => encoder.encode(text));
    const dictionary = dictionaryOf(texts);
    const codes = data as Int32Array<ArrayBuffer>;
    return new Column({
      type: "utf8",
      ...{ length, data: codes, validity, dictionary },
    });
  }

  #codeOf(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) this.#codes.set(text, code = this.#codes.size);
    return code;
  }
}
