/**
 * The properties that run in this process, and their shares of all runs: the
 * slow ones have less.
 *
 * @module
 */

import type { Property } from "./_property.ts";
import { csvEngines, csvStd } from "./csv.ts";
import { jsonDigest, jsonEngines, jsonParse, jsonSelect } from "./json.ts";
import { ndjsonEngines, ndjsonParse } from "./ndjson.ts";
import { csvPython, csvPythonStrict, jsonPython } from "./python.ts";

/** A property and its share. */
export interface Weighted {
  // deno-lint-ignore no-explicit-any -- each has options of its own
  readonly property: Property<any>;
  readonly share: number;
}

/** All of them. */
export const PROPERTIES: readonly Weighted[] = [
  { property: csvEngines, share: 1.5 },
  { property: csvStd, share: 1.5 },
  { property: csvPython, share: 1 },
  { property: csvPythonStrict, share: 1 },
  { property: ndjsonEngines, share: 1 },
  { property: ndjsonParse, share: 1 },
  { property: jsonEngines, share: 0.5 },
  { property: jsonParse, share: 1 },
  { property: jsonSelect, share: 0.75 },
  { property: jsonDigest, share: 0.75 },
  { property: jsonPython, share: 1 },
];
