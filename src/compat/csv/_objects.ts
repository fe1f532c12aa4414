/**
 * Rows as objects. Keys are set on copies of one object that has them all:
 * the engine then knows the shape of every row, however many columns it has.
 *
 * @module
 */

/** Makes rows of records that have a field for every header. */
export class RowMaker {
  readonly headers: readonly string[];
  readonly #keys: readonly string[];
  readonly #template: Record<string, string>;

  /** A maker of rows with these keys; a later one of the same name counts. */
  constructor(headers: readonly string[]) {
    const template: Record<string, string> = {};
    for (const header of headers) template[header] = "";
    this.headers = headers;
    // A name that is a key already is found faster than one cut from a text.
    this.#keys = headers.map((name) => Object.keys({ [name]: 0 })[0] ?? name);
    this.#template = JSON.parse(JSON.stringify(template));
  }

  /**
   * Makes a row.
   *
   * @param fields At least as many fields as there are headers.
   * @returns The object.
   */
  row(fields: readonly string[]): Record<string, string> {
    const keys = this.#keys;
    const row = { ...this.#template };
    for (let index = 0; index < keys.length; index++) {
      row[keys[index]!] = fields[index]!;
    }
    return row;
  }

  /** The error of a record that has another number of fields. */
  mismatch(line: number, count: number): Error {
    return new Error(
      `Syntax error on line ${line}: The record has ${count} fields, but the ` +
        `header has ${this.headers.length} fields`,
    );
  }
}
