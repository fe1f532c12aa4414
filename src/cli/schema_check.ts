/**
 * `fastpath schema check`, `verify`, `diff`, `where` and `statements`: what is
 * asked of a schema that was built, and of SQL.
 *
 * @module
 */

import type { OptionSpec } from "../catalogue/op.ts";
import { bytesOfInput, statGranted } from "../input.ts";
import {
  checkSchema,
  diffSchemas,
  rebuild,
  type SchemaDiff,
  verifySchema,
} from "../schema/compare.ts";
import { BUILD_OPTIONS } from "../schema/build.op.ts";
import { buildSchema } from "../schema/build.ts";
import type { SchemaManifest } from "../schema/manifest.ts";
import type { SchemaOptions } from "../schema/options.ts";
import { splitStatements } from "../schema/statements.ts";
import { whereInSchema } from "../schema/where.ts";
import { manifestPathOf } from "../schema/write.ts";
import {
  aboutFile,
  buildOptionsOf,
  readManifest,
  report,
} from "./_schema_options.ts";
import { foldersOf } from "./_schema_run.ts";
import type { Command } from "./command.ts";
import { EXIT } from "./failure.ts";
import { UsageError } from "./flags.ts";
import { printError, printOut } from "./io.ts";
import { sourceOf } from "./source.ts";

const JSON_OPTION: OptionSpec = {
  name: "json",
  kind: "flag",
  summary: "Print one JSON object",
};

const MANIFEST_OPTION: OptionSpec = {
  name: "manifest",
  kind: "text",
  value: "FILE",
  fallback: "the output's name and .manifest.json",
  summary: "The manifest of the output",
};

/** The command `schema check`. */
export const SCHEMA_CHECK: Command = {
  words: ["schema", "check"],
  operands: "DIR...",
  summary: "Fail if a build would differ from the output, and say which files",
  options: [
    {
      name: "output",
      short: "o",
      kind: "text",
      value: "FILE",
      fallback: "schema.sql",
      summary: "The output",
    },
    MANIFEST_OPTION,
    JSON_OPTION,
    ...BUILD_OPTIONS,
  ],
  examples: ["schema check db -o schema.sql"],
  run: async (invocation) => {
    const { values } = invocation;
    const output = String(values.output ?? "schema.sql");
    const folders = foldersOf(invocation);
    return await judged(output, async () => {
      const manifest = await manifestOf(output, values.manifest);
      const bytes = await bytesOfInput(output);
      const found = await aboutFile(null, async () => {
        // The manifest is the one of the output, and has its order.
        const isOwn = values.order === "manifest" && values.path === undefined;
        const options = await buildOptionsOf({
          ...invocation,
          values: isOwn ? { ...values, order: undefined } : values,
        });
        return await checkSchema(folders, manifest, options);
      });
      const { isSame, ...diff } = found;
      const { firstChanged, isSame: isIntact } = verifySchema(bytes, manifest);
      const edited = isIntact ? null : firstChanged ?? output;
      if (values.json === true) {
        await printJson({ same: isSame && isIntact, edited, ...diff });
      } else {
        const lines = [
          ...linesOf(found),
          ...(edited === null ? [] : [`edited in output: ${edited}`]),
        ];
        await printLines(lines);
      }
      return isSame && isIntact;
    });
  },
};

/** The command `schema verify`. */
export const SCHEMA_VERIFY: Command = {
  words: ["schema", "verify"],
  operands: "FILE",
  summary: "Fail if an output is not the one of its manifest",
  options: [MANIFEST_OPTION, JSON_OPTION],
  examples: ["schema verify schema.sql"],
  run: async ({ positionals, values }) => {
    const output = onlyOne(positionals, "schema verify needs one FILE");
    return await judged(output, async () => {
      const manifest = await manifestOf(output, values.manifest);
      const found = verifySchema(await bytesOfInput(output), manifest);
      const { isSame, firstChanged } = found;
      if (values.json === true) await printJson({ same: isSame, firstChanged });
      else if (!isSame) {
        const place = firstChanged === null ? "" : `, first in ${firstChanged}`;
        await printOut(`${output}: differs from its manifest${place}\n`);
      }
      return isSame;
    });
  },
};

/** The command `schema diff`. */
export const SCHEMA_DIFF: Command = {
  words: ["schema", "diff"],
  operands: "OLD NEW",
  summary: "Compare two schemas: folders, outputs with manifest or manifests",
  options: [JSON_OPTION, ...BUILD_OPTIONS],
  examples: ["schema diff release/schema.sql db --json"],
  run: async (invocation) => {
    const [before, after, ...more] = invocation.positionals;
    if (before === undefined || after === undefined || more.length > 0) {
      throw new UsageError("schema diff needs OLD and NEW");
    }
    return await judged(after, async () => {
      const options = await buildOptionsOf(invocation);
      const found = diffSchemas(...await bothOf(before, after, options));
      const { isSame, ...diff } = found;
      if (invocation.values.json === true) {
        await printJson({ same: isSame, ...diff });
      } else await printLines(linesOf(found));
      return isSame;
    });
  },
};

/** The manifests of two schemas; a folder is built as the other one was. */
async function bothOf(
  before: string,
  after: string,
  options: SchemaOptions,
): Promise<[SchemaManifest, SchemaManifest]> {
  const [old, next] = [
    await builtManifest(before),
    await builtManifest(after),
  ];
  const build = (folder: string, other: SchemaManifest | null) =>
    aboutFile(
      null,
      async () =>
        other === null
          ? (await buildSchema(folder, options)).manifest
          : await rebuild(folder, other, options),
    );
  return [old ?? await build(before, next), next ?? await build(after, old)];
}

/** The manifest that a path names; null for a folder, which has none. */
async function builtManifest(path: string): Promise<SchemaManifest | null> {
  return statGranted(path)?.isDirectory ? null : await anyManifest(path);
}

/** The command `schema where`. */
export const SCHEMA_WHERE: Command = {
  words: ["schema", "where"],
  operands: "FILE:LINE",
  summary: "Print the file and line that a line of an output came from",
  options: [MANIFEST_OPTION],
  examples: ["schema where schema.sql:1234"],
  run: async ({ positionals, values }) => {
    const given = onlyOne(positionals, "schema where needs one FILE:LINE");
    const match = /^(.+):([0-9]+)$/s.exec(given);
    if (match === null) {
      throw new UsageError(`schema where needs FILE:LINE, found "${given}"`);
    }
    const [output, line] = [match[1]!, Number(match[2])];
    return await judged(output, async () => {
      const manifest = await manifestOf(output, values.manifest);
      const bytes = await bytesOfInput(output);
      const place = whereInSchema(bytes, manifest, line);
      if (place === null) {
        printError(`${given}: no line of any file stands here`);
        return false;
      }
      await printOut(`${place.path}:${place.line}\n`);
      return true;
    });
  },
};

/** The command `schema statements`. */
export const SCHEMA_STATEMENTS: Command = {
  words: ["schema", "statements"],
  operands: "FILE|-",
  summary: "Print where the statements of SQL begin and end",
  options: [{ name: "json", kind: "flag", summary: "Print a JSON array" }],
  examples: ["schema statements schema.sql --json"],
  run: async ({ positionals, values }) => {
    const needs = "schema statements needs one FILE, or - for stdin";
    const source = sourceOf(onlyOne(positionals, needs));
    return await judged(source.name, async () => {
      const statements = splitStatements(await bytesOfInput(source.input));
      if (values.json === true) await printJson(statements);
      else {
        const rows = statements.map(({ start, end, line, kind }) =>
          `${source.name}:${line}: ${kind}, bytes ${start} to ${end}\n`
        );
        await printOut(rows.join(""));
      }
      return true;
    });
  },
};

function onlyOne(positionals: readonly string[], needs: string): string {
  const [one, ...more] = positionals;
  if (one === undefined || more.length > 0) throw new UsageError(needs);
  return one;
}

/** Runs a check: 0 where it holds, 1 where not, else the failure's code. */
async function judged(
  name: string,
  check: () => Promise<boolean>,
): Promise<number> {
  try {
    return await check() ? EXIT.ok : EXIT.failed;
  } catch (error) {
    return report(error, name);
  }
}

async function manifestOf(
  output: string,
  given: unknown,
): Promise<SchemaManifest> {
  const path = typeof given === "string" ? given : manifestPathOf(output);
  return await readManifest(path);
}

/** The manifest that a path is, or that lies beside the output that it is. */
async function anyManifest(path: string): Promise<SchemaManifest> {
  const beside = manifestPathOf(path);
  const isOutput = statGranted(beside)?.isFile === true;
  return await readManifest(isOutput ? beside : path);
}

async function printJson(value: unknown): Promise<void> {
  await printOut(`${JSON.stringify(value)}\n`);
}

async function printLines(lines: readonly string[]): Promise<void> {
  await printOut(lines.map((line) => `${line}\n`).join(""));
}

function linesOf(diff: SchemaDiff): string[] {
  const lines = [
    ...diff.added.map((path) => `added: ${path}`),
    ...diff.removed.map((path) => `removed: ${path}`),
    ...diff.changed.map((path) => `changed: ${path}`),
    ...diff.renamed.map(({ from, to }) => `renamed: ${from} -> ${to}`),
  ];
  if (diff.isSame || lines.length > 0) return lines;
  return ["order or options differ"];
}
