/**
 * The command line: finds the command, decodes its options, runs it and gives
 * the exit code. Results go to stdout, everything else to stderr.
 *
 * @module
 */

import { OPERATIONS } from "../catalogue/list.ts";
import { type EngineMode, engineMode } from "../backend.ts";
import { VERSION } from "../version.ts";
import { speakOf } from "./_words.ts";
import { type Command, COMMON_OPTIONS } from "./command.ts";
import { EXIT, reportFailure } from "./failure.ts";
import { parseFlags, UsageError } from "./flags.ts";
import { helpOf, overview } from "./help.ts";
import { printOut, writeError } from "./io.ts";
import { closest } from "../catalogue/suggest.ts";

/** A command's words, and how to load the rest of it. */
interface Entry {
  readonly words: readonly string[];
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of the help. */
const ENTRIES: readonly Entry[] = [
  {
    words: ["profile"],
    load: async () => (await import("./profile.ts")).PROFILE,
  },
  ...Object.entries(OPERATIONS)
    .filter(([name]) => name !== "profile" && name !== "schema.build")
    .map(([name, load]): Entry => ({
      words: name.split("."),
      load: async () => {
        const op = await load();
        return name === "csv.read"
          ? (await import("./csv_read.ts")).csvReadCommand(op)
          : (await import("./operation.ts")).operationCommand(op);
      },
    })),
  {
    words: ["csv", "head"],
    load: async () => (await import("./csv_read.ts")).CSV_HEAD,
  },
  {
    words: ["csv", "select"],
    load: async () => (await import("./csv_commands.ts")).CSV_SELECT,
  },
  {
    words: ["csv", "stats"],
    load: async () => (await import("./csv_commands.ts")).CSV_STATS,
  },
  {
    words: ["csv", "convert"],
    load: async () => (await import("./csv_commands.ts")).CSV_CONVERT,
  },
  {
    words: ["csv", "index"],
    load: async () => (await import("./csv_rows.ts")).CSV_INDEX,
  },
  {
    words: ["csv", "rows"],
    load: async () => (await import("./csv_rows.ts")).CSV_ROWS,
  },
  {
    words: ["hash", "file"],
    load: async () => (await import("./hash_commands.ts")).HASH_FILE,
  },
  {
    words: ["hash", "files"],
    load: async () => (await import("./hash_commands.ts")).HASH_FILES,
  },
  {
    words: ["hash", "tree"],
    load: async () => (await import("./hash_commands.ts")).HASH_TREE,
  },
  {
    words: ["hash", "check"],
    load: async () => (await import("./hash_manifests.ts")).HASH_CHECK,
  },
  {
    words: ["hash", "diff"],
    load: async () => (await import("./hash_manifests.ts")).HASH_DIFF,
  },
  {
    words: ["convert"],
    load: async () => (await import("./convert.ts")).CONVERT,
  },
  {
    words: ["export"],
    load: async () => (await import("./export.ts")).EXPORT,
  },
  {
    words: ["schema", "build"],
    load: async () => (await import("./schema_build.ts")).SCHEMA_BUILD,
  },
  {
    words: ["schema", "list"],
    load: async () => (await import("./schema_build.ts")).SCHEMA_LIST,
  },
  {
    words: ["schema", "check"],
    load: async () => (await import("./schema_check.ts")).SCHEMA_CHECK,
  },
  {
    words: ["schema", "hash"],
    load: async () => (await import("./schema_build.ts")).SCHEMA_HASH,
  },
  {
    words: ["schema", "verify"],
    load: async () => (await import("./schema_check.ts")).SCHEMA_VERIFY,
  },
  {
    words: ["schema", "manifest"],
    load: async () => (await import("./schema_build.ts")).SCHEMA_MANIFEST,
  },
  {
    words: ["schema", "diff"],
    load: async () => (await import("./schema_check.ts")).SCHEMA_DIFF,
  },
  {
    words: ["schema", "watch"],
    load: async () => (await import("./schema_build.ts")).SCHEMA_WATCH,
  },
  {
    words: ["schema", "where"],
    load: async () => (await import("./schema_check.ts")).SCHEMA_WHERE,
  },
  {
    words: ["schema", "statements"],
    load: async () => (await import("./schema_check.ts")).SCHEMA_STATEMENTS,
  },
  {
    words: ["budget", "check"],
    load: async () => (await import("./budget.ts")).BUDGET_CHECK,
  },
  {
    words: ["selfbench"],
    load: async () => (await import("./selfbench.ts")).SELFBENCH,
  },
  {
    words: ["doctor"],
    load: async () => (await import("./doctor.ts")).DOCTOR,
  },
  {
    words: ["completions"],
    load: async () =>
      (await import("./completions.ts")).completionsCommand(loadCommands),
  },
];

/**
 * Loads every command.
 *
 * @returns The commands in the order of the help.
 */
export function loadCommands(): Promise<Command[]> {
  return Promise.all(ENTRIES.map((entry) => entry.load()));
}

/**
 * Runs a command line to its end.
 *
 * @param args The arguments after the program's name.
 * @returns The exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = () => {
    stop.abort();
    // The line of a progress or a terminal's ^C must not be glued to a prompt.
    if (Deno.stderr.isTerminal()) writeError("\r\x1b[2K");
    Deno.exit(EXIT.cancelled);
  };
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    return await dispatch(args, stop.signal);
  } catch (error) {
    return reportFailure(error, null);
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
  }
}

async function dispatch(
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const first = args[0];
  if (first === undefined) {
    writeError(overview(await loadCommands()));
    return EXIT.usage;
  }
  if (first === "--help" || first === "-h" || first === "help") {
    return await printHelp(args.slice(1));
  }
  if (first === "--version" || first === "-V") {
    await printOut(`fastpath ${VERSION}\n`);
    return EXIT.ok;
  }
  const command = await findCommand(args);
  if (command === null) return await areaHelp(args);
  const rest = args.slice(command.words.length);
  if (asksForHelp(rest)) {
    await printOut(helpOf(command));
    return EXIT.ok;
  }
  const options = [...command.options, ...COMMON_OPTIONS];
  speakOf(options);
  const { positionals, values } = parseFlags(
    rest,
    options,
    command.operandsAreTexts,
  );
  if (args.some((text) => text.includes("\uFFFD"))) {
    (await import("./_arguments.ts")).assertOptionsUtf8(values);
  }
  const engine = engineMode(values.engine as EngineMode | undefined);
  return await command.run({ positionals, values, engine, signal });
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes("--help") || options.includes("-h");
}

async function findCommand(args: readonly string[]): Promise<Command | null> {
  const entry = ENTRIES.find(({ words }) =>
    words.every((word, index) => args[index] === word)
  );
  return entry === undefined ? null : await entry.load();
}

async function printHelp(words: readonly string[]): Promise<number> {
  const command = words.length === 0 ? null : await findCommand(words);
  if (command !== null) await printOut(helpOf(command));
  else if (words.length > 0) return await areaHelp([...words, "--help"]);
  else await printOut(overview(await loadCommands()));
  return EXIT.ok;
}

/** `fastpath csv` and `fastpath csv --help`; or words that name nothing. */
async function areaHelp(args: readonly string[]): Promise<number> {
  const [area, operation] = args;
  const inArea = ENTRIES.filter(({ words }) => words[0] === area);
  if (area === undefined || inArea.length === 0) {
    throw unknownCommand(
      area ?? "",
      ENTRIES.map(({ words }) => words[0] ?? ""),
    );
  }
  if (operation === "--help" || operation === "-h") {
    await printOut(overview(await loadCommands(), area));
    return EXIT.ok;
  }
  if (operation === undefined || operation.startsWith("-")) {
    writeError(overview(await loadCommands(), area));
    return EXIT.usage;
  }
  throw unknownCommand(
    `${area} ${operation}`,
    inArea.map(({ words }) => words.join(" ")),
  );
}

function unknownCommand(given: string, known: readonly string[]): UsageError {
  const near = closest(given, known);
  return new UsageError(
    `Unknown command "${given}"` +
      (near ? `, did you mean "${near}"?` : "") +
      "; fastpath --help lists the commands",
  );
}
