/**
 * A list of values in JSON to a list of results in JSON.
 *
 * @module
 */

import type { EngineMode, Op, OptionValues } from "../catalogue/op.ts";
import { listOf, parseJsonBody } from "./json_body.ts";
import { HttpError } from "./problem.ts";

/** What a list's answer depends on, besides the body. */
export interface ListRequest {
  /** Options of the query; those of the body win. */
  readonly values: OptionValues;
  readonly engine: EngineMode;
  readonly jsonDepth: number;
}

/**
 * Runs an operation over the list of a JSON body.
 *
 * @param op An operation that takes lists.
 * @param text The body.
 * @param request Options, engine and limit.
 * @returns JSON.
 * @throws {HttpError} 400 if the body is no such JSON.
 */
export function answerList(
  op: Op,
  text: string,
  request: ListRequest,
): string {
  const spec = op.input.list;
  if (spec === undefined) {
    throw new HttpError(415, "NO_LIST", `${op.name} takes no JSON list`);
  }
  const body = parseJsonBody(text, request.jsonDepth);
  const { items, values } = listOf(body, spec.key, op.input.options);
  const results = spec.run(
    items,
    merged(request.values, values),
    request.engine,
  );
  return JSON.stringify(results);
}

/** Both, where there are both. */
function merged(query: OptionValues, body: OptionValues): OptionValues {
  for (const _ in query) return { ...query, ...body };
  return body;
}
