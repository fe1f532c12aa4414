/**
 * Where a value of a row stands in the text that the rows came from.
 *
 * @module
 */

/** What must be known of a text to find a value in it. */
export interface Layout {
  readonly isCsv: boolean;
  /** The byte between fields. */
  readonly delimiter: number;
  readonly hasHeader: boolean;
  /** How many columns there are. */
  readonly columns: number;
}

/** A place in a text, as errors name it. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly byteOffset: number;
}

/**
 * Where a value begins; in NDJSON where its line does.
 *
 * @param row The row, from 0.
 * @param field The column, from 0.
 * @param chunks The text from its begin.
 * @param layout How it is laid out.
 * @returns The place.
 */
export async function positionOf(
  row: number,
  field: number,
  chunks: AsyncIterable<Uint8Array>,
  layout: Layout,
): Promise<Position> {
  const { isCsv, hasHeader } = layout;
  const finder = new FieldFinder(
    isCsv && hasHeader ? row + 1 : row,
    isCsv ? field : 0,
    layout,
  );
  for await (const chunk of chunks) {
    if (finder.look(chunk)) break;
  }
  return finder.position;
}

const [TAB, LF, CR, SPACE, QUOTE] = [9, 10, 13, 32, 34];

/** Counts records and fields of a text that has been read without a fault. */
class FieldFinder {
  readonly #field: number;
  readonly #layout: Layout;
  /** Records and fields that begin after what was looked at. */
  #recordsLeft: number;
  #fieldsLeft = 0;
  #isHeaderAhead: boolean;
  #isLineStart = true;
  #isFieldStart = false;
  #isQuoted = false;
  #at = 0;
  #line = 1;
  #lineAt = 0;

  constructor(record: number, field: number, layout: Layout) {
    this.#field = field;
    this.#layout = layout;
    this.#recordsLeft = record;
    this.#isHeaderAhead = layout.isCsv && layout.hasHeader;
  }

  /** The place looked at: the value's, once it is found. */
  get position(): Position {
    return {
      line: this.#line,
      column: this.#at - this.#lineAt + 1,
      byteOffset: this.#at,
    };
  }

  /** Looks at bytes; true once the value begins. */
  look(bytes: Uint8Array): boolean {
    const { isCsv, delimiter } = this.#layout;
    for (const byte of bytes) {
      if (this.#isLineStart && !this.#isBlank(byte)) this.#beginRecord();
      if (this.#isFieldStart) {
        if (this.#recordsLeft < 0 && this.#fieldsLeft === 0) return true;
        this.#isFieldStart = false;
      }
      if (isCsv && byte === QUOTE) this.#isQuoted = !this.#isQuoted;
      else if (isCsv && byte === delimiter && !this.#isQuoted) {
        this.#fieldsLeft--;
        this.#isFieldStart = true;
      }
      this.#at++;
      if (byte !== LF) continue;
      this.#line++;
      this.#lineAt = this.#at;
      this.#isLineStart = !this.#isQuoted;
    }
    return false;
  }

  #beginRecord(): void {
    this.#isHeaderAhead = false;
    this.#isLineStart = false;
    this.#isFieldStart = true;
    this.#recordsLeft--;
    this.#fieldsLeft = this.#field;
  }

  /** Whether a byte at the front of a line leaves it blank so far. */
  #isBlank(byte: number): boolean {
    const { isCsv, columns } = this.#layout;
    if (byte === CR || byte === LF) {
      // In CSV a blank line behind the header is a row where there is one
      // column: a null.
      return !isCsv || columns > 1 || this.#isHeaderAhead;
    }
    return !isCsv && (byte === SPACE || byte === TAB);
  }
}
