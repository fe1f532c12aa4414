/**
 * `openssl dgst -sha256` of a 1 GiB file against `fastpath hash digest`,
 * each as a whole process.
 *
 * @module
 */

import type { VersusCase } from "./_case.ts";
import { gigabyteFile } from "./_gigabyte.ts";
import { programVersion, runCli, runProcess } from "./_process.ts";

/** The comparison with OpenSSL. */
export const CASES: readonly VersusCase[] = [{
  name: "hash.digest sha256 of 1 GiB, native",
  rival: "openssl dgst",
  target: 1.05,
  pairs: 7,
  rivalVersion: () => programVersion(["openssl", "version"]),
  async prepare() {
    const path = await gigabyteFile();
    const args = ["hash", "digest", path, "--algorithm", "sha256"];
    return {
      ours: () => runCli([...args, "--engine", "native"]),
      theirs: () => runProcess(["openssl", "dgst", "-sha256", "-r", path]),
      equal: sameDigest,
    };
  },
}];

/**
 * Whether two runs printed the same digest in front.
 *
 * @param ours Our run.
 * @param theirs The rival's run.
 * @returns True where the first words are equal.
 */
export function sameDigest(ours: unknown, theirs: unknown): boolean {
  const digest = (run: unknown) =>
    (run as { stdout: string }).stdout.split(" ")[0];
  return digest(ours) === digest(theirs);
}
