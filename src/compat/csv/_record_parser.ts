/**
 * Takes records apart, a line at a time: what `parse` and `CsvParseStream`
 * share. The fields of a record are cut out of the text that holds its lines;
 * only a quoted field that goes over lines or holds quotes is put together.
 *
 * @module
 */

const QUOTE = 34;
const SPACE = 32;

/** Places behind every text: the record ends, or its quoted field goes on. */
const WHOLE = 0x3fff_fffe;
const OPEN = 0x3fff_ffff;

/** White space as `trimStart` knows it, beyond ASCII. */
const WIDE_SPACE = /\s/;

/** How records are taken apart. */
export interface RecordSettings {
  /** What stands between fields; not empty. */
  readonly separator: string;
  /** A line that begins with it is no record. */
  readonly comment: string | undefined;
  /** Whether white space before a field is dropped. */
  readonly trims: boolean;
  /** Whether quotes may stand anywhere. */
  readonly isLazy: boolean;
}

/** Takes one record after the other apart. */
export class RecordParser {
  /** The fields of the record at hand; what stands behind `count` is old. */
  readonly fields: string[] = [];
  /** Fields of the record at hand. */
  count = 0;
  readonly #separator: string;
  /** The separator's only character, or -1 where it has several. */
  readonly #separatorCode: number;
  readonly #trims: boolean;
  readonly #isLazy: boolean;
  /** The line at hand, between two places of its text. */
  #text = "";
  #start = 0;
  #end = 0;
  /** What is known of a quoted field that is open at the end of the line. */
  #open = "";
  /** Where the line goes on behind what is in `#open`. */
  #rest = 0;
  /** Records before this one, and lines of it before the line at hand. */
  #records = 0;
  #lines = 0;

  /** A parser with settings. */
  constructor({ separator, trims, isLazy }: RecordSettings) {
    this.#separator = separator;
    this.#separatorCode = separator.length === 1 ? separator.charCodeAt(0) : -1;
    this.#trims = trims;
    this.#isLazy = isLazy;
  }

  /**
   * Begins a record.
   *
   * @param text The text that holds its first line.
   * @param start Where the line begins.
   * @param end Where it ends, without what ends it.
   * @param records Records before it, for errors.
   * @returns Whether the record is whole; if not, `next` takes another line.
   * @throws {SyntaxError} If a quote stands where none may.
   */
  begin(text: string, start: number, end: number, records: number): boolean {
    this.count = 0;
    this.#records = records;
    this.#lines = 0;
    this.#text = text;
    this.#start = start;
    this.#end = end;
    return this.#take(start);
  }

  /**
   * Goes on with a record whose quoted field is open.
   *
   * @param text The text that holds the next line.
   * @param start Where the line begins.
   * @param end Where it ends.
   * @returns Whether the record is whole now.
   * @throws {SyntaxError} If a quote stands where none may.
   */
  next(text: string, start: number, end: number): boolean {
    // A quoted line end is a line feed, whatever it was.
    const open = this.#open + this.#text.slice(this.#rest, this.#end) + "\n";
    this.#lines++;
    this.#text = text;
    this.#start = start;
    this.#end = end;
    const at = this.#quoted(start, open);
    return at <= end ? this.#take(at) : at === WHOLE;
  }

  /**
   * Ends a record whose quoted field is open: there are no more lines.
   *
   * @param isKnown Whether that was known before the last line was left; the
   * column of the error is its end then.
   * @throws {SyntaxError} If quotes may not stand anywhere.
   */
  cutOff(isKnown: boolean): void {
    const isDone = isKnown && this.#rest === this.#end;
    if (!this.#isLazy) {
      throw this.#misquoted(
        isDone ? this.#column(this.#end) : 0,
        'extraneous or missing " in quoted-field',
      );
    }
    this.#push(this.#open + this.#text.slice(this.#rest, this.#end));
  }

  /**
   * The fields of the record, in an array of their own.
   *
   * @returns The array; with its length known before it takes no more memory
   * than it needs.
   */
  row(): string[] {
    const { fields, count } = this;
    const row = new Array<string>(count);
    for (let index = 0; index < count; index++) row[index] = fields[index]!;
    return row;
  }

  /** Takes fields from a place on; whether the record is whole. */
  #take(from: number): boolean {
    const text = this.#text;
    const end = this.#end;
    const code = this.#separatorCode;
    for (let at = from;;) {
      if (this.#trims) at = this.#skipSpace(at);
      if (at < end && text.charCodeAt(at) === QUOTE) {
        at = this.#quoted(at + 1, "");
        if (at > end) return at === WHOLE;
        continue;
      }
      const start = at;
      let quote = -1;
      if (code >= 0) {
        for (; at < end; at++) {
          const one = text.charCodeAt(at);
          if (one === code) break;
          if (one === QUOTE && quote < 0) quote = at;
        }
      } else {
        at = this.#nextSeparator(start);
        quote = indexWithin(text, start, at);
      }
      if (quote >= 0 && !this.#isLazy) {
        throw this.#misquoted(
          this.#column(quote),
          'bare " in non-quoted-field',
        );
      }
      this.#push(text.slice(start, at));
      if (at === end) return true;
      at += this.#separator.length;
    }
  }

  /**
   * Takes a quoted field from behind its opening quote, or from the beginning
   * of a later line.
   *
   * @returns Where the next field begins, `WHOLE` where the record ends, or
   * `OPEN` where the field does not end in this line.
   */
  #quoted(from: number, before: string): number {
    const text = this.#text;
    const end = this.#end;
    let open = before;
    for (let at = from;;) {
      const quote = indexWithin(text, at, end);
      if (quote < 0) {
        this.#open = open;
        this.#rest = at;
        return OPEN;
      }
      const part = text.slice(at, quote);
      open = open === "" ? part : open + part;
      at = quote + 1;
      if (at < end && text.charCodeAt(at) === QUOTE) {
        open += '"';
        at++;
      } else if (this.#isSeparator(at)) {
        this.#push(open);
        return at + this.#separator.length;
      } else if (at === end) {
        this.#push(open);
        return WHOLE;
      } else if (this.#isLazy) {
        open += '"';
      } else {
        throw this.#misquoted(
          this.#column(quote),
          'extraneous or missing " in quoted-field',
        );
      }
    }
  }

  #push(field: string): void {
    this.fields[this.count++] = field;
  }

  #isSeparator(at: number): boolean {
    return at + this.#separator.length <= this.#end &&
      this.#text.startsWith(this.#separator, at);
  }

  /** Where the next separator of the line begins; the end if there is none. */
  #nextSeparator(from: number): number {
    const first = this.#separator.charCodeAt(0);
    for (let at = from; at < this.#end; at++) {
      if (this.#text.charCodeAt(at) === first && this.#isSeparator(at)) {
        return at;
      }
    }
    return this.#end;
  }

  #skipSpace(from: number): number {
    let at = from;
    for (; at < this.#end; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === SPACE || code >= 9 && code <= 13) continue;
      if (code < 128 || !WIDE_SPACE.test(this.#text[at]!)) break;
    }
    return at;
  }

  /** Code points of the line before a place. */
  #column(place: number): number {
    return Array.from(this.#text.slice(this.#start, place)).length;
  }

  #misquoted(column: number, what: string): SyntaxError {
    const record = this.#records + 1;
    return new SyntaxError(
      `Syntax error on line ${record}; parse error on line ` +
        `${record + this.#lines}, column ${column + 1}: ${what}`,
    );
  }
}

/** Where the first quote of a range stands, or -1. */
function indexWithin(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) === QUOTE) return at;
  }
  return -1;
}
