// The part of @std/csv 1.x that this project uses.

/** Options of `parse`. */
export interface ParseOptions {
  /** The field separator. */
  separator?: string;
  /** Fields of every row: 0 for those of the first, below 0 for any. */
  fieldsPerRecord?: number;
  /** Take the first row as the names of the columns. */
  skipFirstRow?: boolean;
  /** Names of the columns. */
  columns?: readonly string[];
}

/** Parses CSV to rows of texts. */
export function parse(
  input: string,
  options?: ParseOptions & { skipFirstRow?: false; columns?: undefined },
): string[][];
/** Parses CSV to objects. */
export function parse(
  input: string,
  options: ParseOptions,
): Record<string, string | undefined>[];

/** Options of `stringify`. */
export interface StringifyOptions {
  /** The field separator. */
  separator?: string;
  /** The columns of objects, in order. */
  columns?: readonly string[];
  /** Whether the names come first. */
  headers?: boolean;
  /** Whether rows end with CRLF; they do unless this is false. */
  crlf?: boolean;
  /** Whether the text begins with a byte order mark. */
  bom?: boolean;
}

/** Writes rows as CSV. */
export function stringify(
  data: readonly object[],
  options?: StringifyOptions,
): string;

/** Takes chunks of CSV text and gives rows. */
export class CsvParseStream
  implements
    TransformStream<string, string[] | Record<string, string | undefined>> {
  constructor(options?: object);
  get readable(): ReadableStream<
    string[] | Record<string, string | undefined>
  >;
  get writable(): WritableStream<string>;
}

/** Takes rows and gives lines of CSV text. */
export class CsvStringifyStream extends TransformStream<unknown, string> {
  constructor(options?: object);
}
