/**
 * The order of a schema's files, and what makes an order doubtful: two files
 * with one number, names that differ only in their Unicode form.
 *
 * @module
 */

import { compareTexts } from "../values/text_order.ts";
import type { RawFault } from "./faults.ts";
import type { SchemaSettings } from "./options.ts";
import type { Source } from "./_sources.ts";

/** Files in order, and what is wrong with it. */
export interface Ordered {
  readonly sources: readonly Source[];
  readonly faults: readonly RawFault[];
}

/** A hexadecimal number in front of a name. */
const HEX = /^[0-9A-Fa-f]+(?=[_.\- ])/;
/** A decimal one, a date or a version: `.` and `-` before a digit join. */
const DECIMAL = /^[0-9]+(?:[.-][0-9]+)*(?=[_ ]|[.-](?![0-9]))/;

/**
 * Puts files in order.
 *
 * @param sources The files.
 * @param settings The order.
 * @param includersOf Gives files that stand only where others include them, by
 * their names, and who does so: a list has no place for them.
 * @returns The files in order, and the faults.
 */
export function orderSources(
  sources: Iterable<Source>,
  settings: SchemaSettings,
  includersOf: () => ReadonlyMap<string, string>,
): Ordered {
  const files = [...sources].sort((a, b) => compareTexts(a.place, b.place));
  const faults = nameFaults(files, settings);
  switch (settings.order) {
    case "bytes":
      break;
    case "natural":
      files.sort((a, b) => compareNatural(a.place, b.place));
      break;
    case "hex":
      return orderByHex(files, settings, faults);
    case "manifest":
      return orderByList(files, settings, faults, includersOf());
  }
  if (settings.duplicatePrefixes === "error") {
    faults.push(...prefixFaults(files));
  }
  return { sources: files, faults };
}

/**
 * Compares texts by their UTF-8 bytes, but runs of digits that begin at the
 * same place count as numbers.
 *
 * @param a A text.
 * @param b Another.
 * @returns Negative, 0 or positive.
 */
export function compareNatural(a: string, b: string): number {
  let [x, y] = [0, 0];
  while (x < a.length && y < b.length) {
    if (isDigit(a, x) && isDigit(b, y)) {
      const [left, right] = [digitsEnd(a, x), digitsEnd(b, y)];
      const order = compareDigits(a.slice(x, left), b.slice(y, right));
      if (order !== 0) return order;
      [x, y] = [left, right];
    } else if (a[x] === b[y]) {
      x++;
      y++;
    } else return compareTexts(a.slice(x), b.slice(y));
  }
  return (a.length - x) - (b.length - y) || compareTexts(a, b);
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}

function digitsEnd(text: string, from: number): number {
  let end = from;
  while (isDigit(text, end)) end++;
  return end;
}

/** Digits of any base up to 16, by value, in any length. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [valueOf(a), valueOf(b)];
  return x.length - y.length || compareTexts(x, y);
}

function valueOf(digits: string): string {
  return digits.replace(/^0+/, "").toLowerCase();
}

function leafOf({ place }: Source): string {
  return place.slice(place.lastIndexOf("/") + 1);
}

function orderByHex(
  files: Source[],
  settings: SchemaSettings,
  faults: RawFault[],
): Ordered {
  const numbers = new Map<Source, string>();
  for (const file of files) {
    const number = HEX.exec(leafOf(file))?.[0];
    if (number === undefined) {
      faults.push({ code: "MISSING_PREFIX", path: file.path });
    }
    numbers.set(file, number ?? "");
  }
  files.sort((a, b) =>
    compareDigits(numbers.get(a)!, numbers.get(b)!) ||
    compareTexts(a.place, b.place)
  );
  if (settings.duplicatePrefixes === "error") {
    files.forEach((file, index) => {
      const before = files[index - 1];
      const number = numbers.get(file)!;
      if (before === undefined || number === "") return;
      const other = numbers.get(before)!;
      if (other === "" || compareDigits(other, number) !== 0) return;
      faults.push(duplicate(file.path, before.path, number));
    });
  }
  return { sources: files, faults };
}

function orderByList(
  files: readonly Source[],
  { paths }: SchemaSettings,
  faults: RawFault[],
  includers: ReadonlyMap<string, string>,
): Ordered {
  const left = new Map<string, Source>();
  for (const file of files) left.set(file.place, file);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const sources: Source[] = [];
  const seen = new Set<Source>();
  for (const path of paths) {
    const file = byPath.get(path) ?? left.get(path);
    const other = includers.get(path);
    if (file === undefined) {
      faults.push(
        other === undefined
          ? { code: "LISTED_MISSING", path }
          : { code: "LISTED_INCLUDED", path, args: { other } },
      );
    } else if (seen.has(file)) faults.push({ code: "LISTED_TWICE", path });
    else {
      seen.add(file);
      sources.push(file);
    }
  }
  for (const file of files) {
    if (!seen.has(file)) faults.push({ code: "NOT_LISTED", path: file.path });
  }
  return { sources, faults };
}

/** Files, and folders, of one folder with the same number in front. */
function prefixFaults(files: readonly Source[]): RawFault[] {
  const faults: RawFault[] = [];
  const seen = new Map<string, string>();
  // By its folder's number and its own name: all paths of the folders above
  // a file would be as many bytes as the square of its path's.
  const folders = new Map<string, number>();
  const check = (kind: string, within: number, name: string, own: string) => {
    const number = DECIMAL.exec(name)?.[0];
    if (number === undefined) return;
    const key = `${kind} ${within} ${number.replace(/[0-9]+/g, valueOf)}`;
    const other = seen.get(key);
    if (other !== undefined) faults.push(duplicate(own, other, number));
    seen.set(key, own);
  };
  for (const { place, path } of files) {
    let [within, from] = [0, 0];
    let slash = place.indexOf("/");
    for (; slash >= 0; slash = place.indexOf("/", from)) {
      const name = place.slice(from, slash);
      const key = `${within}/${name}`;
      let folder = folders.get(key);
      if (folder === undefined) {
        folder = folders.size + 1;
        folders.set(key, folder);
        check("folder", within, name, place.slice(0, slash));
      }
      [within, from] = [folder, slash + 1];
    }
    check("file", within, place.slice(from), path);
  }
  return faults;
}

function duplicate(path: string, other: string, prefix: string): RawFault {
  return { code: "DUPLICATE_PREFIX", path, args: { other, prefix } };
}

function nameFaults(
  files: readonly Source[],
  { separator, separatorText }: SchemaSettings,
): RawFault[] {
  const faults: RawFault[] = [];
  const forms = new Map<string, string>();
  for (const { path, place } of files) {
    const form = place.normalize("NFC");
    const other = forms.get(form);
    if (other === undefined) forms.set(form, path);
    else faults.push({ code: "NAME_COLLISION", path, args: { other } });
    const what = unsafePart(path, separator === "block" || !!separatorText);
    if (what !== null) {
      faults.push({ code: "UNSAFE_NAME", path, args: { what } });
    }
  }
  return faults;
}

/** What of a name could end the comment that it stands in. */
function unsafePart(path: string, inComment: boolean): string | null {
  // deno-lint-ignore no-control-regex
  if (/[\0-\x1f\x7f]/.test(path)) return "a control character";
  if (!path.isWellFormed()) return "a lone surrogate";
  return inComment && /\*\/|\/\*/.test(path) ? "a mark of a comment" : null;
}
