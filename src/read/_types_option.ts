/**
 * The option `types` of the doors: `auto`, `text`, and types of columns by
 * name, as `price=decimal(2),tags=list<utf8>`.
 *
 * @module
 */

import type { DeclaredShape } from "../table/schema.ts";

/** What the option says. */
export interface TypesOption {
  /** What becomes of the columns that are not declared. */
  readonly types: "auto" | "text";
  /** Types by name; the reader checks them. */
  readonly schema: DeclaredShape;
}

/** The word in front. A column of such a name is declared with `=`. */
const WORD = /^(auto|text)(,|$)/;
/** A declaration; the name may hold what the type cannot. */
const DECLARATION = /^(.+?)=(\w+(?:\([^(),=]*\)|<[^<>,=]*>)?)(,|$)/s;

/**
 * Takes the option apart.
 *
 * @param value The option as given; undefined where it is absent.
 * @returns What it says.
 * @throws {RangeError} If it is neither of the words nor declarations.
 */
export function typesOption(value: unknown): TypesOption {
  let rest = typeof value === "string" ? value : "auto";
  const word = WORD.exec(rest);
  if (word !== null) rest = rest.slice(word[0].length);
  const declared = new Map<string, string>();
  for (let isLast = word?.[2] === ""; !isLast;) {
    const [whole, name, type, end] = DECLARATION.exec(rest) ?? [];
    if (whole === undefined || name === undefined || type === undefined) {
      throw new RangeError(
        `Cannot use the option types: "${rest}" is neither auto nor text nor ` +
          "types by name, for instance price=decimal(2),spent=duration",
      );
    }
    if (declared.has(name)) {
      throw new RangeError(
        `Cannot use the option types: it declares "${name}" twice`,
      );
    }
    declared.set(name, type);
    rest = rest.slice(whole.length);
    isLast = end === "";
  }
  return {
    types: word?.[1] === "text" ? "text" : "auto",
    schema: Object.fromEntries(declared) as DeclaredShape,
  };
}

/**
 * The same for JSON, which has types of its own: only declarations.
 *
 * @param value The option as given; undefined where it is absent.
 * @returns Types by name.
 * @throws {RangeError} As `typesOption`, and for `text`.
 */
export function declaredOption(value: unknown): DeclaredShape {
  const { types, schema } = typesOption(value);
  if (types === "auto") return schema;
  throw new RangeError(
    "Cannot use the option types: JSON has types of its own, text is for CSV; " +
      "declare columns by name, for instance price=utf8",
  );
}
