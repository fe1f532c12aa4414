/**
 * The options of an operation as HTTP takes them.
 *
 * @module
 */

import { engineMode } from "../backend.ts";
import type {
  EngineMode,
  Op,
  OptionSpec,
  OptionValues,
} from "../catalogue/op.ts";
import { RATIO_OPTION } from "../catalogue/op_options.ts";
import { UsageError } from "../catalogue/option_values.ts";
import { REPORT_OPTION, reportsErrors } from "./report.ts";
import { specOf, valueOf } from "./json_body.ts";

/** What a request's query says. */
export interface Query {
  readonly values: OptionValues;
  readonly engine: EngineMode;
}

/**
 * The options that HTTP takes: how much may come out of a compressed body is
 * the server's to say.
 *
 * @param op The operation.
 * @param hasRoot Whether the server has a root, whose folders can be named.
 * @returns Its options without that one, and what it is to report.
 */
export function httpOptions(op: Op, hasRoot: boolean): readonly OptionSpec[] {
  const { options, folders } = op.input;
  return [
    ...options.filter(({ name }) => !SERVERS_OWN.has(name)),
    ...reportsErrors(op) ? [REPORT_OPTION] : [],
    ...hasRoot && folders !== undefined ? [folders] : [],
  ];
}

/** What bounds memory and threads is the server's matter, not the client's. */
const SERVERS_OWN: ReadonlySet<string> = new Set([
  ...[RATIO_OPTION.name, "threads", "chunk-bytes"],
]);

/**
 * Options of the query, by the names of the command line or in camel case.
 *
 * @param url The request's URL.
 * @param specs The options that there are.
 * @param engine The engine where the query names none.
 * @returns Values and engine.
 * @throws {UsageError} If one is unknown or does not fit.
 */
export function queryOf(
  url: string,
  specs: readonly OptionSpec[],
  engine: EngineMode,
): Query {
  const mark = url.indexOf("?");
  if (mark < 0) return { values: {}, engine };
  const values: Record<string, OptionValues[string]> = {};
  let chosen = engine;
  refuseOtherBytes(url.slice(mark + 1));
  const query = new URLSearchParams(url.slice(mark + 1));
  for (const name of new Set(query.keys())) {
    const given = query.getAll(name);
    if (name === "engine") {
      if (given.length > 1) {
        throw new UsageError("Option engine takes one value");
      }
      chosen = engineMode(given[0] as EngineMode);
      continue;
    }
    if (name === "to" && specs.every((spec) => spec.name !== name)) {
      throw new UsageError(
        "Unknown option to: the header accept says the form of the result, " +
          "for instance accept: text/csv",
      );
    }
    const spec = specOf(name, specs);
    if (given.length > 1 && !spec.repeatable) {
      throw new UsageError(`Option ${name} takes one value`);
    }
    const decoded = given.map((text) => valueOf(spec, name, text));
    values[spec.name] = spec.repeatable ? decoded.map(String) : decoded[0];
  }
  return { values, engine: chosen };
}

/**
 * Refuses encoded bytes that are not UTF-8: all of them become U+FFFD, and
 * two keys or names would be one.
 */
function refuseOtherBytes(query: string): void {
  for (const pair of query.split("&")) {
    try {
      // A % without digits is itself.
      pair.replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
    } catch {
      const [name] = pair.split("=", 1);
      throw new UsageError(`Option ${name} is not UTF-8`);
    }
  }
}
