/**
 * `POST /v1/<area>/<operation>`: an operation of the catalogue over HTTP.
 * Lists of values come and go as JSON; bytes come as they are, are streamed
 * where the operation streams, and go out in the form that the client wants.
 *
 * @module
 */

import { engineForAsync, type EngineInfo } from "../backend.ts";
import type { Op, OptionValues, OutputSpec } from "../catalogue/op.ts";
import { UsageError } from "../catalogue/option_values.ts";
import { answerList } from "./answer.ts";
import type { Compression } from "../inflate/inflate.ts";
import {
  bodyChunks,
  type BodyContext,
  encodingOf,
  inTime,
  smallLength,
} from "./body.ts";
import { eventStream } from "./events.ts";
import { HeldBody } from "./held.ts";
import { decodeBody } from "./json_body.ts";
import { chooseOutput, mediaType, wantsEvents } from "./negotiate.ts";
import { httpOptions, type Query, queryOf } from "./options.ts";
import { HttpError } from "./problem.ts";
import { countsErrors, reportOutputs } from "./report.ts";
import { withFolders } from "./root.ts";
import type { Admitted, Service, Work } from "./service.ts";
import { readAhead } from "../stream/read_ahead.ts";
import { ReliefBody } from "./relief.ts";
import { spanOf } from "./span.ts";
import { streamed } from "./stream.ts";

/** Bytes of a streamed body that go to a worker in one message, about. */
const MESSAGE_BYTES = 1 << 19;

const JSON_TYPE = "application/json";

/** Types that say nothing: the body is taken for the operation's first. */
const UNTYPED: ReadonlySet<string> = new Set([
  ...["", "application/octet-stream", "application/x-www-form-urlencoded"],
]);

type EngineName = EngineInfo["name"];

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
  const specs = httpOptions(op, service.root !== null);
  const context: BodyContext = {
    limits: service.limits,
    deadlines: service.deadlines,
    onBytes: (bytes) => service.metrics.bodyBytes += bytes,
  };
  const listOutputs = outputsOfLists(outputs);
  return (request, admitted) => {
    const { headers } = request;
    const asked = queryOf(request.url, specs, service.engine);
    const { engine } = asked;
    const values = withFolders(op, asked.values, service.root);
    const type = bodyType(headers.get("content-type"));
    const accept = headers.get("accept");
    const isEvents = wantsEvents(accept);
    if (takesList(op, type)) {
      const isJson = true;
      const output = isEvents
        ? eventOutput(outputs, op)
        : chooseOutput(listOutputs, accept);
      const plan = { values, engine, op, output, isJson };
      return isEvents
        ? answerBytes(plan, request, admitted, isEvents)
        : answerJson(plan, request, admitted);
    }
    const plan: Plan = {
      op,
      values: formatNamed(op, values, type),
      engine,
      output: isEvents
        ? eventOutput(outputs, op)
        : chooseOutput(reportOutputs(values, outputs), accept),
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
    const { jsonBytes, jsonDepth } = service.limits;
    const length = smallLength(request.headers, jsonBytes);
    if (length < 0) return await answerBytes(plan, request, admitted, false);
    const bytes = await inTime(
      request.bytes(),
      length,
      context,
      admitted.start,
    );
    context.onBytes(bytes.length);
    const json = answerList(op, decodeBody(bytes), { ...plan, jsonDepth });
    finishHeaders(admitted, JSON_TYPE, plan, "typescript");
    return jsonResponse(json, admitted.headers);
  }

  /** Bytes: whole where the operation needs them, else as they come. */
  async function answerBytes(
    plan: Plan,
    request: Request,
    admitted: Admitted,
    isEvents: boolean,
  ): Promise<Response> {
    const packed = packedType(plan.values);
    if (isEvents && packed !== null) {
      throw new UsageError("Option compression is not of events");
    }
    const source = await sourceOf(plan, request);
    let isAnswered = false;
    try {
      const engine = await engineOf(plan, source.size);
      const span = spanOf(request, service);
      let errorRows: number | null = null;
      const run = (onProgress?: (bytesDone: number) => void) =>
        chunksOf(plan, source, engine, span.signal, {
          onProgress,
          onErrorRows: (count) => errorRows = count,
        });
      const headers = () => {
        const type = isEvents
          ? "text/event-stream"
          : packed ?? plan.output.mediaType;
        finishHeaders(admitted, type, plan, engine);
        // Of a response that begins before the end nobody knows it yet.
        if (errorRows !== null && countsErrors(op, plan.values)) {
          admitted.headers["x-error-rows"] = String(errorRows);
        }
        return admitted.headers;
      };
      isAnswered = true;
      if (!isEvents) {
        return await streamed(run(), headers, span, source.body);
      }
      const total = Number(request.headers.get("content-length") ?? NaN);
      const fail = (error: unknown) => service.problem(error, admitted.id);
      return eventStream({ run, total, fail, span }, headers());
    } finally {
      if (!isAnswered) source.close();
    }
  }

  /** The body as its operation takes it. */
  async function sourceOf(plan: Plan, request: Request): Promise<Source> {
    const { headers } = request;
    const encoding = encodingOf(headers);
    const max = capOf(plan, service);
    const size = Number(headers.get("content-length") ?? Infinity);
    if (encoding === null && (op.input.linear || plan.isJson)) {
      const length = smallLength(headers, max);
      if (length >= 0) {
        const bytes = await inTime(request.bytes(), length, context);
        context.onBytes(bytes.length);
        return { bytes, encoding, size: bytes.length, max, close() {} };
      }
    }
    if (op.input.streams && !plan.isJson) {
      const body = new ReliefBody(
        bodyChunks(request, max, context),
        service.held,
      );
      return {
        ...{ chunks: body.chunks(), encoding, size, max, body },
        close: () => body.close(),
      };
    }
    service.jobs.assertRoom();
    const body = await HeldBody.read(
      bodyChunks(request, max, context),
      service.held,
    );
    return {
      chunks: body.chunks(),
      ...{ encoding, size: body.bytes, max },
      close: () => body.release(),
    };
  }

  /** The result, computed where the event loop stays free. */
  function chunksOf(
    plan: Plan,
    source: Source,
    engine: EngineName,
    signal: AbortSignal,
    listeners: Listeners,
  ): AsyncIterable<Uint8Array> {
    const { onProgress } = listeners;
    const { bytes, chunks } = source;
    if (plan.isJson && bytes !== undefined) {
      const { jsonDepth } = service.limits;
      const json = answerList(op, decodeBody(bytes), { ...plan, jsonDepth });
      return ReadableStream.from([new TextEncoder().encode(json)]);
    }
    // The kernel's own threads take what comes; the loop only passes it on.
    const isThreaded = op.input.linear === true && engine === "native" &&
      source.encoding === null;
    const input = bytes ?? (isThreaded ? chunks : undefined);
    if (input === undefined) {
      return runInWorker(plan, source, signal, listeners);
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

  async function* runInWorker(
    plan: Plan,
    source: Source,
    signal: AbortSignal,
    listeners: Listeners,
  ): AsyncGenerator<Uint8Array> {
    const { values, engine, output, isJson } = plan;
    const isWhole = isJson || !op.input.streams;
    const job = {
      ...{ op: op.name, isJson, isWhole, name: "-", values, engine },
      ...{ to: output.name, jsonDepth: service.limits.jsonDepth },
      ...{ encoding: source.encoding, isByMagic: !isJson && isOfRows(op) },
      ...{ size: source.size, maxBytes: source.max },
    };
    const jobs = isWhole ? service.jobs : service.streams;
    try {
      const chunks = isWhole
        ? source.chunks!
        : readAhead(source.chunks!, MESSAGE_BYTES);
      yield* jobs.run(job, chunks, { signal, ...listeners });
    } finally {
      source.close();
    }
  }
}

/** Who is told of a run. */
interface Listeners {
  readonly onProgress: ((bytesDone: number) => void) | undefined;
  /** Told at the end how many rows had an error. */
  readonly onErrorRows: (count: number) => void;
}

/** A body: small ones in one piece, the others in chunks. */
interface Source {
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly chunks?: AsyncGenerator<Uint8Array<ArrayBuffer>>;
  readonly encoding: Compression | null;
  /** Bytes as sent; infinite where that is unknown. */
  readonly size: number;
  /** Bytes that it may have, inflated. */
  readonly max: number;
  /** Where it is streamed: what reads it on for a client that must send. */
  readonly body?: ReliefBody;
  /** Lets it go. */
  close(): void;
}

/** Bytes that a body may have. */
function capOf({ op, isJson }: Plan, { limits }: Service): number {
  if (isJson) return limits.jsonBytes;
  const { streams } = op.input;
  if (streams === "rows") return limits.rowBytes ?? limits.bodyBytes;
  return streams ? limits.streamBytes : limits.bodyBytes;
}

/** Whether the input is rows, which may come as a compressed file. */
function isOfRows({ input }: Op): boolean {
  return !input.mediaTypes.includes("application/octet-stream");
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

/** The forms of a result; JSON first where it is no stream of rows. */
function httpOutputs(op: Op): readonly OutputSpec[] {
  if (op.outputs[0]?.name === "ndjson") return op.outputs;
  const json = op.outputs.filter(({ name }) => name === "json");
  return [...json, ...op.outputs.filter(({ name }) => name !== "json")];
}

/** A list is answered by a list, whatever else the operation can print. */
function outputsOfLists(outputs: readonly OutputSpec[]): readonly OutputSpec[] {
  const json = outputs.filter(({ mediaType }) => mediaType === JSON_TYPE);
  return json.length > 0 ? json : [{ name: "json", mediaType: JSON_TYPE }];
}

function eventOutput(outputs: readonly OutputSpec[], op: Op): OutputSpec {
  // Events hold the whole result: rows have no bound.
  const [json] = outputs;
  if (json?.mediaType === JSON_TYPE) return json;
  throw new HttpError(
    406,
    "NOT_ACCEPTABLE",
    `Cannot answer with events: ${op.name} has no result in JSON but rows`,
  );
}

/** The type of a body; refuses texts that are not in UTF-8. */
function bodyType(header: string | null): string {
  if (header === null || !header.includes(";")) return mediaType(header);
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(header)?.[1];
  if (charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset)) {
    return mediaType(header);
  }
  throw new HttpError(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    `Cannot read a body in ${charset.slice(0, 50)}: send UTF-8`,
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
