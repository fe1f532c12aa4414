/**
 * What a schema was built from, kept beside it: a manifest has no paths of
 * the disk, and whoever writes the schema must not write over its files.
 *
 * @module
 */

/** Folders and files that a schema was built from. */
export interface Origin {
  /** The folders as given; none for files in memory. */
  readonly folders: readonly string[];
  /** Endings of the files that were taken. */
  readonly extensions: readonly string[];
  /** Where the files lie on the disk. */
  readonly files: readonly string[];
}

const ORIGINS = new WeakMap<object, Origin>();
const NOWHERE: Origin = { folders: [], extensions: [], files: [] };

/**
 * Notes what a schema was built from.
 *
 * @param built The schema.
 * @param origin Its folders and files.
 */
export function noteOrigin(built: object, origin: Origin): void {
  ORIGINS.set(built, origin);
}

/**
 * What a schema was built from.
 *
 * @param built The schema.
 * @returns Its folders and files; none where that is not known.
 */
export function originOf(built: object): Origin {
  return ORIGINS.get(built) ?? NOWHERE;
}
