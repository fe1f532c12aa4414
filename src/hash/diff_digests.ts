/**
 * What differs between two sets of files that are known by their digests.
 *
 * @module
 */

import { compareTexts } from "../values/text_order.ts";

/** A file of the same content under another path. */
export interface Renamed {
  /** The path before. */
  readonly from: string;
  /** The path after. */
  readonly to: string;
}

/** What differs between two sets of files; all by the bytes of the paths. */
export interface DigestDiff {
  /** Paths that only the new set has. */
  readonly added: string[];
  /** Paths that only the old set has. */
  readonly removed: string[];
  /** Paths that both have with different digests. */
  readonly changed: string[];
  /** Pairs out of what was removed and added, of one digest. */
  readonly renamed: Renamed[];
}

/**
 * Compares two sets of files. A file that is gone and one that is new, of one
 * digest, are one that was renamed; of several such files the first by name
 * are paired.
 *
 * @param before Digests by path.
 * @param after The same of the new set.
 * @returns What was added, removed, changed and renamed.
 */
export function diffDigests(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): DigestDiff {
  const removed = [...before.keys()].filter((path) => !after.has(path))
    .sort(compareTexts);
  const added = [...after.keys()].filter((path) => !before.has(path))
    .sort(compareTexts);
  const changed = [...before.keys()].filter((path) =>
    after.has(path) && after.get(path) !== before.get(path)
  ).sort(compareTexts);
  const renamed: Renamed[] = [];
  const gone = new Map<string, string[]>();
  // From the last to the first, so that the first ends on top.
  for (const path of removed.toReversed()) {
    const digest = before.get(path)!;
    const paths = gone.get(digest);
    if (paths === undefined) gone.set(digest, [path]);
    else paths.push(path);
  }
  for (const to of added) {
    const from = gone.get(after.get(to)!)?.pop();
    if (from !== undefined) renamed.push({ from, to });
  }
  renamed.sort((a, b) => compareTexts(a.from, b.from));
  const [sources, targets] = [
    new Set(renamed.map(({ from }) => from)),
    new Set(renamed.map(({ to }) => to)),
  ];
  return {
    added: added.filter((path) => !targets.has(path)),
    removed: removed.filter((path) => !sources.has(path)),
    changed,
    renamed,
  };
}
