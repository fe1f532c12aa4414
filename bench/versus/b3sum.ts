/**
 * `b3sum --num-threads 2` of a 1 GiB file against `fastpath hash digest`,
 * each as a whole process. Install it with `cargo install b3sum`.
 *
 * @module
 */

import type { VersusCase } from "./_case.ts";
import { gigabyteFile } from "./_gigabyte.ts";
import { sameDigest } from "./openssl.ts";
import { programVersion, runCli, runProcess } from "./_process.ts";

/** The comparison with b3sum. */
export const CASES: readonly VersusCase[] = [{
  name: "hash.digest blake3 of 1 GiB, native",
  rival: "b3sum --num-threads 2",
  target: 1.2,
  pairs: 15,
  rivalVersion: () => programVersion(["b3sum", "--version"]),
  async prepare() {
    const path = await gigabyteFile();
    const args = ["hash", "digest", path, "--algorithm", "blake3"];
    return {
      ours: () => runCli([...args, "--engine", "native"]),
      theirs: () => runProcess(["b3sum", "--num-threads", "2", path]),
      equal: sameDigest,
    };
  },
}];
