/**
 * What is swapped between the steps of the TypeScript engine: nothing outside
 * the roots is listed or read. `ffi/kernels/src/hash/set/tests.rs` does the
 * same to the native one.
 */

import { assert, assertEquals } from "@std/assert";
import { Scratch } from "../../tests/_scratch.ts";
import { openWaitless } from "../files.ts";
import { Pace } from "../pace.ts";
import { digestSync } from "./digest.ts";
import { STATE } from "./_failures.ts";
import type { Entry, SetSettings } from "./_set.ts";
import { hashFoundTs } from "./_set_ts.ts";
import { specOf } from "./_spec.ts";
import { type Found, walk } from "./_walk.ts";

const ignore = Deno.build.os === "windows";

function settingsOf(links = false): SetSettings {
  return {
    spec: specOf({}),
    walks: true,
    links,
    globs: [],
    gitignore: false,
    skipsSpecial: false,
    threads: 1,
    maxOpen: 64,
    engine: undefined,
    signal: undefined,
    onProgress: undefined,
  };
}

function sha256Of(text: string): string {
  return digestSync(new TextEncoder().encode(text));
}

/** A root with a file in a folder, and a secret of that name outside. */
function rootIn(scratch: Scratch): string {
  scratch.write("outside/sub/file", "secret");
  scratch.write("root/folder/sub/file", "open");
  return `${scratch.path}/root`;
}

function swap({ path }: Scratch, name: string, target: string): void {
  Deno.renameSync(`${path}/${name}`, `${path}/away`);
  Deno.symlinkSync(`${path}/${target}`, `${path}/${name}`);
}

Deno.test({
  name: "what becomes a link after the walk is not followed",
  ignore,
  async fn() {
    const swaps = {
      "root/folder/sub/file": "outside/sub/file",
      "root/folder/sub": "outside/sub",
      "root/folder": "outside",
    };
    for (const [name, target] of Object.entries(swaps)) {
      await using scratch = new Scratch();
      const settings = settingsOf();
      const found = await walk([rootIn(scratch)], settings, new Pace());
      const [before] = await hashFoundTs(found, settings);
      assert(before !== undefined);
      assertEquals(before.digest.toHex(), sha256Of("open"));
      swap(scratch, name, target);
      const [after] = await hashFoundTs(found, settings);
      assertEquals(after?.state, STATE.changed, name);
    }
  },
});

Deno.test({
  name: "a folder that becomes a link is not listed",
  ignore,
  async fn() {
    for (const name of ["root/folder", "root/folder/sub"]) {
      await using scratch = new Scratch();
      const root = rootIn(scratch);
      const target = name.endsWith("sub") ? "outside/sub" : "outside";
      let rests = 0;
      // The root is listed, then `folder`, then `sub`, with a rest between.
      const swapping = {
        due: () => true,
        rest() {
          rests++;
          if (rests === (name.endsWith("sub") ? 2 : 1)) {
            swap(scratch, name, target);
          }
          return Promise.resolve();
        },
      };
      const pace = swapping as unknown as Pace;
      const found = await walk([root], settingsOf(), pace);
      assertEquals(
        found.map(({ path, state }) => ({ path, state })),
        [{ path: `${scratch.path}/${name}`, state: STATE.changed }],
      );
    }
  },
});

Deno.test({
  name: "a folder below one that became a link is not listed",
  ignore,
  async fn() {
    await using scratch = new Scratch();
    const root = rootIn(scratch);
    let rests = 0;
    const swapping = {
      due: () => true,
      rest() {
        if (++rests === 2) swap(scratch, "root/folder", "outside");
        return Promise.resolve();
      },
    };
    const pace = swapping as unknown as Pace;
    const found = await walk([root], settingsOf(), pace);
    assertEquals(found.map(({ state }) => state), [STATE.changed]);
  },
});

Deno.test({
  name: "a link's folder that becomes a link gives no target",
  ignore,
  async fn() {
    await using scratch = new Scratch();
    const root = rootIn(scratch);
    Deno.symlinkSync("here", `${root}/folder/sub/link`);
    Deno.symlinkSync("there", `${scratch.path}/outside/sub/link`);
    const settings = settingsOf(true);
    const found = await walk([root], settings, new Pace());
    swap(scratch, "root/folder", "outside");
    const entries = await hashFoundTs(found, settings);
    const states = entries.map(({ state }) => state);
    assertEquals(states, [STATE.changed, STATE.changed]);
  },
});

Deno.test({
  name: "a pipe in a file's place is opened without a writer",
  ignore,
  async fn() {
    await using scratch = new Scratch();
    const path = `${scratch.path}/pipe`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    for (const followsLink of [false, true]) {
      const file = openWaitless(path, followsLink);
      assertEquals(file.stat().isFile, false);
      file.close();
    }
  },
});

Deno.test("a file that was just written rests before it is read", async () => {
  await using scratch = new Scratch();
  const path = scratch.write("young", "once");
  const settings = settingsOf();
  const found = await walk([path], settings, new Pace());
  const entry = await hashWhileWritten(scratch, found, settings);
  assertEquals(entry?.state, STATE.changed);
  // Long ago: no wait at all.
  Deno.utimeSync(path, 1e9, 1e9);
  const [later] = await hashFoundTs(found, settings);
  assert(later !== undefined);
  assertEquals(later.digest.toHex(), sha256Of("again"));
});

/** Hashes a file that is written just before and while its digest waits. */
async function hashWhileWritten(
  scratch: Scratch,
  found: readonly Found[],
  settings: SetSettings,
): Promise<Entry | undefined> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const written = performance.now();
    scratch.write("young", "twice");
    // Opened by now, and waiting: its times would not show a write at once.
    const running = hashFoundTs(found, settings);
    const opened = performance.now();
    while (performance.now() - opened < 6);
    scratch.write("young", "again");
    const [entry] = await running;
    // Where the machine was busy meanwhile the file had rested already.
    if (opened - written < 3) return entry;
  }
  throw new Error("The machine is too busy for this test");
}
