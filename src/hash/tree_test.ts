/** Digests of folders, against the formats' definitions computed here. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { testEngines } from "../../tests/_engines.ts";
import { Scratch } from "../../tests/_scratch.ts";
import { FastpathError } from "../errors.ts";
import { hashTree, type HashTreeOptions } from "./tree.ts";

const encoder = new TextEncoder();

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** `fp1` with SHA-256, put together by hand. */
async function fp1(
  entries: readonly [number, string, string][],
): Promise<string> {
  const bytes: number[] = [...encoder.encode("fp1:sha256\0")];
  const number = (value: number) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(value), true);
    bytes.push(...new Uint8Array(view.buffer));
  };
  number(entries.length);
  for (const [type, path, content] of entries) {
    const [name, data] = [encoder.encode(path), encoder.encode(content)];
    bytes.push(type);
    number(name.length);
    bytes.push(...name);
    number(data.length);
    bytes.push(...await sha256(data));
  }
  return `fp1-sha256:${(await sha256(new Uint8Array(bytes))).toBase64()}`;
}

testEngines(
  "hashTree() makes both formats as they are defined",
  async (engine) => {
    await using scratch = new Scratch();
    const { path } = scratch;
    const names = ["b", "a/b", "a-b", "a b", "ﬀ", "😀"];
    for (const name of names) scratch.write(name, `of ${name}`);
    Deno.mkdirSync(`${path}/empty`);
    Deno.symlinkSync("../outside", `${path}/link`);
    Deno.chmodSync(`${path}/b`, 0o755);
    // By the bytes of UTF-8: U+FB00 before U+1F600, `a-b` before `a/b`.
    const sorted = ["a b", "a-b", "a/b", "b", "link", "ﬀ", "😀"];
    const content = (name: string) =>
      name === "link" ? "../outside" : `of ${name}`;
    const lines = await Promise.all(sorted.map(async (name) => {
      const digest = await sha256(encoder.encode(content(name)));
      return `${digest.toHex()}  ${name}\n`;
    }));
    const h1 = await sha256(encoder.encode(lines.join("")));
    assertEquals(await hashTree(path, { engine }), `h1:${h1.toBase64()}`);
    const entries = (executable: number) =>
      sorted.map((name): [number, string, string] => [
        name === "link" ? 1 : name === "b" ? executable : 0,
        name,
        content(name),
      ]);
    const options = { engine, format: "fp1", algorithm: "sha256" } as const;
    assertEquals(await hashTree(path, options), await fp1(entries(0)));
    assertEquals(
      await hashTree(path, { ...options, executable: true }),
      await fp1(entries(2)),
    );
  },
);

testEngines(
  "hashTree() depends on names and contents alone",
  async (engine) => {
    const digests = new Set<string>();
    for (const round of [0, 1]) {
      await using scratch = new Scratch();
      const names = ["x/1", "x/2", "y", "z/deep/er"];
      for (const name of round === 0 ? names : names.toReversed()) {
        scratch.write(name, name);
      }
      for (const format of ["h1", "fp1"] as const) {
        digests.add(await hashTree(scratch.path, { engine, format }));
        digests.add(await hashTree(`${scratch.path}/`, { engine, format }));
        digests.add(await hashTree(`${scratch.path}/x/..`, { engine, format }));
        const url = new URL(`file://${scratch.path}`);
        digests.add(await hashTree(url, { engine, format }));
      }
    }
    assertEquals(digests.size, 2);
  },
);

testEngines(
  "hashTree() differs where a name, a file or a link does",
  async (engine) => {
    const digests: string[] = [];
    const acts: ((scratch: Scratch) => void)[] = [
      () => {},
      ({ path }) => Deno.renameSync(`${path}/a`, `${path}/b`),
      (scratch) => void scratch.write("a", "abd"),
      (scratch) => void scratch.write("c", ""),
      ({ path }) => Deno.removeSync(`${path}/a`),
      ({ path }) => Deno.symlinkSync("a", `${path}/link`),
      ({ path }) => Deno.symlinkSync("b", `${path}/link`),
    ];
    for (const act of acts) {
      await using scratch = new Scratch();
      scratch.write("a", "abc");
      act(scratch);
      for (const format of ["h1", "fp1"] as const) {
        digests.push(await hashTree(scratch.path, { engine, format }));
      }
    }
    assertEquals(new Set(digests).size, digests.length);
  },
);

testEngines("hashTree() gives no digest that is not sure", async (engine) => {
  await using scratch = new Scratch();
  const { path } = scratch;
  const refuses = async (
    code: string,
    words: string,
    options: HashTreeOptions = {},
  ) => {
    const error = await assertRejects(
      () => hashTree(path, { engine, ...options }),
      FastpathError,
      words,
    );
    assertEquals(error.code, code);
    return error;
  };
  scratch.write("caf\u00e9/a", "1");
  scratch.write("cafe\u0301/b", "2");
  await refuses(
    "NAMES_COLLIDE",
    '"caf\\u{e9}" and "cafe\\u{301}" are one name',
  ).catch(() =>
    refuses("NAMES_COLLIDE", '"cafe\\u{301}" and "caf\\u{e9}" are one name')
  );
  Deno.removeSync(`${path}/caf\u00e9`, { recursive: true });
  scratch.write("new\nline", "1");
  await refuses("NAME_UNSUPPORTED", '"new\\nline" has a line break');
  assert((await hashTree(path, { engine, format: "fp1" })).startsWith("fp1:"));
  if (Deno.build.os === "windows") return;
  await new Deno.Command("mkfifo", { args: [`${path}/pipe`] }).output();
  const error = await refuses("INPUT_UNREADABLE", "it is no regular file");
  const { failures } = error.details as { failures: FastpathError[] };
  assertEquals(failures.length, 1);
  await hashTree(path, { engine, format: "fp1", special: "skip" });
});

testEngines("hashTree() of an empty folder, and of none", async (engine) => {
  await using scratch = new Scratch();
  // SHA-256 of nothing.
  const nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  assertEquals(await hashTree(scratch.path, { engine }), `h1:${nothing}`);
  const file = scratch.write("file", "abc");
  await assertRejects(
    () => hashTree(file, { engine }),
    FastpathError,
    "no folder",
  );
  await assertRejects(
    () => hashTree(`${scratch.path}/missing`, { engine }),
    FastpathError,
    "no such file",
  );
});

Deno.test("hashTree() rejects options that are not allowed", async () => {
  for (
    const options of [
      { format: "h2" },
      { format: "h1", algorithm: "blake3" },
      { format: "fp1", algorithm: "xxh3" },
      { format: "h1", executable: true },
    ]
  ) {
    await assertRejects(
      () => hashTree("/tmp", options as HashTreeOptions),
      RangeError,
      "Cannot hash tree",
    );
  }
});

Deno.test("hashTree() takes its own options alone, of the right types", async () => {
  await using scratch = new Scratch();
  scratch.write("a", "abc");
  await assertRejects(
    () =>
      hashTree(scratch.path, {
        format: "fp1",
        executable: "no" as unknown as boolean,
      }),
    TypeError,
    "the option executable is no boolean",
  );
  const plain = await hashTree(scratch.path, { format: "fp1" });
  for (const more of [{ key: new Uint8Array(32) }, { context: "x" }]) {
    const options = { format: "fp1", ...more } as HashTreeOptions;
    assertEquals(await hashTree(scratch.path, options), plain);
  }
});

testEngines(
  "hashTree() refuses names that are one, one of them of ASCII",
  async (engine) => {
    // UnicodeData.txt: U+212A, U+037E and U+1FEF decompose to K, ; and `.
    for (const [ascii, twin] of ["K\u212a", ";\u037e", "`\u1fef"]) {
      for (const below of ["", "/file"]) {
        await using scratch = new Scratch();
        scratch.write(`${ascii}${below}`, "1");
        scratch.write(`${twin}${below}`, "2");
        for (const format of ["h1", "fp1"] as const) {
          const error = await assertRejects(
            () => hashTree(scratch.path, { engine, format }),
            FastpathError,
            "are one name",
          );
          assertEquals(error.code, "NAMES_COLLIDE");
        }
      }
    }
  },
);

Deno.test({
  name: "hashTree() of h1 is what the documented pipeline makes",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using scratch = new Scratch();
    const names = [".hidden", ".d/x", "a b", "-n", "sub/tab\there", "😀", "*"];
    for (const name of names) scratch.write(name, `of ${name}`);
    const docs = await Deno.readTextFile(
      new URL("../../docs/hashing.md", import.meta.url),
    );
    const script = /```sh\n(cd src && find [^]*?)```/.exec(docs)?.[1];
    assert(script !== undefined);
    const hasTools = await new Deno.Command("sh", {
      args: ["-c", "command -v xxd sha256sum"],
      stdout: "null",
    }).output();
    if (!hasTools.success) return;
    const { stdout } = await new Deno.Command("sh", {
      args: ["-c", script.replace("cd src", 'cd "$0"'), scratch.path],
    }).output();
    const expected = `h1:${new TextDecoder().decode(stdout).trim()}`;
    assertEquals(await hashTree(scratch.path), expected);
  },
});

testEngines("hashTree() heeds patterns, links included", async (engine) => {
  await using scratch = new Scratch();
  const { path } = scratch;
  scratch.write("a.ts", "a");
  Deno.symlinkSync("a.ts", `${path}/b.ts`);
  const wanted = await hashTree(path, { engine });
  scratch.write("c.log", "c");
  Deno.symlinkSync("a.ts", `${path}/d.log`);
  const globs = ["*.ts"];
  assertEquals(await hashTree(path, { engine, globs }), wanted);
  assertEquals(await hashTree(path, { engine, globs: ["!*.log"] }), wanted);
  await assertRejects(
    () => hashTree(path, { engine, globs: ["*.tss"] }),
    RangeError,
    "globs chooses no file",
  );
});

testEngines("hashTree() takes links' targets as they are", async (engine) => {
  if (Deno.build.os !== "linux") return;
  await using scratch = new Scratch();
  const { path } = scratch;
  // The sign for what is not UTF-8 is a character like any other.
  Deno.symlinkSync("\uFFFD", `${path}/sign`);
  const options = { engine, format: "fp1", algorithm: "sha256" } as const;
  assertEquals(
    await hashTree(path, options),
    await fp1([[1, "sign", "\uFFFD"]]),
  );
  const script = String.raw`ln -s "$(printf 'bad\377')" link`;
  await new Deno.Command("sh", { args: ["-c", script], cwd: path }).output();
  for (const globs of [[], ["*"]]) {
    const error = await assertRejects(
      () => hashTree(path, { ...options, globs }),
      FastpathError,
    );
    assert(error.message.endsWith(
      `Cannot read "${path}/link": its target is not UTF-8`,
    ));
  }
});
