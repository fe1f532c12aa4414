/**
 * Sets of files against the programs that people pipe `find` into, each as a
 * whole process, and against Python's hashlib in process.
 *
 * @module
 */

import { hashFiles } from "../../src/hash/files.ts";
import { cpuDescription } from "../_cpu.ts";
import { type Prepared, Timed, type VersusCase } from "./_case.ts";
import { fileSet, largeFiles, smallFiles } from "./_file_sets.ts";
import {
  type ProcessRun,
  programVersion,
  runCli,
  runProcess,
} from "./_process.ts";

/** A rival that `xargs` starts over names. */
interface Rival {
  readonly algorithm: string;
  readonly command: string;
  readonly version: readonly string[];
}

const SHA256SUM: Rival = {
  algorithm: "sha256",
  command: "sha256sum",
  version: ["sha256sum", "--version"],
};
const OPENSSL: Rival = {
  algorithm: "sha256",
  command: "openssl dgst -sha256 -r",
  version: ["openssl", "version"],
};
const B2SUM: Rival = {
  algorithm: "blake2b",
  command: "b2sum",
  version: ["b2sum", "--version"],
};
const B3SUM: Rival = {
  algorithm: "blake3",
  command: "b3sum",
  version: ["b3sum", "--version"],
};

/** What is done on which files, and how the rival is started. */
interface Work {
  readonly name: string;
  readonly folder: () => Promise<string>;
  readonly xargs: string;
  readonly pairs: number;
}

const SMALL: Work = {
  name: "50,000 files of 1 to 5 KB",
  folder: smallFiles,
  xargs: "xargs -0 -P2 -n 5000",
  pairs: 9,
};
const LARGE: Work = {
  name: "1 GiB in 64 files",
  folder: largeFiles,
  xargs: "xargs -0 -P2 -n 8",
  pairs: 7,
};

function versus(work: Work, rival: Rival, target: number): VersusCase {
  return {
    name: `hash.files ${rival.algorithm}, ${work.name}, native`,
    rival: `${work.xargs} ${rival.command}`,
    target,
    pairs: work.pairs,
    rivalVersion: () => programVersion(rival.version),
    async prepare(): Promise<Prepared> {
      const folder = await work.folder();
      const ours = ["hash", "files", folder, "--algorithm", rival.algorithm];
      const find = `find '${folder}' -type f -print0`;
      const theirs = `${find} | ${work.xargs} ${rival.command}`;
      return {
        ours: () => runCli([...ours, "--engine", "native"]),
        theirs: () => runProcess(["sh", "-c", theirs]),
        equal: sameLines,
      };
    },
  };
}

/**
 * Whether two runs printed the same digests. Two processes write into one
 * pipe, so that a line in some twenty of the rival is torn.
 */
function sameLines(ours: unknown, theirs: unknown): boolean {
  const lines = (run: unknown) =>
    (run as ProcessRun).stdout.trimEnd().split("\n").map((line) =>
      line.replace(" *", "  ")
    );
  const [found, known] = [lines(ours), new Set(lines(theirs))];
  const missing = found.filter((line) => !known.has(line)).length;
  return missing <= 2 + found.length * 0.1;
}

/** A hundred small files, hashed in a process that runs already. */
const PYTHON: VersusCase = {
  name: "hash.files sha256, 100 files of 3 KB, in process, native",
  rival: "Python, hashlib and open",
  target: 1 / 30,
  pairs: 5,
  rivalVersion: () => programVersion(["python3", "--version"]),
  async prepare(): Promise<Prepared> {
    const folder = await fileSet("hundred", 100, () => 3000);
    const script = decodeURIComponent(
      new URL("python/hash_files.py", import.meta.url).pathname,
    );
    return {
      async ours() {
        let [ms, answer] = [Infinity, ""];
        for (let round = 0; round < 50; round++) {
          const start = performance.now();
          const { files } = await hashFiles(folder, { engine: "native" });
          ms = Math.min(ms, performance.now() - start);
          answer = files.map(({ digest }) => digest).join();
        }
        return new Timed(ms, answer);
      },
      async theirs() {
        const { stdout } = await runProcess(["python3", script, folder]);
        const { ms, digests } = JSON.parse(stdout) as {
          ms: number;
          digests: string[];
        };
        return new Timed(ms, digests.join());
      },
      equal: (ours, theirs) => ours === theirs,
    };
  },
};

/** Whether the CPU has SHA instructions, which OpenSSL then uses too. */
const HAS_SHA = (await cpuDescription()).includes("sha_ni");

/** The comparisons over sets of files. */
export const CASES: readonly VersusCase[] = [
  versus(SMALL, SHA256SUM, 0.5),
  versus(SMALL, OPENSSL, 1),
  versus(SMALL, B3SUM, 1),
  versus(SMALL, B2SUM, 0.8),
  versus(LARGE, SHA256SUM, 0.4),
  versus(LARGE, OPENSSL, HAS_SHA ? 1 : 0.5),
  {
    ...versus({ ...LARGE, xargs: "xargs -0" }, {
      ...B3SUM,
      command: "b3sum --num-threads 2",
    }, 1.05),
    note: "b3sum maps the files, which a file that shrinks would not survive",
  },
  PYTHON,
];
