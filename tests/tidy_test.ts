/** The tree's own rules: who imports whom, sizes, openings, privacy. */

import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

const BELOW_AREAS = [
  ...[
    "runtime",
    "errors",
    "files",
    "input",
    "inflate",
    "pace",
    "stream",
    "thresholds",
    "values",
    "table",
    "backend",
  ],
  "ffi",
];

/** What each part of `src/` may import, besides itself; others are areas. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "runtime": [],
  "errors": [],
  "version": [],
  "thresholds": [],
  "pace": [],
  "files": [],
  "stream": ["runtime"],
  "input": ["runtime", "errors", "files", "stream"],
  "inflate": ["runtime", "errors", "input"],
  "values": ["errors", "input"],
  "ffi": ["runtime", "errors", "input", "version"],
  "table": ["errors", "input", "values"],
  "backend": ["errors", "ffi", "input", "thresholds", "version"],
  "read": BELOW_AREAS,
  "write": BELOW_AREAS,
  "arrow": [...BELOW_AREAS, "read", "write"],
  "csv": [...BELOW_AREAS, "read", "write"],
  "ndjson": [...BELOW_AREAS, "read", "write"],
  "json": [...BELOW_AREAS, "read", "write", "ndjson", "hash"],
  "hash": BELOW_AREAS,
  "schema": [...BELOW_AREAS, "hash"],
  // It makes texts: of the layers below only printers of numbers help.
  "compat": ["table"],
  // Budgets know nothing of what they bound.
  "budget": [],
  // Durations of tasks may be clock texts.
  "stats": [...BELOW_AREAS, "duration"],
  // A profile is a reading and a digest at once: it stands on these areas.
  "profile": [...BELOW_AREAS, "read", "csv", "ndjson", "hash"],
  // Only the command of a timeline reads and writes files.
  "series": [...BELOW_AREAS, "read", "csv", "ndjson", "json", "profile"],
  "catalogue": [
    ...["errors", "input", "backend", "thresholds", "values", "table"],
    ...["read", "inflate", "arrow"],
  ],
  "http": [
    ...["errors", "version", "stream", "input", "inflate", "backend"],
    "catalogue",
    ...["csv", "hash", "json", "profile", "schema"],
  ],
  "cli": [
    ...["errors", "version", "input", "values", "table", "backend", "ffi"],
    ...["csv", "ndjson", "json", "profile", "catalogue", "budget"],
    "schema",
    ...["inflate", "arrow", "hash"],
  ],
};

/** The areas: what has a sub-path of its own. */
const AREAS = Object.values(
  (JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as {
    exports: Record<string, string>;
  }).exports,
).flatMap((path) => /^\.\/src\/([\w/]+)\/mod\.ts$/.exec(path)?.[1] ?? [])
  .filter((area) => area !== "table" && area !== "http");

/** Files over 500 lines, with the reason. */
const LONG_FILES: Readonly<Record<string, string>> = {
  "ffi/symbols.ts": "generated",
};

async function* files(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, ROOT))) {
    const path = folder + entry.name;
    if (entry.name === "target" || entry.name === "out") continue;
    if (entry.isDirectory) yield* files(`${path}/`);
    else if (/\.(ts|rs)$/.test(entry.name)) yield path;
  }
}

async function sources(...folders: string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const folder of folders) {
    for await (const path of files(folder)) {
      texts.set(path, await Deno.readTextFile(new URL(path, ROOT)));
    }
  }
  return texts;
}

/** Specifiers of static imports and re-exports; `type` ones marked. */
function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  const statement =
    /^(?:import|export)\s+(type\s)?(?:[^;"'()=]*?\sfrom\s+)?["']([^"']+)["']/gm;
  return [...text.matchAll(statement)].map((match) => ({
    specifier: match[2] ?? "",
    typeOnly: match[1] !== undefined,
  }));
}

function resolve(from: string, specifier: string): string {
  return new URL(specifier, new URL(from, "file:///")).pathname.slice(1);
}

/** The layer of a path below the root, or null where none is meant. */
function layerOf(path: string): string | null {
  if (path.startsWith("ffi/")) return "ffi";
  const match = /^src\/([a-z]+)(?:\.ts|\/)/.exec(path);
  return match?.[1] ?? null;
}

Deno.test("tidy: a part imports only what lies below it", async () => {
  const wrong: string[] = [];
  for (const [path, text] of await sources("src/", "ffi/")) {
    if (!path.endsWith(".ts") || path.endsWith("_test.ts")) continue;
    const layer = layerOf(path) ?? "";
    for (const { specifier } of importsOf(text)) {
      if (!specifier.startsWith(".")) continue;
      const target = resolve(path, specifier);
      const below = layerOf(target);
      if (below === layer) continue;
      const entry = path.endsWith(".op.ts") &&
        /^src\/catalogue\/(op|rows)/.test(target);
      const lists = layer === "catalogue" && AREAS.includes(below ?? "");
      const allowed = below !== null &&
        (lists || (LAYERS[layer] ?? BELOW_AREAS).includes(below));
      if (!entry && !allowed) wrong.push(`${path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("tidy: mod.ts reaches no catalogue, door, node: or @std", async () => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  const queue = ["mod.ts", ...AREAS.map((area) => `src/${area}/mod.ts`)];
  while (queue.length > 0) {
    const path = queue.pop() ?? "";
    if (seen.has(path)) continue;
    seen.add(path);
    if (/^src\/(catalogue|cli|http)\//.test(path)) wrong.push(path);
    const text = await Deno.readTextFile(new URL(path, ROOT));
    for (const { specifier, typeOnly } of importsOf(text)) {
      if (specifier.startsWith(".")) queue.push(resolve(path, specifier));
      else if (!typeOnly) wrong.push(`${path} imports ${specifier}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("tidy: importing an area loads no area it does not stand on", async () => {
  for (const area of AREAS) {
    const seen = new Set<string>();
    const queue = [`src/${area}/mod.ts`];
    while (queue.length > 0) {
      const path = queue.pop() ?? "";
      if (seen.has(path)) continue;
      seen.add(path);
      const text = await Deno.readTextFile(new URL(path, ROOT));
      for (const { specifier } of importsOf(text)) {
        if (specifier.startsWith(".")) queue.push(resolve(path, specifier));
      }
    }
    const others = AREAS.filter((name) =>
      name !== area && !LAYERS[area]?.includes(name)
    );
    const reached = [...seen].filter((path) =>
      others.some((name) => path.startsWith(`src/${name}/`))
    );
    assertEquals(reached, []);
  }
});

Deno.test("tidy: every source opens by saying what it is for", async () => {
  const wrong: string[] = [];
  const texts = await sources(
    ...["src/", "ffi/", "tools/", "bench/", "tests/"],
  );
  for (const [path, text] of texts) {
    if (path.endsWith("_test.ts") && /^import /.test(text)) continue;
    if (!/^(\/\*\*|\/\/!|\/\/ |#!)/.test(text)) wrong.push(path);
  }
  assertEquals(wrong, []);
});

Deno.test("tidy: no source is longer than 500 lines without a reason", async () => {
  const long: string[] = [];
  const texts = await sources(
    ...["src/", "ffi/", "tools/", "bench/", "tests/"],
  );
  for (const [path, text] of texts) {
    const lines = text.split("\n").length - 1;
    if (lines > 500 && !(path in LONG_FILES)) long.push(`${path}: ${lines}`);
  }
  assertEquals(long, []);
});

Deno.test("tidy: the library part neither prints nor exits", async () => {
  const wrong: string[] = [];
  for (const [path, text] of await sources("src/", "ffi/")) {
    if (!path.endsWith(".ts") || path.startsWith("src/cli/")) continue;
    if (path.endsWith("_test.ts")) continue;
    const code = text.replaceAll(/^\s*(\*|\/\/).*$/gm, "");
    if (/\bconsole\.|Deno\.exit\(|Deno\.std(out|err)/.test(code)) {
      wrong.push(path);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("tidy: the library part asks no more than Node 20 has", async () => {
  const newer = new RegExp([
    ...["Promise\\.(?:withResolvers|try)", "Array\\.fromAsync", "toHex\\("],
    ...["(?:fromHex|toBase64|fromBase64)\\(", "\\.detached\\b"],
    ...["\\.transfer\\(", "\\b(?:Object|Map)\\.groupBy"],
    ...["RegExp\\.escape", "Float16Array", "import\\.meta\\.(?:dirname|main)"],
  ].join("|"));
  const wrong: string[] = [];
  for (const [path, text] of await sources("src/", "ffi/")) {
    if (!path.endsWith(".ts") || path.endsWith("_test.ts")) continue;
    // The command line and the server need Deno.
    if (/^src\/(cli|http|runtime)\b/.test(path)) continue;
    const code = text.replaceAll(/^\s*(\*|\/\/).*$/gm, "");
    const found = newer.exec(code);
    if (found !== null) wrong.push(`${path}: ${found[0]}`);
  }
  assertEquals(wrong, []);
});

Deno.test("tidy: unsafe Rust stands in ffi/abi and kernels/src/simd alone", async () => {
  const wrong: string[] = [];
  for (const [path, text] of await sources("ffi/")) {
    if (!path.endsWith(".rs")) continue;
    if (/^ffi\/(abi|bindgen)\/|^ffi\/kernels\/src\/simd\//.test(path)) continue;
    if (/\bunsafe\s*(\{|fn|impl)/.test(text)) wrong.push(path);
  }
  assertEquals(wrong, []);
});
