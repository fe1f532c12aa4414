/**
 * `CsvStringifyStream` of `@std/csv`: rows to lines of CSV text.
 *
 * @module
 */

import { checkSeparator, rowText, RowValues } from "./_row_values.ts";

/** Options of {@linkcode CsvStringifyStream}. */
export interface CsvStringifyStreamOptions {
  /** What stands between fields. Default `,`. */
  readonly separator?: string;
  /** The columns; objects need them. Their names come first. */
  readonly columns?: Array<string>;
}

/**
 * Takes rows, objects if there are columns and arrays otherwise, and gives a
 * text for each, ended by CRLF; before them the names of the columns.
 *
 * @typeParam TOptions The type of the options; it tells that of the rows.
 *
 * @example Rows to a text
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CsvStringifyStream } from "@fastpath/fastpath/compat/csv";
 *
 * const texts = ReadableStream.from([{ id: 1, name: "Ada" }])
 *   .pipeThrough(new CsvStringifyStream({ columns: ["id", "name"] }));
 * assertEquals(await Array.fromAsync(texts), ["id,name\r\n", "1,Ada\r\n"]);
 * ```
 */
export class CsvStringifyStream<TOptions extends CsvStringifyStreamOptions>
  extends TransformStream<
    TOptions["columns"] extends Array<string> ? Record<string, unknown>
      : Array<unknown>,
    string
  > {
  /**
   * A stream with options.
   *
   * @param options Columns and separator. What is wrong with them errors the
   * stream.
   */
  constructor(options?: TOptions) {
    const { separator = ",", columns = [] } = options ?? {};
    let values: RowValues | null = null;
    super({
      start(controller) {
        attempt(controller, () => {
          if (columns === null || columns.length === 0) return;
          checkSeparator(separator);
          controller.enqueue(rowText(columns, separator));
        });
      },
      transform(chunk, controller) {
        attempt(controller, () => {
          if (values === null) {
            checkSeparator(separator);
            values = new RowValues(columns);
          }
          controller.enqueue(rowText(values.of(chunk), separator));
        });
      },
    });
  }
}

function attempt(
  controller: TransformStreamDefaultController<string>,
  work: () => void,
): void {
  try {
    work();
  } catch (error) {
    controller.error(error);
  }
}
