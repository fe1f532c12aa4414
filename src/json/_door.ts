/**
 * What the entries of the operations on JSON bytes share: their options, and
 * samples.
 *
 * @module
 */

import type { EngineMode } from "../backend.ts";
import { ratioOf } from "../read/_rows_door.ts";
import type { JsonOptions } from "./options.ts";

/** An option as the catalogue has it. */
interface OptionEntry {
  readonly name: string;
  readonly kind: "choice" | "integer";
  readonly choices?: readonly string[];
  readonly value?: string;
  readonly fallback: string;
  readonly summary: string;
}

/** Options of an input of JSON, in the order of help. */
export const JSON_OPTIONS: readonly OptionEntry[] = [
  {
    name: "format",
    kind: "choice",
    choices: ["json", "ndjson"],
    fallback: "json, ndjson for names that end in .ndjson or .jsonl",
    summary: "One document, or a document a line",
  },
  {
    name: "max-depth",
    kind: "integer",
    value: "N",
    fallback: "1024",
    summary: "Brackets that may be open at once",
  },
  {
    name: "surrogates",
    kind: "choice",
    choices: ["error", "allow"],
    fallback: "error",
    summary: "Escapes of half a surrogate pair: refuse or allow them",
  },
];

/** What every door asks. */
interface JsonRequest {
  readonly input: unknown;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly engine: EngineMode;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytesDone: number) => void;
}

/** The options that a door passes on. */
export function jsonDoorOptions(request: JsonRequest): JsonOptions {
  const { values, engine, signal, onProgress } = request;
  return {
    format: formatOf(request),
    engine,
    ...ratioOf(values),
    ...(values["max-depth"] === undefined
      ? {}
      : { maxDepth: values["max-depth"] as number }),
    ...(values.surrogates === undefined
      ? {}
      : { surrogates: values.surrogates as "error" | "allow" }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

/** The format by the option, else by the name's ending. */
function formatOf({ name, values }: JsonRequest): "json" | "ndjson" {
  if (typeof values.format === "string") {
    return values.format as "json" | "ndjson";
  }
  const isLines = /\.(ndjson|jsonl)(\.gz|\.zst)?$/i.test(name);
  return isLines ? "ndjson" : "json";
}

const WORDS = ["alpha", "Zürich", "日本", 'say "hi"', "a\\b", "tab\t", "😀"];

/**
 * A document of about so many bytes, the same for the same seed
 * (a multiplicative generator, Lehmer 1951); some white space between.
 */
export function sampleDocument(
  size: number,
  seed: number,
): Uint8Array<ArrayBuffer> {
  let state = seed % 65_536 + 1;
  const below = (limit: number) => {
    state = state * 75 % 65_537;
    return state % limit;
  };
  const parts = ['{"seed": ', String(seed), ',\n "rows": ['];
  let length = 25;
  for (let id = 0; length < size; id++) {
    const record = {
      id,
      word: WORDS[below(WORDS.length)],
      price: below(99_999) / 100,
      at: { x: below(9), list: [below(2) === 0, null, -below(1000)] },
    };
    const text = JSON.stringify(record, null, below(4) === 0 ? 1 : 0);
    parts.push(id === 0 ? "" : ",\n", text);
    length += text.length + 2;
  }
  parts.push("]}\n");
  return new TextEncoder().encode(parts.join(""));
}
