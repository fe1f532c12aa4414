/**
 * A child process of the proofs, run with the probing build of the library:
 * makes kernels panic and prints what reaches the caller.
 *
 * @module
 */

import { checkStatus, encodeConfig } from "../../ffi/call.ts";
import { NativeHandle } from "../../ffi/handle.ts";
import { sha256Sync } from "../../ffi/verify.ts";
import { backendInfo, engineFor, recover } from "../../src/backend.ts";
import {
  columnOf,
  readCsv,
  Table,
  writeCsvBatches,
  writeCsvSync,
} from "../../src/csv/mod.ts";
import { FastpathError } from "../../src/errors.ts";
import { digestSync, hashFiles } from "../../src/hash/mod.ts";
import { profile } from "../../src/profile/mod.ts";
import { timelineSync } from "../../src/series/mod.ts";
import { Column } from "../../src/table/mod.ts";

const engine = engineFor("hash.sha256", Infinity);
if (engine === null) throw new Error(JSON.stringify(backendInfo()));
const native = engine;

const magic = new TextEncoder().encode("fastpath-panic-probe! and more");
const plain = new TextEncoder().encode("a,b\n1,2\n");
const out = new Uint8Array(32);

/** The error of a run, as a word: its code, or its class. */
async function outcome(run: () => unknown): Promise<string> {
  try {
    await run();
    return "no error";
  } catch (error) {
    return error instanceof FastpathError ? error.code : `${error}`;
  }
}

function digest(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    checkStatus(
      native.fp_hash_digest(1, bytes, bytes.length, out, out.length),
      "hash.sha256",
    );
    return "native";
  } catch (error) {
    recover(error);
    return "repeated in TypeScript";
  }
}

/** Both statuses of a handle: of the panic, and of the use after it. */
async function twice(
  status: number,
  call: (handle: NativeHandle, bytes: Uint8Array<ArrayBuffer>) => unknown,
): Promise<string[]> {
  using handle = new NativeHandle(native, status, "a kernel");
  const first = await outcome(() => call(handle, magic));
  return [first, await outcome(() => call(handle, plain))];
}

const csv = encodeConfig({ format: "csv", mode: "build" });
// Long enough for every kernel's threshold.
const long = new Uint8Array(1 << 20).fill(0x0a);
long.set(magic);
const text = new TextDecoder().decode(magic).padEnd(1 << 16, "!");
const table = Table.fromColumns({ text: columnOf("utf8", [text]) });
// Three changes whose bytes are the magic ones.
const change = new Column({
  type: "f64",
  length: 3,
  data: new Float64Array(magic.slice(0, 24).buffer),
});
const timestamp = columnOf("date", ["2024-01-01", "2024-01-02", "2024-01-03"]);
const events = { timestamp, change };
const result = {
  digest: await outcome(() => {
    const hex = digestSync(long, { algorithm: "sha256" });
    if (hex !== sha256Sync(long)) throw new Error("wrong digest");
  }),
  hashFiles: await outcome(async () => {
    const root = new TextDecoder().decode(magic);
    const { failures } = await hashFiles(root);
    if (failures.length !== 1) throw new Error("there is such a file");
  }),
  readCsv: await outcome(() => readCsv(long)),
  profile: await outcome(() => profile(long, { digests: [] })),
  writeCsv: await outcome(() => {
    const written = new TextDecoder().decode(writeCsvSync(table));
    if (written !== `text\n${text}\n`) throw new Error("wrong bytes");
  }),
  writeCsvBatches: await outcome(async () => {
    await Array.fromAsync(writeCsvBatches([table]));
  }),
  timeline: await outcome(() => {
    if (timelineSync(events).numRows !== 3) throw new Error("wrong rows");
  }),
  stateless: await outcome(() => digest(magic)),
  isRepeated: await outcome(() => {
    if (digest(magic) !== "native") throw new Error("repeated");
  }),
  afterwards: digest(plain),
  nonblocking: checkStatus(
    await native.fp_hash_digest_async(1, plain, plain.length, out, 32),
    "hash.sha256",
  ),
  hash: await twice(
    native.fp_hash_open(2),
    (handle, bytes) =>
      handle.check(native.fp_hash_update(handle.id, bytes, bytes.length)),
  ),
  reader: await twice(
    native.fp_reader_open(csv, csv.length),
    async (handle, bytes) => {
      const { fp_reader_push_async: push } = native;
      handle.check(await push(handle.id, bytes, bytes.length, 1, null, 0));
    },
  ),
  profiler: await twice(
    native.fp_profile_open(csv, csv.length),
    (handle, bytes) =>
      handle.check(
        native.fp_profile_push(handle.id, bytes, bytes.length, 1, null, 0),
      ),
  ),
  panics: backendInfo().panics,
};
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(result)));
