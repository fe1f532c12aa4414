/**
 * What is wrong with the files of a schema, so far: each fault is kept raw
 * until it is known whether it is told, since a small input can have many.
 *
 * @module
 */

import type { FastpathError } from "../errors.ts";
import { compareTexts } from "../values/text_order.ts";
import {
  faultOf,
  Places,
  type RawFault,
  schemaError,
  type SchemaFault,
} from "./faults.ts";

/** Faults of one file that are told. */
const FILE_FAULTS_MAX = 100;
/** Faults that are told in all. */
const FAULTS_MAX = 1_000;

/** A fault that will be told, and how its file's lines are counted. */
interface Told {
  readonly raw: RawFault;
  readonly places: Places | undefined;
}

/** The faults of one path. */
interface OfPath {
  readonly told: Told[];
  count: number;
  places: Places | undefined;
}

/** The faults of a build. */
export class FaultList {
  readonly #byPath = new Map<string, OfPath>();
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a fault.
   *
   * @param raw The fault.
   * @param bytes The file's bytes, to count its lines.
   */
  add(raw: RawFault, bytes?: Uint8Array): void {
    this.#count++;
    let own = this.#byPath.get(raw.path);
    if (own === undefined) {
      own = { told: [], count: 0, places: undefined };
      this.#byPath.set(raw.path, own);
    }
    own.count++;
    if (own.told.length === FILE_FAULTS_MAX) return;
    if (bytes !== undefined) own.places ??= new Places(bytes);
    own.told.push({ raw, places: own.places });
  }

  /**
   * The error of all faults, of which there is one at least.
   *
   * @returns The error; its faults are in the order of their paths, so that
   * it matters to nobody in which order a folder is read.
   */
  error(): FastpathError {
    const faults: SchemaFault[] = [];
    let left = this.#count;
    const paths = [...this.#byPath.keys()].sort(compareTexts);
    for (const path of paths) {
      const { told, count } = this.#byPath.get(path)!;
      const room = FAULTS_MAX - faults.length;
      if (room <= told.length) {
        faults.push(...told.slice(0, room).map(tell));
        left -= Math.min(room, told.length);
        break;
      }
      faults.push(...told.map(tell));
      if (count > told.length) faults.push(more(path, count - told.length));
      left -= count;
    }
    if (left > 0) faults.push(more(".", left));
    return schemaError(faults, this.#count);
  }
}

function tell({ raw, places }: Told): SchemaFault {
  return faultOf(raw, places);
}

function more(path: string, count: number): SchemaFault {
  return faultOf({ code: "MORE_FAULTS", path, args: { count: String(count) } });
}
