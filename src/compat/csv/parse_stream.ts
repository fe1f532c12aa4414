/**
 * `CsvParseStream` of `@std/csv`: chunks of text to rows. All rows that a
 * chunk completes are made at once and handed over without waiting.
 *
 * @module
 */

import { RowMaker } from "./_objects.ts";
import { RecordParser } from "./_record_parser.ts";
import {
  type CsvParseStreamOptions,
  type FieldCount,
  fieldCountOf,
  type RowType,
  settingsOf,
  wrongCount,
} from "./options.ts";

type Row = string[] | Record<string, string>;

/**
 * Takes chunks of CSV text and gives a row for every record, an array of
 * texts, or an object where `skipFirstRow` or `columns` say what its keys are.
 * A byte order mark is part of the first field: `TextDecoderStream` drops it.
 *
 * @typeParam T The type of the options; it tells that of the rows.
 *
 * @example Rows of texts
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CsvParseStream } from "@fastpath/fastpath/compat/csv";
 *
 * const rows = ReadableStream.from(["a,b\n1,", "2\n"])
 *   .pipeThrough(new CsvParseStream());
 * assertEquals(await Array.fromAsync(rows), [["a", "b"], ["1", "2"]]);
 * ```
 *
 * @example Objects
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CsvParseStream } from "@fastpath/fastpath/compat/csv";
 *
 * const rows = ReadableStream.from(["a,b\n1,", "2\n"])
 *   .pipeThrough(new CsvParseStream({ skipFirstRow: true }));
 * assertEquals(await Array.fromAsync(rows), [{ a: "1", b: "2" }]);
 * ```
 */
export class CsvParseStream<
  const T extends CsvParseStreamOptions | undefined = undefined,
> implements TransformStream<string, RowType<T>> {
  readonly #chunks = new TransformStream<string, string>();
  readonly #readable: ReadableStream<Row>;

  /**
   * A stream with options.
   *
   * @param options What stands between fields, and what rows are.
   * @throws {TypeError} If an option has the wrong type.
   * @throws {RangeError} If the separator is empty.
   */
  constructor(options?: T) {
    const chunks = this.#chunks.readable.getReader();
    const rows = new RowFeed({ ...options });
    this.#readable = new ReadableStream<Row>({
      async pull(controller) {
        while (!rows.isReady) {
          const { value, done } = await chunks.read();
          if (done) rows.end();
          else rows.push(value);
        }
        for (const row of rows.take()) controller.enqueue(row);
        if (rows.isDone) controller.close();
      },
      cancel: () => chunks.cancel(),
    });
  }

  /**
   * The rows.
   *
   * @returns A stream that errors where a record is wrong, after the rows
   * before it.
   *
   * @example Both ends by hand
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { CsvParseStream } from "@fastpath/fastpath/compat/csv";
   *
   * const { readable, writable } = new CsvParseStream();
   * const written = ReadableStream.from(["1,2\n"]).pipeTo(writable);
   * assertEquals(await Array.fromAsync(readable), [["1", "2"]]);
   * await written;
   * ```
   */
  get readable(): ReadableStream<RowType<T>> {
    return this.#readable as ReadableStream<RowType<T>>;
  }

  /**
   * Where the text goes in.
   *
   * @returns A stream of chunks, cut anywhere.
   *
   * @example Both ends by hand
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { CsvParseStream } from "@fastpath/fastpath/compat/csv";
   *
   * const { readable, writable } = new CsvParseStream({ columns: ["n"] });
   * const written = ReadableStream.from(["1\n2"]).pipeTo(writable);
   * assertEquals(await Array.fromAsync(readable), [{ n: "1" }, { n: "2" }]);
   * await written;
   * ```
   */
  get writable(): WritableStream<string> {
    return this.#chunks.writable;
  }
}

/** Chunks to rows. */
class RowFeed {
  readonly #options: CsvParseStreamOptions;
  readonly #parser: RecordParser;
  #expected: FieldCount;
  #maker: RowMaker | null = null;
  #rows: Row[] = [];
  #failure: { readonly error: unknown } | null = null;
  #hasEnded = false;
  /** What is there of a line whose end is not. */
  #begun = "";
  #isOpen = false;
  #isFirst = true;
  /** Records so far, as errors count them. */
  #records = 0;

  constructor(options: CsvParseStreamOptions) {
    this.#options = options;
    this.#parser = new RecordParser(
      settingsOf(options, options.separator ?? ","),
    );
    this.#expected = fieldCountOf(options.fieldsPerRecord);
  }

  /** Whether there are rows, an error or an end to hand over. */
  get isReady(): boolean {
    return this.#rows.length > 0 || this.#failure !== null || this.#hasEnded;
  }

  /** Whether all was handed over. */
  get isDone(): boolean {
    return this.#hasEnded && this.#rows.length === 0 && this.#failure === null;
  }

  /** The rows so far; where there are none, what came instead. */
  take(): Row[] {
    if (this.#rows.length === 0 && this.#failure !== null) {
      throw this.#failure.error;
    }
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /** Takes a chunk. */
  push(chunk: string): void {
    try {
      this.#push(chunk);
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Takes the end: what is left is a line, even if it is empty. */
  end(): void {
    this.#hasEnded = true;
    try {
      const last = this.#begun;
      this.#line(last, 0, last.length);
      if (!this.#isOpen) return;
      this.#parser.cutOff(false);
      this.#record();
    } catch (error) {
      this.#failure = { error };
    }
  }

  #push(chunk: string): void {
    if (typeof chunk !== "string") {
      throw new TypeError(
        "Cannot parse: expected chunks of text, pipe bytes through " +
          "new TextDecoderStream() first",
      );
    }
    let at = 0;
    for (;;) {
      const lineFeed = chunk.indexOf("\n", at);
      if (lineFeed < 0) break;
      if (this.#begun === "") this.#line(chunk, at, lineFeed);
      else {
        const text = this.#begun + chunk.slice(at, lineFeed);
        this.#begun = "";
        this.#line(text, 0, text.length);
      }
      at = lineFeed + 1;
    }
    this.#begun += chunk.slice(at);
  }

  #line(text: string, start: number, lineEnd: number): void {
    const hasReturn = lineEnd > start && text[lineEnd - 1] === "\r";
    const end = hasReturn ? lineEnd - 1 : lineEnd;
    const parser = this.#parser;
    const { comment } = this.#options;
    if (this.#isOpen) this.#isOpen = !parser.next(text, start, end);
    else if (start === end) {
      this.#records++;
      return;
    } else if (comment && text[start] === comment) parser.count = 0;
    else this.#isOpen = !parser.begin(text, start, end, this.#records);
    if (!this.#isOpen) this.#record();
  }

  /** Takes the record that the parser has; a comment is one of no fields. */
  #record(): void {
    const { skipFirstRow, columns } = this.#options;
    const parser = this.#parser;
    const { count } = parser;
    if (this.#isFirst) {
      this.#isFirst = false;
      if (columns) this.#maker = new RowMaker(columns);
      else if (skipFirstRow) this.#maker = new RowMaker(parser.row());
      // The first row does not count in the lines of errors, and tells no
      // number of fields: so it is in @std/csv.
      if (skipFirstRow) {
        if (this.#expected === "first") this.#expected = null;
        return;
      }
      if (this.#expected === "first") this.#expected = count;
    }
    const expected = this.#expected;
    if (typeof expected === "number" && expected !== count) {
      throw wrongCount(this.#records + 1, expected, count);
    }
    this.#records++;
    if (count === 0) return;
    const maker = this.#maker;
    if (maker === null) this.#rows.push(parser.row());
    else if (count !== maker.headers.length) {
      throw maker.mismatch(this.#records + 1, count);
    } else this.#rows.push(maker.row(parser.fields));
  }
}
