/**
 * The files of a schema that were read, and how includes join them.
 *
 * @module
 */

import type { Pace } from "../pace.ts";
import { compareTexts } from "../values/text_order.ts";
import type { Resolve } from "./_expand.ts";
import type { FaultList } from "./_fault_list.ts";
import type { IncludeLine, Scanned, Unread } from "./_scan.ts";
import { scanFiles } from "./_scan_engine.ts";
import { normalPath } from "./_paths.ts";
import type { Included, Source, Sources } from "./_sources.ts";
import type { RawFault } from "./faults.ts";
import type { SchemaSettings } from "./options.ts";

/** The files read so far, those of includes among them. */
export class Files {
  readonly #byPlace = new Map<string, Scanned>();
  /** The file that asks first for a place, which so stands not for itself. */
  readonly #included = new Map<string, string>();
  readonly #sources: Sources;
  readonly #settings: SchemaSettings;
  readonly #pace: Pace;
  readonly #faults: FaultList;
  /** Where includes lead, by paths: the disk is asked once for each. */
  readonly #found = new Map<string, Included>();
  #done = 0;

  constructor(
    sources: Sources,
    settings: SchemaSettings,
    pace: Pace,
    faults: FaultList,
  ) {
    this.#sources = sources;
    this.#settings = settings;
    this.#pace = pace;
    this.#faults = faults;
  }

  /** Reads files, then what they include, until nothing new is asked for. */
  async scan(sources: Iterable<Source>): Promise<void> {
    const known = new Set<string>();
    let next = [...sources].sort((a, b) => compareTexts(a.place, b.place));
    while (next.length > 0) {
      next.forEach(({ place }) => known.add(place));
      const found = await scanFiles(next, this.#settings, this.#pace, () => {
        this.#settings.onProgress?.(++this.#done);
      });
      next = [];
      for (const file of found) {
        if (!("bytes" in file)) {
          this.#unread(file);
          continue;
        }
        this.#byPlace.set(file.source.place, file);
        this.#check(file);
        for (const line of file.includes) {
          if (this.#pace.due()) await this.#pace.rest();
          const source = this.#target(file, line);
          if (source === null || known.has(source.place)) continue;
          known.add(source.place);
          next.push(source);
        }
      }
    }
  }

  /** The files that stand for themselves. */
  tops(): Source[] {
    return [...this.#sources.byPlace.values()].filter(({ place }) =>
      !this.#included.has(place)
    );
  }

  /** Files that others include, by places and paths, and who does so first. */
  includers(): ReadonlyMap<string, string> {
    const found = new Map(this.#included);
    for (const [place, by] of this.#included) {
      const path = this.#byPlace.get(place)?.source.path;
      if (path !== undefined) found.set(path, by);
    }
    return found;
  }

  at({ place }: Source): Scanned {
    return this.#byPlace.get(place)!;
  }

  /** The file that a line includes; asked only where nothing is wrong. */
  readonly resolve: Resolve = (file, line) => this.#find(file, line)!;

  /** Files in order, each followed by what it includes for the first time. */
  async inOrder(tops: readonly Scanned[]): Promise<Scanned[]> {
    const seen = new Set<Scanned>();
    const stack = [...tops].reverse();
    for (let file = stack.pop(); file !== undefined; file = stack.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      const { includes } = file;
      if (includes.length > 0 && this.#pace.due()) await this.#pace.rest();
      for (let index = includes.length - 1; index >= 0; index--) {
        stack.push(this.resolve(file, includes[index]!));
      }
    }
    return [...seen];
  }

  /**
   * Finds files that include themselves, by way of others or not.
   *
   * @returns All files, each behind those that it includes.
   */
  async checkCycles(): Promise<Scanned[]> {
    const done = new Set<Scanned>();
    for (const first of this.#byPlace.values()) {
      const path = [{ file: first, next: 0 }];
      const open = new Set([first]);
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const line = done.has(top.file)
          ? undefined
          : top.file.includes[top.next++];
        if (line === undefined) {
          done.add(top.file);
          open.delete(top.file);
          path.pop();
          continue;
        }
        if (this.#pace.due()) await this.#pace.rest();
        const target = this.#find(top.file, line);
        if (target === undefined || done.has(target)) continue;
        if (open.has(target)) {
          const args = { include: line.path };
          this.#fault(top.file, "INCLUDE_CYCLE", line.pathAt, args);
        } else {
          open.add(target);
          path.push({ file: target, next: 0 });
        }
      }
    }
    return [...done];
  }

  #find({ source }: Scanned, { path }: IncludeLine): Scanned | undefined {
    const found = this.#found.get(pathFrom(source, path) ?? "");
    return typeof found === "object" && "place" in found
      ? this.#byPlace.get(found.place)
      : undefined;
  }

  #target(file: Scanned, line: IncludeLine): Source | null {
    const path = pathFrom(file.source, line.path);
    const found = line.path === ""
      ? "blank"
      : path === null
      ? "escapes"
      : this.#include(path, file.source);
    if (typeof found !== "string") {
      // A fault was told when the path was asked for first.
      return "place" in found ? found : null;
    }
    const code = found === "blank"
      ? "INCLUDE_WITHOUT_PATH"
      : found === "missing"
      ? "INCLUDE_MISSING"
      : "INCLUDE_ESCAPES";
    const { path: own, place } = file.source;
    const args = { include: line.path, ...(own === place ? {} : { place }) };
    this.#fault(file, code, line.pathAt, args);
    return null;
  }

  #include(path: string, by: Source): Included {
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    const found = this.#sources.find(path);
    this.#found.set(path, found);
    if (typeof found === "string") return found;
    if (!("place" in found)) this.#faults.add(found);
    else if (!this.#included.has(found.place)) {
      this.#included.set(found.place, by.path);
    }
    return found;
  }

  #check(file: Scanned): void {
    const { fault, hasBom, crlfAt, metaAt } = file;
    const { bom, crlf, meta } = this.#settings;
    if (hasBom && bom === "error") this.#fault(file, "BYTE_ORDER_MARK", 0);
    if (fault !== null) this.#fault(file, fault.code, fault.at);
    if (crlfAt >= 0 && crlf === "error") {
      this.#fault(file, "CARRIAGE_RETURN", crlfAt);
    }
    if (metaAt >= 0 && meta === "error") {
      this.#fault(file, "META_COMMAND", metaAt);
    }
  }

  #fault(
    { source, bytes }: Scanned,
    code: RawFault["code"],
    at: number,
    args: Record<string, string> = {},
  ): void {
    this.#faults.add({ code, path: source.path, at, args }, bytes);
  }

  #unread({ source, code, reason }: Unread): void {
    this.#faults.add({ code, path: source.path, args: { reason } });
  }
}

/** What an include's path means in a file; null outside of the folders. */
function pathFrom({ place }: Source, path: string): string | null {
  if (path.startsWith("/")) return null;
  return normalPath(place.slice(0, place.lastIndexOf("/") + 1) + path);
}
