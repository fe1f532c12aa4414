/**
 * The catalogue as an OpenAPI 3.1 document. Its examples run: a test sends
 * each and compares the answer.
 *
 * @module
 */

import type { ListSpec, Op, OptionSpec } from "../catalogue/op.ts";
import { httpOptions } from "./options.ts";
import { VERSION } from "../version.ts";

/** JSON of the document; nothing else is known of it here. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** An object of the document. */
export type JsonObject = { readonly [key: string]: Json };

const decoder = new TextDecoder();

/**
 * The description of the routes.
 *
 * @param operations The catalogue's entries.
 * @param base The path that all paths begin with.
 * @param hasRoot Whether requests may name folders.
 * @returns An OpenAPI 3.1 document.
 */
export async function openApi(
  operations: readonly Op[],
  base: string,
  hasRoot: boolean,
): Promise<JsonObject> {
  const paths = await Promise.all(
    operations.map((op) => operationPath(op, hasRoot)),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "fastpath",
      version: VERSION,
      summary: "Parsing, statistics and hashing of bytes",
      description: "Errors are problem details (RFC 9457) with a code and, " +
        "where the input is at fault, its position.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: base }],
    security: [{}, { bearer: [] }],
    paths: {
      ...Object.fromEntries(paths),
      ...operatorPaths(),
    },
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: "What went wrong",
          content: {
            "application/problem+json": {
              schema: { $ref: "#/components/schemas/Problem" },
            },
          },
        },
      },
    },
  };
}

const INTEGER: JsonObject = { type: "integer" };

const PROBLEM: JsonObject = {
  type: "object",
  required: ["title", "status", "detail", "code", "instance"],
  properties: {
    title: { type: "string", description: "The status's words" },
    status: INTEGER,
    detail: { type: "string", description: "What to do" },
    code: { type: "string", description: "The cause, for programs" },
    instance: { type: "string", description: "The request's id" },
    line: { type: "integer", description: "Physical line, from 1" },
    column: { type: "integer", description: "Byte in the line, from 1" },
    byteOffset: { type: "integer", description: "Byte in the input, from 0" },
    row: { type: "integer", description: "Item of a list, from 0" },
    offset: { type: "integer", description: "UTF-16 unit in it, from 0" },
    faults: {
      type: "array",
      items: { type: "object" },
      description: "All that is wrong with the files of a schema",
    },
  },
};

async function operationPath(
  op: Op,
  hasRoot: boolean,
): Promise<[string, JsonObject]> {
  const { list, mediaTypes } = op.input;
  const options = httpOptions(op, hasRoot);
  const bodies: Record<string, JsonObject> = {};
  for (const type of mediaTypes) bodies[type] = await bytesBody(op, type);
  const outputs = Object.fromEntries(
    op.outputs.map((
      { mediaType },
    ) => [mediaType, { schema: anyOf(mediaType) }]),
  );
  const packed = Object.fromEntries(
    (options.find(({ name }) => name === "compression")?.choices ?? []).map(
      (name) => [`application/${name}`, { schema: {} }],
    ),
  );
  const json: JsonObject = list === undefined
    ? {}
    : { "application/json": listBody(op, list) };
  const answer: JsonObject = list === undefined
    ? {}
    : { "application/json": { schema: listAnswer(list) } };
  return [`/v1/${op.name.replace(".", "/")}`, {
    post: {
      operationId: op.name,
      summary: op.summary,
      tags: [op.name.split(".")[0] ?? op.name],
      parameters: [...options, ENGINE_OPTION].map(parameter),
      requestBody: {
        required: !(hasRoot && op.input.folders !== undefined),
        content: {
          ...json,
          ...bodies,
        },
      },
      responses: {
        "200": {
          description: "The result",
          headers: {
            "server-timing": {
              description: "Milliseconds, and the engine",
              schema: { type: "string" },
            },
            "x-request-id": { schema: { type: "string" } },
          },
          content: { ...outputs, ...answer, ...packed, ...eventAnswer(op) },
        },
        default: { $ref: "#/components/responses/Problem" },
      },
    },
  }];
}

const ENGINE_OPTION: OptionSpec = {
  name: "engine",
  kind: "choice",
  choices: ["auto", "native", "typescript"],
  fallback: "auto",
  summary: "What computes the result",
};

function parameter(spec: OptionSpec): JsonObject {
  const schema = optionSchema(spec);
  return {
    name: spec.name,
    in: "query",
    description: spec.summary +
      (spec.fallback === undefined ? "" : `; ${spec.fallback} unless given`),
    schema: spec.repeatable ? { type: "array", items: schema } : schema,
  };
}

function optionSchema(spec: OptionSpec): JsonObject {
  switch (spec.kind) {
    case "choice":
      return { type: "string", enum: spec.choices ?? [] };
    case "integer":
      return { type: "integer", minimum: 0 };
    case "flag":
      return { type: "boolean", default: false };
    case "negation":
      return { type: "boolean", default: true };
    case "character":
      return { type: "string", description: "One character, or tab" };
    case "size":
      return { type: "string", description: "For instance 256MB or 1GiB" };
    default:
      return { type: "string" };
  }
}

function itemSchema(kind: "text" | "integer"): JsonObject {
  return kind === "text" ? { type: "string" } : INTEGER;
}

function listBody(op: Op, { key, item, example }: ListSpec): JsonObject {
  const options = op.input.options.map((
    spec,
  ) => [spec.name, optionSchema(spec)]);
  return {
    schema: {
      type: "object",
      required: [key],
      additionalProperties: false,
      properties: {
        [key]: { type: "array", items: itemSchema(item) },
        options: { type: "object", properties: Object.fromEntries(options) },
      },
    },
    example: { [key]: example },
  };
}

function listAnswer({ result }: ListSpec): JsonObject {
  const type = result === "text" ? "string" : "integer";
  return { type: "array", items: { type: [type, "null"] } };
}

/** A body of bytes with an example; one that is no text is a `data:` URL. */
async function bytesBody(op: Op, mediaType: string): Promise<JsonObject> {
  const schema = anyOf(mediaType);
  // Loaded on first use: the examples need all readers and writers.
  const { exampleBody } = await import("../catalogue/example_body.ts");
  const bytes = await exampleBody(op, mediaType);
  if (!isText(mediaType)) {
    const externalValue = `data:${mediaType};base64,${bytes.toBase64()}`;
    return { schema, examples: { sample: { externalValue } } };
  }
  const text = decoder.decode(bytes);
  const isJson = mediaType === "application/json";
  return { schema, example: isJson ? JSON.parse(text) : text };
}

/** Events, of operations whose result is one value and no stream of rows. */
function eventAnswer({ outputs }: Op): JsonObject {
  const hasJson = outputs.some(({ name }) => name === "json");
  if (!hasJson || outputs[0]?.name === "ndjson") return {};
  return {
    "text/event-stream": {
      schema: {
        type: "string",
        description: "Server-sent events: `progress` with `bytesDone` and " +
          "`bytesTotal` (null where the length is not known), then `result` " +
          "with the result in JSON, or `error` with a problem",
      },
      example: EVENTS,
    },
  };
}

const EVENTS = 'event: progress\ndata: {"bytesDone":1048576,' +
  '"bytesTotal":2097152}\n\nevent: result\ndata: {}\n\n';

function isText(mediaType: string): boolean {
  return /^text\/|json$/.test(mediaType);
}

/** Bytes that are no text have no type of JSON. */
function anyOf(mediaType: string): JsonObject {
  const isString = isText(mediaType) && mediaType !== "application/json";
  return isString ? { type: "string" } : {};
}

function operatorPaths(): JsonObject {
  const get = (summary: string, mediaType: string): JsonObject => ({
    get: {
      summary,
      tags: ["server"],
      responses: {
        "200": {
          description: summary,
          content: { [mediaType]: { schema: anyOf(mediaType) } },
        },
        default: { $ref: "#/components/responses/Problem" },
      },
    },
  });
  return {
    "/healthz": get("Whether the process lives", "text/plain"),
    "/readyz": get("Whether new work is welcome", "text/plain"),
    "/metrics": get("Counters as Prometheus text", "text/plain"),
  };
}
