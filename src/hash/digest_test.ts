/** Inputs, options, errors and aborts of `digest` and `digestSync`. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bytesOf, testEngines } from "../../tests/_engines.ts";
import { FastpathError } from "../errors.ts";
import type { BytesInput } from "../input.ts";
import { digest, digestSync } from "./digest.ts";
import type { HashAlgorithm } from "./options.ts";

const ALGORITHMS: readonly HashAlgorithm[] = ["sha256", "blake3"];
const ABC = bytesOf("abc");
const ABC_SHA256 =
  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const EMPTY_BLAKE3 =
  "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

/** An abort may take so long; a loaded machine adds its own delays. */
const ABORT_MS = 50;

async function withFile(
  bytes: Uint8Array,
  body: (path: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

testEngines("digest() gives hex, base64 and bytes", async (engine) => {
  const base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
  assertEquals(await digest(ABC, { engine }), ABC_SHA256);
  assertEquals(await digest(ABC, { engine, encoding: "base64" }), base64);
  const bytes: Uint8Array = await digest(ABC, { engine, encoding: "bytes" });
  assertEquals(bytes, Uint8Array.fromHex(ABC_SHA256));
  assertEquals(digestSync(ABC, { engine, encoding: "base64" }), base64);
  const atOnce: Uint8Array = digestSync(ABC, { engine, encoding: "bytes" });
  assertEquals(atOnce, bytes);
});

testEngines(
  "digest() reads a path, a file URL and an iterable",
  async (engine) => {
    await withFile(ABC, async (path) => {
      assertEquals(await digest(path, { engine }), ABC_SHA256);
      const url = new URL(`file://${path}`);
      assertEquals(await digest(url, { engine }), ABC_SHA256);
    });
    async function* pieces() {
      for (const byte of ABC) {
        yield await Promise.resolve(
          new Uint8Array([byte]),
        );
      }
    }
    assertEquals(await digest(pieces(), { engine }), ABC_SHA256);
  },
);

testEngines("digest() reads a file through a link", async (engine) => {
  await withFile(ABC, async (path) => {
    await Deno.symlink(path, `${path}.link`);
    try {
      assertEquals(await digest(`${path}.link`, { engine }), ABC_SHA256);
    } finally {
      await Deno.remove(`${path}.link`);
    }
  });
});

testEngines("digest() names a file that cannot be read", async (engine) => {
  const missing = await assertRejects(
    () => digest("/no/such/file", { engine }),
    FastpathError,
  );
  assertEquals(missing.code, "INPUT_UNREADABLE");
  assertEquals(missing.message, 'Cannot read "/no/such/file": no such file');
  const folder = await Deno.makeTempDir();
  try {
    const error = await assertRejects(
      () => digest(folder, { engine }),
      FastpathError,
    );
    assertEquals(error.message, `Cannot read "${folder}": it is a directory`);
  } finally {
    await Deno.remove(folder);
  }
});

testEngines(
  "digest() refuses a file that changes while it is read",
  async (engine) => {
    await withFile(new Uint8Array(60_000_000), async (path) => {
      for (const algorithm of ALGORITHMS) {
        const running = digest(path, { engine, algorithm });
        await Deno.truncate(path, 60_000_001);
        const outcome = await running.catch((error: unknown) => error);
        // It may have been read before the change; never a mix.
        if (outcome instanceof FastpathError) {
          assertEquals(
            outcome.message,
            `Cannot read "${path}": file changed while it was read`,
          );
        } else {
          await Deno.truncate(path, 60_000_000);
          const repeated = await digest(path, { engine, algorithm });
          const grown = await digestOfZeros(60_000_001, algorithm);
          assert(outcome === repeated || outcome === grown);
        }
        await Deno.truncate(path, 60_000_000);
      }
    });
  },
);

function digestOfZeros(
  length: number,
  algorithm: HashAlgorithm,
): Promise<string> {
  return digest(new Uint8Array(length), { algorithm });
}

testEngines("digest() refuses what is no input", async (engine) => {
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const wrong: [unknown, string][] = [
    [new Uint8Array(new SharedArrayBuffer(8)), "the buffer is shared"],
    [
      new Uint8Array(new ArrayBuffer(8, { maxByteLength: 16 })),
      "the buffer is resizable",
    ],
    [detached, "the buffer is detached"],
    [42, "found a number"],
    [null, "found null"],
  ];
  for (const [input, words] of wrong) {
    for (const algorithm of ALGORITHMS) {
      const options = { engine, algorithm };
      await assertRejects(
        () => digest(input as BytesInput, options),
        TypeError,
        words,
      );
      assertThrows(
        () => digestSync(input as Uint8Array, options),
        TypeError,
        words,
      );
    }
  }
  // A view of nothing, on a buffer of nothing, is fine.
  const nothing = new Uint8Array(new ArrayBuffer(0));
  const options = { engine, algorithm: "blake3" } as const;
  assertEquals(await digest(nothing, options), EMPTY_BLAKE3);
  assertEquals(digestSync(nothing, options), EMPTY_BLAKE3);
});

testEngines("digest() refuses a stream of something else", async (engine) => {
  let isStopped = false;
  const texts = new ReadableStream<unknown>({
    pull: (controller) => controller.enqueue("abc"),
    cancel: () => void (isStopped = true),
  });
  await assertRejects(
    () => digest(texts as ReadableStream<Uint8Array>, { engine }),
    TypeError,
    "expected a Uint8Array, found a string",
  );
  assert(isStopped, "the stream is told that no more is wanted");
});

Deno.test("digest() rejects options that are not allowed", async () => {
  await assertRejects(
    () => digest(ABC, { algorithm: "md5" as HashAlgorithm }),
    RangeError,
    "Cannot compute digest: the option algorithm must be one of sha256, " +
      'sha512, blake2b, blake2s, blake3, xxh3: it is "md5"',
  );
  assertThrows(
    () => digestSync(ABC, { encoding: "HEX" as "hex" }),
    RangeError,
    "the option encoding must be one of hex, base64, bytes",
  );
  for (const option of ["signal", "onProgress"]) {
    await assertRejects(
      () => digest(ABC, { [option]: 1 }),
      TypeError,
      `the option ${option} is no`,
    );
  }
});

testEngines("digest() tells its progress up to the end", async (engine) => {
  const bytes = new Uint8Array(9_000_000);
  await withFile(bytes, async (path) => {
    for (const input of [bytes, path, new Blob([bytes]).stream()]) {
      for (const algorithm of ALGORITHMS) {
        if (input instanceof ReadableStream && algorithm === "blake3") continue;
        const told: number[] = [];
        await digest(input, {
          engine,
          algorithm,
          onProgress: (done) => told.push(done),
        });
        assertEquals(told.at(-1), bytes.length);
        assertEquals(told, told.toSorted((a, b) => a - b));
      }
    }
  });
});

/** Waits for the digest to fail; gives the milliseconds since the abort. */
async function abortAfter(
  ms: number,
  run: (signal: AbortSignal) => Promise<unknown>,
): Promise<number> {
  const controller = new AbortController();
  const reason = new Error("enough");
  let since = 0;
  const timer = setTimeout(() => {
    since = performance.now();
    controller.abort(reason);
  }, ms);
  try {
    const error = await assertRejects(() => run(controller.signal));
    assertEquals(error, reason);
    return performance.now() - since;
  } finally {
    clearTimeout(timer);
  }
}

testEngines("digest() stops within 50 ms of an abort", async (engine) => {
  const bytes = new Uint8Array(800_000_000);
  await withFile(new Uint8Array(0), async (path) => {
    await Deno.truncate(path, 8_000_000_000);
    for (const algorithm of ALGORITHMS) {
      for (const input of [bytes, path]) {
        const ms = await abortAfter(
          20,
          (signal) => digest(input, { engine, algorithm, signal }),
        );
        assert(ms < ABORT_MS, `${algorithm}: ${ms} ms`);
      }
    }
  });
});

testEngines("digest() stops while a stream gives nothing", async (engine) => {
  let isStopped = false;
  const silent = new ReadableStream<Uint8Array>({
    cancel: () => void (isStopped = true),
  });
  const run = (input: BytesInput) => (signal: AbortSignal) =>
    digest(input, { engine, signal });
  assert(await abortAfter(10, run(silent)) < ABORT_MS);
  assert(isStopped);
  async function* hanging(): AsyncGenerator<Uint8Array> {
    yield ABC;
    await new Promise(() => {});
  }
  assert(await abortAfter(10, run(hanging())) < ABORT_MS);
});

testEngines(
  "digest() does not begin where the signal is aborted",
  async (engine) => {
    const signal = AbortSignal.abort();
    for (const input of [ABC, "/no/such/file", new Blob([ABC]).stream()]) {
      const error = await assertRejects(() =>
        digest(input, { engine, signal })
      );
      assertEquals(error, signal.reason);
    }
  },
);

testEngines("digest() lets other tasks run meanwhile", async (engine) => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const bytes = new Uint8Array(200_000_000);
  const begin = performance.now();
  await digest(bytes, { engine, algorithm: "blake3" });
  await digest(bytes, { engine });
  const expected = (performance.now() - begin) / 50;
  clearInterval(timer);
  assert(ticks >= Math.floor(expected), `${ticks} ticks, ${expected} at least`);
});
