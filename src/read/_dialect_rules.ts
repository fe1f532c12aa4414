/**
 * A CSV dialect as the scanners of both engines take it: single bytes and
 * plain values, checked before they get here.
 *
 * @module
 */

/** A byte that the dialect does not have. */
export const NO_BYTE = -1;

/** How an input is written, and what becomes of its faults. */
export interface DialectRules {
  /** One ASCII byte between fields. */
  readonly delimiter: number;
  /** The byte around quoted fields, or `NO_BYTE`. */
  readonly quote: number;
  /** The byte that takes the meaning of the next one, or `NO_BYTE`. */
  readonly escape: number;
  /** The byte that begins a line to skip, or `NO_BYTE`. */
  readonly comment: number;
  /** Whether the first record is a header. */
  readonly header: boolean;
  /** Names that are given, not read. */
  readonly names: readonly string[] | null;
  /** Physical lines before everything else. */
  readonly skipRows: number;
  /** Whether spaces and tabs around a field go away. */
  readonly trim: boolean;
  /** Unquoted fields, as written, that are null. */
  readonly nullTokens: readonly string[];
  /** Whether faults of form are repaired. */
  readonly lenient: boolean;
  /** Whether a faulty row is left out instead of ending the reading. */
  readonly recovers: boolean;
  /** Error rows at most. */
  readonly maxErrors: number;
  /** The longest field as written; less than the default only in tests. */
  readonly fieldBytesMax?: number;
}
