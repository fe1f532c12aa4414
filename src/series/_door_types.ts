/**
 * Types that are texts, batch by batch: as numbers that mean the same in all
 * batches. Joining the texts themselves would cost more than the timeline.
 *
 * @module
 */

import { Column } from "../table/column.ts";
import { Table } from "../table/table.ts";
import { dictionaryOf } from "./_events.ts";

const NAME = "type";

/** Takes texts out of batches and puts them back into the whole. */
export class TypeTexts {
  readonly #codes = new Map<string, number>();

  /**
   * A batch whose types are numbers if they were texts.
   *
   * @param batch A batch.
   */
  takeOut(batch: Table): Table {
    if (!batch.has(NAME) || batch.column(NAME).type !== "utf8") return batch;
    return replaced(batch, this.#coded(batch.column(NAME)));
  }

  /**
   * The whole with texts as types again.
   *
   * @param table All batches, of which the first had texts.
   */
  putBack(table: Table): Table {
    const { length, data, validity } = table.column(NAME);
    const encoder = new TextEncoder();
    const texts = [...this.#codes.keys()].map((text) => encoder.encode(text));
    const dictionary = dictionaryOf(texts);
    const column = new Column({
      type: "utf8",
      length,
      data: data as Int32Array<ArrayBuffer>,
      validity,
      dictionary,
    });
    return replaced(table, column);
  }

  #coded(column: Column): Column {
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

  #codeOf(text: string): number {
    let code = this.#codes.get(text);
    if (code === undefined) this.#codes.set(text, code = this.#codes.size);
    return code;
  }
}

function replaced(table: Table, column: Column): Table {
  return new Table(
    table.columnNames.map((name) =>
      [name, name === NAME ? column : table.column(name)] as const
    ),
  );
}
