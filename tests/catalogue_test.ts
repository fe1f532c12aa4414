/** The catalogue against what exists: exports, documents, command line. */

import { assert, assertEquals } from "@std/assert";
import * as everything from "../mod.ts";
import { loadOperations } from "../src/catalogue/list.ts";
import { loadCommands } from "../src/cli/main.ts";

const OPERATIONS = await loadOperations();
const COMMANDS = await loadCommands();
const ROOT = new URL("../", import.meta.url);

async function operationFiles(): Promise<string[]> {
  const found: string[] = [];
  for await (const area of Deno.readDir(new URL("src/", ROOT))) {
    if (!area.isDirectory) continue;
    const folder = `src/${area.name}/`;
    for await (const file of Deno.readDir(new URL(folder, ROOT))) {
      if (file.name.endsWith(".op.ts")) found.push(folder + file.name);
    }
  }
  return found.sort();
}

Deno.test("catalogue: every x.op.ts stands in the list", async () => {
  const list = await Deno.readTextFile(
    new URL("src/catalogue/list.ts", ROOT),
  );
  const missing = (await operationFiles()).filter((path) =>
    !list.includes(path.replace("src/", "../"))
  );
  assertEquals(missing, [], "add a line to src/catalogue/list.ts");
  assertEquals(OPERATIONS.length, (await operationFiles()).length);
});

Deno.test("catalogue: names are unique, sorted and well formed", () => {
  const names = OPERATIONS.map((op) => op.name);
  assertEquals(names, [...new Set(names)].sort());
  for (const name of names) {
    assert(name === "profile" || /^[a-z]+\.[a-z]+$/.test(name), name);
  }
});

Deno.test("catalogue: every public function is exported by mod.ts", () => {
  const exported = new Set<unknown>(Object.values(everything));
  for (const op of OPERATIONS) {
    assert(
      exported.has(op.call),
      `export the function of ${op.name} from mod.ts`,
    );
  }
});

Deno.test("catalogue: every operation has a command with all its options", () => {
  for (const op of OPERATIONS) {
    const words = op.name.split(".").join(" ");
    const command = COMMANDS.find((one) => one.words.join(" ") === words);
    assert(command !== undefined, `no command for ${op.name}`);
    const names = command.options.map((option) => option.name);
    for (const option of op.input.options) {
      assert(names.includes(option.name), `${op.name} lacks ${option.name}`);
    }
  }
});

Deno.test("catalogue: summaries and options are sentences without a period", () => {
  for (const command of COMMANDS) {
    const texts = [
      command.summary,
      ...command.options.map((option) => option.summary),
    ];
    for (const text of texts) {
      assert(/^[A-Z].*[^.]$/.test(text), `${command.words.join(" ")}: ${text}`);
    }
  }
});

Deno.test("catalogue: every native symbol is called somewhere", async () => {
  const { symbols } = await import("../ffi/symbols.ts");
  let text = "";
  const read = async (folder: string) => {
    for await (const { name, isFile } of Deno.readDir(new URL(folder, ROOT))) {
      if (!isFile || !name.endsWith(".ts") || name === "symbols.ts") continue;
      text += await Deno.readTextFile(new URL(folder + name, ROOT));
    }
  };
  await read("ffi/");
  await read("src/");
  for await (
    const { name, isDirectory } of Deno.readDir(new URL("src/", ROOT))
  ) {
    if (isDirectory) await read(`src/${name}/`);
  }
  const unused = Object.keys(symbols).filter((name) => !text.includes(name));
  assertEquals(unused, [], "remove the export from ffi/abi or call it");
});
