/**
 * The routes of the operations as Hono's types: what a client sends and gets.
 * A test compares the paths with the catalogue.
 *
 * @module
 */

import type { CsvSniff } from "../csv/sniff.ts";
import type { HashAlgorithm } from "../hash/options.ts";
import type { JsonVerdict } from "../json/validate.ts";
import type { ProfileReport } from "../profile/types.ts";

/** How a response is read. */
export type ResponseFormat = "json" | "text";

/** Options of an operation in the query, by their names. */
export type OperationQuery = Record<string, string | string[]>;

/** A route that takes bytes; a client sends them as `init.body`. */
export type BytesEndpoint<Output, Format extends ResponseFormat = "json"> = {
  /** The method. */
  $post: {
    /** What goes in, besides the bytes. */
    input: { query?: OperationQuery };
    /** What comes out. */
    output: Output;
    /** How it comes out. */
    outputFormat: Format;
    /** The status. */
    status: 200;
  };
};

/** A route that takes a list of values. */
export type ListEndpoint<Body, Output> = {
  /** The method. */
  $post: {
    /** What goes in. */
    input: { json: Body; query?: OperationQuery };
    /** What comes out. */
    output: Output;
    /** How it comes out. */
    outputFormat: "json";
    /** The status. */
    status: 200;
  };
};

/** The figures of a week, as the command line prints them. */
export interface WeekReport {
  /** The week as the input has it. */
  week: number | string;
  /** All tasks. */
  totalTasks: number;
  /** The sum of their durations. */
  totalSeconds: number;
  /** The mean of their durations; null without tasks. */
  meanSeconds: number | null;
  /** The mean score of scored tasks; null without one. */
  meanScore: number | null;
  /** Mean score weighted by hours, at most 8 a task, times 20. */
  productivity: number;
  /** Tasks that have a project, by its name. */
  projects: { name: string; count: number; seconds: number }[];
}

/** The operations by their paths. */
export type FastpathSchema = {
  /** Rows of CSV. */
  "/v1/csv/read": BytesEndpoint<string, "text">;
  /** How CSV is written. */
  "/v1/csv/sniff": BytesEndpoint<CsvSniff>;
  /** Rows as CSV. */
  "/v1/csv/write": BytesEndpoint<string, "text">;
  /** Texts of milliseconds. */
  "/v1/duration/format": ListEndpoint<
    {
      values: (number | null)[];
      options?: { style?: "clock" | "iso" | "compact" };
    },
    (string | null)[]
  >;
  /** Milliseconds of texts. */
  "/v1/duration/parse": ListEndpoint<
    {
      texts: string[];
      options?: {
        lenient?: boolean;
        clock?: "MM:SS" | "HH:MM";
        preset?: "tracker";
        onError?: "throw" | "null" | "zero";
        days?: 24;
        unit?: "ms" | "s" | "m" | "h";
      };
    },
    (number | null)[]
  >;
  /** A digest. */
  "/v1/hash/digest": BytesEndpoint<
    { algorithm: HashAlgorithm; digest: string; bytes: number }
  >;
  /** The digest of what a document says. */
  "/v1/json/digest": BytesEndpoint<
    { algorithm: "sha256" | "blake3"; digest: string }
  >;
  /** JSON without white space between its tokens. */
  "/v1/json/minify": BytesEndpoint<unknown>;
  /** Rows of a JSON array. */
  "/v1/json/read": BytesEndpoint<string, "text">;
  /** Values at pointers, as lines. */
  "/v1/json/select": BytesEndpoint<string, "text">;
  /** Whether bytes are JSON. */
  "/v1/json/validate": BytesEndpoint<JsonVerdict>;
  /** Rows as a JSON array. */
  "/v1/json/write": BytesEndpoint<Record<string, unknown>[]>;
  /** Rows of NDJSON. */
  "/v1/ndjson/read": BytesEndpoint<string, "text">;
  /** Rows as NDJSON. */
  "/v1/ndjson/write": BytesEndpoint<string, "text">;
  /** One SQL file from many. */
  "/v1/schema/build": BytesEndpoint<string, "text">;
  /** Rows of a timeline. */
  "/v1/series/timeline": BytesEndpoint<Record<string, unknown>[]>;
  /** The figures of a column. */
  "/v1/stats/summary": BytesEndpoint<Record<string, unknown>>;
  /** The figures of weeks. */
  "/v1/stats/week": BytesEndpoint<WeekReport[]>;
  /** A description of every column. */
  "/v1/profile": BytesEndpoint<ProfileReport>;
};
