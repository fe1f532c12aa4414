/**
 * Runs a test once per engine: TypeScript always, native where the library
 * is present and `FASTPATH_BACKEND` does not forbid it.
 *
 * @module
 */

import { backendInfo } from "../src/backend.ts";

/** An engine as the option `engine` names it. */
export type EngineName = "native" | "typescript";

/**
 * Whether tests can and may run on the native engine.
 *
 * @returns False where the library is absent, or `FASTPATH_BACKEND` is
 * `typescript`.
 */
export function nativeAvailable(): boolean {
  return backendInfo().library !== null;
}

/** The engines that can run here. */
export const ENGINES: readonly EngineName[] = nativeAvailable()
  ? ["typescript", "native"]
  : ["typescript"];

/**
 * The engine that a run is about, for long tests that compare nothing: the
 * test command runs every file a second time with the library off. Tests of
 * large inputs are run once, for all.
 */
export const OWN_ENGINES: readonly EngineName[] =
  Deno.env.get("FASTPATH_LARGE") === undefined ? ENGINES.slice(-1) : ENGINES;

/**
 * Registers a test for each engine that can run here.
 *
 * @param name The test's name; the engine is added.
 * @param body The test.
 */
export function testEngines(
  name: string,
  body: (engine: EngineName) => void | Promise<void>,
): void {
  for (const engine of ENGINES) {
    Deno.test(`${name} (${engine})`, () => body(engine));
  }
}

const encoder = new TextEncoder();

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** A stream that gives bytes in chunks of one size. */
export function streamOf(
  bytes: Uint8Array<ArrayBuffer>,
  chunkBytes: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + chunkBytes));
      at += chunkBytes;
    },
  });
}
