// deno-lint-ignore-file no-console -- a tool talks to its user
/**
 * `deno task new-op AREA.NAME [--native]`: makes the files of an operation
 * that adds bytes up, lists it, and leaves the tree in a state that passes
 * every check. See `docs/adding_an_operation.md`.
 *
 * @module
 */

import { bindgen } from "./bindgen.ts";
import {
  areaExports,
  areaModule,
  budgets,
  EXPORT_USES,
  type Names,
  namesOf,
  newFiles,
  rustExport,
} from "./new_op/templates.ts";

/** Reads and writes below the project's folder. */
interface Tree {
  readonly read: (path: string) => Promise<string | null>;
  readonly write: (path: string, text: string) => Promise<void>;
}

function treeAt(root: URL): Tree {
  return {
    async read(path) {
      try {
        return await Deno.readTextFile(new URL(path, root));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    async write(path, text) {
      const url = new URL(path, root);
      await Deno.mkdir(new URL(".", url), { recursive: true });
      await Deno.writeTextFile(url, text);
    },
  };
}

/**
 * Why a name cannot be an operation's.
 *
 * @param text The argument.
 * @returns What is wrong, or null.
 */
export function refusal(text: string): string | null {
  if (/^[a-z]{2,20}\.[a-z]{2,20}$/.test(text)) return null;
  return "an operation is called area.name, in lower case letters, for " +
    `instance text.count; found ${JSON.stringify(text)}`;
}

/** Inserts a line where the lines that begin alike stay sorted. */
function insertSorted(text: string, line: string, start: string): string {
  const lines = text.split("\n");
  const alike = (at: number) => lines[at]!.startsWith(start);
  const after = lines.findIndex((other, at) => alike(at) && other > line);
  const last = lines.findLastIndex((_, at) => alike(at));
  lines.splice(after < 0 ? last + 1 : after, 0, line);
  return lines.join("\n");
}

async function edit(
  tree: Tree,
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const text = await tree.read(path);
  if (text === null) throw new Error(`Cannot add to ${path}: there is none`);
  const changed = change(text);
  if (changed === text) throw new Error(`Cannot find the place in ${path}`);
  await tree.write(path, changed);
}

async function listArea(tree: Tree, names: Names): Promise<void> {
  const { area } = names;
  const path = `src/${area}/mod.ts`;
  const module = await tree.read(path);
  if (module !== null) {
    await tree.write(path, module + areaExports(names));
    return;
  }
  await tree.write(path, areaModule(names));
  await edit(
    tree,
    "mod.ts",
    (text) => insertSorted(text, `export * from "./${path}";`, "export * from"),
  );
  await edit(
    tree,
    "deno.json",
    (text) =>
      text.replace(
        '    "./table":',
        `    "./${area}": "./${path}",\n    "./table":`,
      ),
  );
}

async function listOperation(tree: Tree, names: Names): Promise<void> {
  const { area, name, call } = names;
  const line = `  "${area}.${name}": async () => (await import(` +
    `"../${area}/${name}.op.ts")).${call}Op,`;
  await edit(
    tree,
    "src/catalogue/list.ts",
    (text) => insertSorted(text, line, '  "'),
  );
}

/** The benchmarks come from the catalogue; their budgets are listed. */
async function listBudgets(tree: Tree, names: Names): Promise<void> {
  await edit(tree, "fastpath.budgets.json", (text) => {
    const file = JSON.parse(text) as { budgets: object[] };
    file.budgets.push(...budgets(names));
    return `${JSON.stringify(file, null, 2)}\n`;
  });
}

async function addNative(tree: Tree, names: Names): Promise<void> {
  const { area, name } = names;
  const kernel = `${area}.${name}`;
  await edit(tree, "src/thresholds.ts", (text) => {
    const listed = insertSorted(text, `  | "${kernel}"`, '  | "')
      .replace(/;(\n(?: {2}\| "[^\n]*\n)+)/, "$1");
    const ended = listed.replace(/( {2}\| "[^"]*");?\n\n/, "$1;\n\n");
    return insertSorted(ended, `  "${kernel}": 0,`, '  "');
  });
  const module = `ffi/kernels/src/${area}/mod.rs`;
  const rust = await tree.read(module);
  const lines = `mod ${name};\n\npub use ${name}::${name};\n`;
  await tree.write(
    module,
    rust === null
      ? `//! The kernels of the area ${area}.\n\n${lines}`
      : `${rust}\n${lines}`,
  );
  if (rust === null) {
    await edit(
      tree,
      "ffi/kernels/src/lib.rs",
      (text) => insertSorted(text, `pub mod ${area};`, "pub mod "),
    );
  }
  await addExport(tree, names);
}

async function addExport(tree: Tree, names: Names): Promise<void> {
  const folder = "ffi/abi/src/exports";
  const path = `${folder}/${names.area}.rs`;
  const there = await tree.read(path);
  if (there === null) {
    await edit(
      tree,
      `${folder}/mod.rs`,
      (text) => insertSorted(text, `pub mod ${names.area};`, "pub mod "),
    );
  }
  const uses = EXPORT_USES.filter((line) => {
    const name = line.slice(line.lastIndexOf(":") + 1, -1);
    return !new RegExp(`^use .*\\b${name}\\b.*;$`, "m").test(there ?? "");
  });
  const file = there ?? `//! Exports of the area ${names.area}.\n\n`;
  const at = there === null ? file.length : file.search(/^use crate::/m);
  const head = file.slice(0, at) + uses.map((line) => `${line}\n`).join("");
  await tree.write(path, head + file.slice(at) + rustExport(names));
}

/**
 * Makes an operation's files and lists it.
 *
 * @param root The project's folder.
 * @param operation `area.name`.
 * @param native Whether it gets a native kernel.
 * @returns The paths of the new files.
 * @throws {Error} If the operation exists.
 */
export async function scaffold(
  root: URL,
  operation: string,
  native: boolean,
): Promise<string[]> {
  const [area = "", name = ""] = operation.split(".");
  const names = namesOf(area, name, native);
  const tree = treeAt(root);
  const files = newFiles(names);
  for (const path of files.keys()) {
    if (await tree.read(path) === null) continue;
    throw new Error(`Cannot make ${operation}: ${path} exists`);
  }
  for (const [path, text] of files) await tree.write(path, text);
  await listArea(tree, names);
  await listOperation(tree, names);
  await listBudgets(tree, names);
  if (native) await addNative(tree, names);
  return [...files.keys()];
}

async function deno(root: URL, ...args: string[]): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), { args, cwd: root });
  const { success, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function main(args: readonly string[]): Promise<number> {
  const root = new URL("../", import.meta.url);
  const words = args.filter((arg) => arg !== "--native");
  const native = words.length < args.length;
  const [operation = ""] = words;
  const why = words.length === 1 ? refusal(operation) : "give one AREA.NAME";
  if (why !== null) {
    console.error(`new-op: ${why}`);
    return 2;
  }
  let paths: string[];
  try {
    paths = await scaffold(root, operation, native);
  } catch (error) {
    console.error(`new-op: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
  if (native) {
    const code = await bindgen([]);
    if (code !== 0) return code;
    // In a process of its own: this one has loaded the old symbols.
    await deno(root, "task", "build");
  }
  await deno(root, "fmt", "--quiet");
  await deno(root, "task", "reference");
  for (const path of paths) console.log(`made ${path}`);
  console.log(
    "It adds bytes up and passes deno task test as it is. Now write the " +
      "vectors, then the function: docs/adding_an_operation.md",
  );
  return 0;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
