/**
 * What a client sends and what it wants back (RFC 9110, section 12).
 *
 * @module
 */

import type { OutputSpec } from "../catalogue/op.ts";
import { HttpError } from "./problem.ts";

/** One range of an `Accept` header. */
interface Range {
  readonly type: string;
  readonly quality: number;
}

/**
 * The media type of a header, without parameters, in lower case.
 *
 * @param header The header's value, or null.
 * @returns The type; empty where there is none.
 */
export function mediaType(header: string | null): string {
  if (header === null) return "";
  const end = header.indexOf(";");
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

/**
 * Whether a client wants events.
 *
 * @param accept The header `Accept`, or null.
 * @returns True if it names the type of events, and wants it.
 */
export function wantsEvents(accept: string | null): boolean {
  if (accept === null || accept === "*/*") return false;
  if (!/event-stream/i.test(accept)) return false;
  return accept.split(",").map(rangeOf).some(({ type, quality }) =>
    type === "text/event-stream" && quality > 0
  );
}

/**
 * The output that a client wants most.
 *
 * @param outputs What there is; the first is the default.
 * @param accept The header `Accept`, or null.
 * @returns One of the outputs.
 * @throws {HttpError} 406 if none is wanted.
 */
export function chooseOutput(
  outputs: readonly OutputSpec[],
  accept: string | null,
): OutputSpec {
  if (accept === null || accept === "*/*" || accept === "") return outputs[0]!;
  const ranges = accept.split(",").map(rangeOf);
  let best: OutputSpec | null = null;
  let bestQuality = 0;
  for (const output of outputs) {
    const quality = qualityOf(output.mediaType, ranges);
    if (quality > bestQuality) {
      best = output;
      bestQuality = quality;
    }
  }
  if (best !== null) return best;
  const known = outputs.map((output) => output.mediaType).join(", ");
  throw new HttpError(
    406,
    "NOT_ACCEPTABLE",
    `Cannot answer with ${accept.slice(0, 100)}: there is ${known}`,
  );
}

function rangeOf(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  const q = parameters.find((one) => /^q=/i.test(one));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return {
    type: type.toLowerCase(),
    quality: quality >= 0 && quality <= 1 ? quality : 0,
  };
}

/** The quality of the most exact range that covers a type. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const family = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const pattern of [type, family, "*/*"]) {
    const range = ranges.find((one) => one.type === pattern);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
