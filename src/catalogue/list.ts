/**
 * The list of operations, one line each. Command line, parity tests, benches
 * and (later) HTTP routes are loops over it.
 *
 * @module
 */

import type { Op } from "./op.ts";
import { csvRead } from "../csv/read.op.ts";
import { hashDigest } from "../hash/digest.op.ts";
import { ndjsonRead } from "../ndjson/read.op.ts";
import { profileOp } from "../profile/profile.op.ts";

/** Every operation, by name. */
export const OPERATIONS: readonly Op[] = [
  csvRead,
  hashDigest,
  ndjsonRead,
  profileOp,
];
