/**
 * Prints lists: a JSON array each, as it is in JSON, or as a text where a
 * format has only texts.
 *
 * @module
 */

import { bitAt } from "./_bitmap.ts";
import type { CellPrinter, TextPrinter } from "./_cells.ts";
import { ByteSink } from "./_sink.ts";
import type { Column } from "./column.ts";

const BRACKET_OPEN = 91;
const BRACKET_CLOSE = 93;
const COMMA = 44;

/** Lists as JSON arrays; `items` prints an item that is not null. */
export class ListCells implements CellPrinter {
  readonly #offsets: Int32Array;
  readonly #validity: Uint8Array | undefined;
  readonly #items: CellPrinter;
  constructor({ offsets, items }: Column, printer: CellPrinter) {
    this.#offsets = offsets!;
    this.#validity = items!.validity;
    this.#items = printer;
  }
  print(sink: ByteSink, row: number): void {
    const start = this.#offsets[row]!;
    const end = this.#offsets[row + 1]!;
    const validity = this.#validity;
    sink.byte(BRACKET_OPEN);
    for (let at = start; at < end; at++) {
      if (at > start) sink.byte(COMMA);
      if (validity !== undefined && !bitAt(validity, at)) sink.ascii("null");
      else this.#items.print(sink, at);
    }
    sink.byte(BRACKET_CLOSE);
  }
}

/** JSON as a text of another format. */
export class TextOfCells implements CellPrinter {
  readonly #inner: CellPrinter;
  readonly #print: TextPrinter;
  /** The text before the format has had it. */
  readonly #text = new ByteSink(256);
  constructor(inner: CellPrinter, print: TextPrinter) {
    this.#inner = inner;
    this.#print = print;
  }
  print(sink: ByteSink, row: number): void {
    this.#text.length = 0;
    this.#inner.print(this.#text, row);
    this.#print(sink, this.#text.bytes, 0, this.#text.length);
  }
}
