/**
 * What must be known of each file before a schema can be put together: its
 * bytes, their digest, what it includes, and what is wrong with it.
 *
 * @module
 */

import type { Source } from "./_sources.ts";
import type { SchemaFaultCode } from "./faults.ts";

/** A line that asks for another file, and its path as it is written. */
export interface IncludeLine {
  /** Byte where the line begins. */
  readonly start: number;
  /** Byte behind the line's end. */
  readonly end: number;
  readonly path: string;
  /** Byte where the path begins. */
  readonly pathAt: number;
}

/** A file that was read. */
export interface Scanned {
  readonly source: Source;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes as they lie on the disk. */
  readonly digest: Uint8Array<ArrayBuffer>;
  /** The first fault of the text, or null. */
  readonly fault:
    | { readonly code: SchemaFaultCode; readonly at: number }
    | null;
  /** Whether a byte order mark stands in front. */
  readonly hasBom: boolean;
  /** The first CRLF, or -1. */
  readonly crlfAt: number;
  /** The first command of psql, or -1. */
  readonly metaAt: number;
  readonly includes: readonly IncludeLine[];
}

/** A file that could not be read, and why. */
export interface Unread {
  readonly source: Source;
  readonly code: "UNREADABLE" | "CHANGED";
  readonly reason: string;
}
