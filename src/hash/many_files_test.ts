/**
 * Many files, and files that only part of the permissions lets be read. The
 * number of files is small in the usual run; `FASTPATH_TEST_FILES=100000` asks
 * for more, as `deno task test:large` does.
 */

import { assert, assertEquals } from "@std/assert";
import { ENGINES } from "../../tests/_engines.ts";
import { randomBytes, Scratch } from "../../tests/_scratch.ts";
import { hashFiles } from "./files.ts";
import { hashTree } from "./tree.ts";

const FILES = Number(Deno.env.get("FASTPATH_TEST_FILES") ?? 3000);

Deno.test(`${FILES} files have the same digests on every engine`, async () => {
  await using scratch = new Scratch();
  const noise = randomBytes(10_000, 1);
  for (let at = 0; at < FILES; at++) {
    const folder = `${scratch.path}/${at % 97}/${at % 11}`;
    if (at < 97 * 11) Deno.mkdirSync(folder, { recursive: true });
    const begin = at % 5000;
    const bytes = noise.subarray(begin, begin + at % 4001);
    Deno.writeFileSync(`${folder}/${at}`, bytes);
  }
  const results = [];
  for (const engine of ENGINES) {
    const { files, failures } = await hashFiles(scratch.path, { engine });
    assertEquals([files.length, failures.length], [FILES, 0]);
    const lines = files.map(({ path, bytes, digest }) =>
      `${path} ${bytes} ${digest}`
    );
    results.push({
      lines: lines.join("\n"),
      tree: await hashTree(scratch.path, { engine, format: "fp1" }),
    });
  }
  for (const result of results) assert(result.lines === results[0]?.lines);
  assertEquals(new Set(results.map(({ tree }) => tree)).size, 1);
});

/** Runs a script over files with some permissions; gives what it prints. */
async function withGrants(
  grants: readonly string[],
  paths: readonly string[],
  isOne = false,
): Promise<unknown> {
  await using scratch = new Scratch();
  const files = new URL("./files.ts", import.meta.url).href;
  const script = scratch.write(
    "script.ts",
    `import { hashFile, hashFiles } from ${JSON.stringify(files)};
const { files, failures } = await (${isOne}
  ? hashFile(${JSON.stringify(paths[0])})
    .then((file) => ({ files: [file], failures: [] }))
    .catch((error) => ({ files: [], failures: [error] }))
  : hashFiles(${JSON.stringify(paths)}));
console.log(JSON.stringify({
  files: files.map(({ path }) => path),
  failures: failures.map(({ message }) => message),
}));`,
  );
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      `-c${config}`,
      ...grants,
      script,
    ],
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text !== "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test("hashFiles() reads what is granted and names the rest", async () => {
  await using scratch = new Scratch();
  const { path } = scratch;
  const open = scratch.write("open/a", "abc");
  const closed = scratch.write("open/closed/b", "abc");
  const other = scratch.write("other/c", "abc");
  const folder = `${path}/open`;
  const refused = (what: string) =>
    `Cannot read "${what}": reading it is not granted, run with ` +
    `--allow-read=${what}`;
  for (const ffi of [[], ["--allow-ffi"]]) {
    assertEquals(
      await withGrants([`--allow-read=${folder}`, ...ffi], [folder, other]),
      { files: [open, closed], failures: [refused(other)] },
    );
    assertEquals(
      await withGrants(
        [
          `--allow-read=${folder}`,
          `--deny-read=${folder}/closed`,
          ...ffi,
        ],
        [folder],
      ),
      { files: [open], failures: [refused(`${folder}/closed`)] },
    );
    assertEquals(await withGrants(ffi, [open]), {
      files: [],
      failures: [refused(open)],
    });
  }
});

Deno.test("a link that leads out of what is granted names its target", async () => {
  await using scratch = new Scratch();
  const outside = scratch.write("outside/secret", "abc");
  const folder = `${scratch.path}/inside`;
  Deno.mkdirSync(folder);
  Deno.symlinkSync(outside, `${folder}/link`);
  Deno.symlinkSync(`${scratch.path}/outside`, `${folder}/folder`);
  const refused = (what: string, target: string) =>
    `Cannot read "${folder}/${what}": it leads to ${target}, and reading ` +
    `that is not granted, run with --allow-read=${target}`;
  for (const ffi of [[], ["--allow-ffi"]]) {
    const grants = [`--allow-read=${folder}`, ...ffi];
    for (const isOne of [true, false]) {
      assertEquals(await withGrants(grants, [`${folder}/link`], isOne), {
        files: [],
        failures: [refused("link", outside)],
      });
    }
    assertEquals(await withGrants(grants, [`${folder}/folder`]), {
      files: [],
      failures: [refused("folder", `${scratch.path}/outside`)],
    });
  }
});
