/**
 * `POST /v1/<area>/<operation>`: an operation of the catalogue over HTTP.
 * Lists of values come and go as JSON; bytes come as they are, are streamed
 * where the operation streams, and go out in the form that the client wants.
 *
 * @module
 */

import { engineForAsync, type EngineInfo, engineMode } from "../backend.ts";
import type {
  EngineMode,
  Op,
  OptionValues,
  OutputSpec,
} from "../catalogue/op.ts";
import { UsageError } from "../catalogue/option_values.ts";
import { answerList } from "./answer.ts";
import {
  bodyChunks,
  type BodyContext,
  inTime,
  isSmallBody,
  readBody,
  SMALL_BODY_BYTES,
} from "./body.ts";
import { eventStream, wantsEvents } from "./events.ts";
import { decodeBody, specOf, valueOf } from "./json_body.ts";
import { chooseOutput, mediaType } from "./negotiate.ts";
import { HttpError } from "./problem.ts";
import type { Admitted, Service, Work } from "./service.ts";
import { spanOf } from "./span.ts";
import { streamed } from "./stream.ts";

const JSON_TYPE = "application/json";

/** Types that say nothing: the body is taken for the operation's first. */
const UNTYPED: ReadonlySet<string> = new Set([
  ...["", "application/octet-stream", "application/x-www-form-urlencoded"],
]);

type EngineName = EngineInfo["name"];

/** What a request's query says. */
interface Query {
  readonly values: OptionValues;
  readonly engine: EngineMode;
}

/** A request that is understood. */
interface Plan extends Query {
  readonly op: Op;
  readonly output: OutputSpec;
  readonly isJson: boolean;
}

/**
 * Derives the work of an operation's route.
 *
 * @param op The operation.
 * @param service The server's parts.
 * @returns What answers a request.
 */
export function operationWork(op: Op, service: Service): Work {
  const outputs = httpOutputs(op);
  const context: BodyContext = {
    limits: service.limits,
    deadlines: service.deadlines,
    onBytes: (bytes) => service.metrics.bodyBytes += bytes,
  };
  const listOutputs = outputsOfLists(outputs);
  return (request, admitted) => {
    const { headers } = request;
    const query = queryOf(request.url, op, service.engine);
    const type = mediaType(headers.get("content-type"));
    const accept = headers.get("accept");
    const isEvents = wantsEvents(accept);
    if (takesList(op, type)) {
      const isJson = true;
      const output = isEvents
        ? eventOutput(outputs, op)
        : chooseOutput(listOutputs, accept);
      const { values, engine } = query;
      const plan = { values, engine, op, output, isJson };
      return isEvents
        ? answerBytes(plan, request, admitted, isEvents)
        : answerJson(plan, request, admitted);
    }
    const plan: Plan = {
      op,
      values: formatNamed(op, query.values, type),
      engine: query.engine,
      output: isEvents
        ? eventOutput(outputs, op)
        : chooseOutput(outputs, accept),
      isJson: false,
    };
    return answerBytes(plan, request, admitted, isEvents);
  };

  /** A list: small ones here, large ones in a worker. */
  async function answerJson(
    plan: Plan,
    request: Request,
    admitted: Admitted,
  ): Promise<Response> {
    const { jsonBytes, jsonDepth, requestMs } = service.limits;
    if (isSmallBody(request.headers, jsonBytes)) {
      const text = await inTime(request.text(), context, admitted.start);
      context.onBytes(text.length);
      const json = answerList(op, text, { ...plan, jsonDepth });
      finishHeaders(admitted, JSON_TYPE, plan, "typescript");
      return jsonResponse(json, admitted.headers);
    }
    const body = await readBody(request, jsonBytes, context);
    const span = spanOf(request, requestMs);
    return await streamed(runInWorker(plan, body, span.signal), () => {
      finishHeaders(admitted, JSON_TYPE, plan, "typescript");
      return admitted.headers;
    }, span);
  }

  /** Bytes: whole where the operation needs them, else as they come. */
  async function answerBytes(
    plan: Plan,
    request: Request,
    admitted: Admitted,
    isEvents: boolean,
  ): Promise<Response> {
    const { limits } = service;
    const packed = packedType(plan.values);
    if (isEvents && packed !== null) {
      throw new UsageError("Option compression is not of events");
    }
    const cap = plan.isJson
      ? limits.jsonBytes
      : op.input.streams
      ? limits.streamBytes
      : limits.bodyBytes;
    const isWhole = isSmallBody(request.headers, cap) || !op.input.streams;
    const input = isWhole
      ? await readBody(request, cap, context)
      : bodyChunks(request, cap, context);
    const size = input instanceof Uint8Array ? input.length : Infinity;
    const engine = await engineOf(plan, size);
    const span = spanOf(request, limits.requestMs);
    const run = (onProgress?: (bytesDone: number) => void) =>
      chunksOf(plan, input, engine, span.signal, onProgress);
    const headers = () => {
      const type = isEvents
        ? "text/event-stream"
        : packed ?? plan.output.mediaType;
      finishHeaders(admitted, type, plan, engine);
      return admitted.headers;
    };
    if (isEvents) {
      const total = Number(request.headers.get("content-length") ?? NaN);
      return eventStream(run, headers(), total, span);
    }
    return await streamed(run(), headers, span);
  }

  /** The result, computed where the event loop stays free. */
  function chunksOf(
    plan: Plan,
    input: Uint8Array | AsyncGenerator<Uint8Array<ArrayBuffer>>,
    engine: EngineName,
    signal: AbortSignal,
    onProgress: ((bytesDone: number) => void) | undefined,
  ): AsyncIterable<Uint8Array> {
    const isSmall = input instanceof Uint8Array &&
      input.length <= SMALL_BODY_BYTES;
    const isFree = isSmall ||
      (op.input.streams === true && engine === "native");
    if (!isFree) return runInWorker(plan, input, signal, onProgress);
    if (plan.isJson) {
      const { jsonDepth } = service.limits;
      const text = decodeBody(input as Uint8Array);
      const json = answerList(op, text, { ...plan, jsonDepth });
      return ReadableStream.from([new TextEncoder().encode(json)]);
    }
    return op.door({
      input,
      name: "-",
      values: plan.values,
      to: plan.output.name,
      engine: plan.engine,
      signal,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  }

  function runInWorker(
    plan: Plan,
    input: Uint8Array | AsyncIterable<Uint8Array>,
    signal: AbortSignal,
    onProgress?: (bytesDone: number) => void,
  ): AsyncIterable<Uint8Array> {
    const { values, engine, output, isJson } = plan;
    const job = {
      ...{ op: op.name, isJson, name: "-", values, engine, to: output.name },
      jsonDepth: service.limits.jsonDepth,
    };
    return service.jobs.run(job, input, { signal, onProgress });
  }
}

const JSON_HEADERS = { "content-type": JSON_TYPE };

/**
 * A response in JSON. Deno makes an object with a finalizer for a response
 * that is born with several headers; appended ones are cheaper by a
 * twentieth of a small request.
 */
function jsonResponse(json: string, headers: Record<string, string>): Response {
  const response = new Response(json, { headers: JSON_HEADERS });
  const list = response.headers;
  for (const name in headers) {
    if (name !== "content-type") list.append(name, headers[name]!);
  }
  return response;
}

/** The forms of a result; JSON first where there is JSON. */
function httpOutputs(op: Op): readonly OutputSpec[] {
  const json = op.outputs.filter(({ name }) => name === "json");
  return [...json, ...op.outputs.filter(({ name }) => name !== "json")];
}

/** A list is answered by a list, whatever else the operation can print. */
function outputsOfLists(outputs: readonly OutputSpec[]): readonly OutputSpec[] {
  const json = outputs.filter(({ mediaType }) => mediaType === JSON_TYPE);
  return json.length > 0 ? json : [{ name: "json", mediaType: JSON_TYPE }];
}

function eventOutput(outputs: readonly OutputSpec[], op: Op): OutputSpec {
  const json = outputs.find(({ mediaType }) => mediaType === JSON_TYPE);
  if (json !== undefined) return json;
  throw new HttpError(
    406,
    "NOT_ACCEPTABLE",
    `Cannot answer with events: ${op.name} has no result in JSON`,
  );
}

/** Whether a body is a list in JSON; refuses types that nothing reads. */
function takesList(op: Op, type: string): boolean {
  if (type === JSON_TYPE && op.input.list !== undefined) return true;
  const known = op.input.mediaTypes;
  const isAny = known.includes("application/octet-stream");
  if (isAny || UNTYPED.has(type) || known.includes(type)) return false;
  const list = op.input.list === undefined ? [] : [JSON_TYPE];
  throw new HttpError(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    `Cannot read a body of the type ${type.slice(0, 100)}: ${op.name} takes ` +
      [...list, ...known].join(", "),
    { accept: [...list, ...known].join(", ") },
  );
}

/** Forms of rows by their media types. */
const FORMATS: Readonly<Record<string, string>> = {
  "text/csv": "csv",
  "application/x-ndjson": "ndjson",
  "application/json": "json",
  "application/vnd.apache.arrow.stream": "arrow",
  "application/vnd.apache.arrow.file": "arrow",
};

/** What the type of a body says of its form, where the query says nothing. */
function formatNamed(
  op: Op,
  values: OptionValues,
  type: string,
): OptionValues {
  const format = FORMATS[type];
  const spec = op.input.options.find(({ name }) => name === "format");
  const isKnown = format !== undefined && spec?.choices?.includes(format);
  if (!isKnown || values.format !== undefined) return values;
  return { ...values, format };
}

/** Options of the query, by the names of the command line or in camel case. */
function queryOf(url: string, op: Op, engine: EngineMode): Query {
  const mark = url.indexOf("?");
  if (mark < 0) return { values: {}, engine };
  const values: Record<string, OptionValues[string]> = {};
  let chosen = engine;
  const query = new URLSearchParams(url.slice(mark + 1));
  for (const name of new Set(query.keys())) {
    const given = query.getAll(name);
    if (name === "engine") {
      chosen = engineMode(given[0] as EngineMode);
      continue;
    }
    const spec = specOf(name, op.input.options);
    if (given.length > 1 && !spec.repeatable) {
      throw new UsageError(`Option ${name} takes one value`);
    }
    const decoded = given.map((text) => valueOf(spec, name, text));
    values[spec.name] = spec.repeatable ? decoded.map(String) : decoded[0];
  }
  return { values, engine: chosen };
}

/** The type of a result that is compressed, where the options ask for it. */
function packedType({ compression }: OptionValues): string | null {
  return compression === undefined ? null : `application/${compression}`;
}

/** The engine of an operation; the first request looks for the library. */
async function engineOf(
  { op, engine, isJson }: Plan,
  size: number,
): Promise<EngineName> {
  // A list's items are strings and numbers, which never go over.
  const kernel = isJson ? undefined : op.kernels[0];
  if (kernel === undefined) return "typescript";
  const native = await engineForAsync(kernel, size, engine);
  return native === null ? "typescript" : "native";
}

function finishHeaders(
  admitted: Admitted,
  type: string,
  plan: Plan,
  engine: EngineName,
): void {
  const { headers, start } = admitted;
  const isText = type.startsWith("text/") && type !== "text/event-stream";
  headers["content-type"] = isText ? `${type}; charset=utf-8` : type;
  // Asking the clock is dear; the counters take this time too.
  admitted.ms = performance.now() - start;
  const ms = Math.round(admitted.ms * 100) / 100;
  headers["server-timing"] = `${plan.op.name};dur=${ms};desc="${engine}"`;
}
