/**
 * CSV and JSON against Python's `csv` and `json`, in a process of its own
 * that is asked about many inputs at once.
 *
 * Where Python has other rules, the case is put to it as it wants it:
 *
 * - `TEXTS`: it is given texts; NUL and ill-formed UTF-8 are faults of CSV
 *   here. Such inputs are not put to it, nor are byte order marks.
 * - `BARE_CR`: it ends rows with every carriage return, as lenient reading
 *   does; strict reading refuses it. Such inputs are read leniently only.
 * - `BARE_QUOTE`: it keeps a quote inside an unquoted field, also where it is
 *   strict; here it is a fault of strict reading. Likewise, it refuses no
 *   ragged rows.
 * - `WIDTH`: lenient reading fills rows up or cuts them off to the first one.
 * - `BLANK_LINES`: it has empty rows for them, which are left out.
 * - `ESCAPED_END`: an escape before a line end or the end of the input means
 *   something else to it. Such inputs are not put to it.
 * - `CONSTANTS`: it takes `NaN` and `Infinity` unless told not to; it is.
 * - `LONG_NUMBERS`: it refuses integers of more than 4,300 digits; there are
 *   none.
 *
 * @module
 */

import type { Random } from "../../bench/data/_random.ts";
import type { EngineMode } from "../../src/backend.ts";
import { readCsvSync } from "../../src/csv/mod.ts";
import type { RowError } from "../../src/csv/mod.ts";
import { ParseError } from "../../src/errors.ts";
import { minifyJson, validateJson } from "../../src/json/mod.ts";
import { versionOf } from "../_process.ts";
import { type Case, differs, type Property } from "./_property.ts";
import { randomCsv } from "./csv.ts";
import { randomDocument } from "./json.ts";

type Question = [kind: "csv" | "json", text: string, options: unknown];
type Answer = string[][] | string[] | null;

/** One Python for all questions. */
class Python {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor() {
    const script = new URL("python_oracle.py", import.meta.url).pathname;
    this.#child = new Deno.Command("python3", {
      args: ["-I", decodeURIComponent(script)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  async ask(questions: readonly Question[]): Promise<Answer[]> {
    const line = new TextEncoder().encode(JSON.stringify(questions) + "\n");
    const written = this.#writer.write(line);
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error("Python has ended");
      this.#rest += value;
    }
    await written;
    const end = this.#rest.indexOf("\n");
    const answer = JSON.parse(this.#rest.slice(0, end)) as Answer[];
    this.#rest = this.#rest.slice(end + 1);
    return answer;
  }

  async end(): Promise<void> {
    await this.#writer.close();
    await this.#lines.cancel();
    await this.#child.status;
  }
}

let python: Python | undefined;

const shared = {
  async missing(): Promise<string | null> {
    const version = await versionOf(["python3", "--version"]);
    return version === null ? "python3 is not installed" : null;
  },
  async end(): Promise<void> {
    await python?.end();
    python = undefined;
  },
};

/** Asks about the cases that have a question; the others are fine. */
async function checkAll<O>(
  cases: readonly Case<O>[],
  questionOf: (one: Case<O>) => Question | null,
  check: (one: Case<O>, answer: Answer) => Promise<string | null>,
): Promise<(string | null)[]> {
  const questions = cases.map(questionOf);
  const asked = questions.filter((one) => one !== null);
  const answers = asked.length === 0
    ? []
    : await (python ??= new Python()).ask(asked);
  const faults: (string | null)[] = [];
  let next = 0;
  for (const [index, one] of cases.entries()) {
    const answer = questions[index] === null ? undefined : answers[next++];
    faults.push(answer === undefined ? null : await check(one, answer));
  }
  return faults;
}

interface Dialect {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escape: string | null;
  readonly engine: EngineMode;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(input: Uint8Array): string | null {
  try {
    return utf8.decode(input);
  } catch {
    return null;
  }
}

function csvQuestion({ input, options }: Case<Dialect>): Question | null {
  const text = textOf(input);
  // TEXTS.
  if (text === null || /^\ufeff|\0/.test(text)) return null;
  // ESCAPED_END.
  if (options.escape !== null && /\\(?:[\r\n]|$)/.test(text)) return null;
  return ["csv", text, { ...options, strict: false }];
}

function checkCsv(
  { input, options }: Case<Dialect>,
  answer: Answer,
): Promise<string | null> {
  const { delimiter, quote, escape, engine } = options;
  const errors: RowError[] = [];
  const dialect = {
    ...{ delimiter, quote, engine, header: false, types: "text" as const },
    ...(escape === null ? {} : { escape }),
  };
  const table = readCsvSync(input, { ...dialect, mode: "lenient", errors });
  const found = table.toObjects().map((row) => Object.values(row) as string[]);
  const theirs = answer as string[][];
  // WIDTH.
  const width = theirs[0]?.length ?? 0;
  const fitting = theirs.map((row) =>
    Array.from({ length: width }, (_, column) => row[column] ?? "")
  );
  const fault = differs("lenient rows", found, fitting);
  if (fault !== null) return Promise.resolve(fault);
  const isRagged = theirs.some((row) => row.length !== width);
  if (isRagged && errors.length === 0) {
    return Promise.resolve("no error row for a ragged row");
  }
  return Promise.resolve(null);
}

/** Lenient reading finds the fields that Python finds, in every dialect. */
export const csvPython: Property<Dialect> = {
  ...shared,
  name: "csv lenient, Python csv",
  make(random: Random) {
    const options: Dialect = {
      delimiter: random.pick([",", ",", ";", "\t"]),
      quote: random.pick(['"', '"', "'", null]),
      escape: random.pick([null, null, "\\"]),
      engine: random.pick(["native", "typescript"]),
    };
    const { delimiter, quote } = options;
    return { options, input: randomCsv(random, delimiter, quote ?? '"') };
  },
  check: (cases) => checkAll(cases, csvQuestion, checkCsv),
};

/** Faults of strict reading that Python does not know. */
const OURS = ["QUOTE_IN_BARE_FIELD", "RAGGED_ROW"];

function checkStrict(
  { input, options }: Case<Dialect>,
  answer: Answer,
): Promise<string | null> {
  let code: string | null = null;
  try {
    readCsvSync(input, { engine: options.engine, header: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    code = error.code;
  }
  // BARE_QUOTE: what stands behind such a fault is not seen.
  if (code !== null && OURS.includes(code)) return Promise.resolve(null);
  return Promise.resolve(
    (code === null) === (answer !== null)
      ? null
      : `${code ?? "accepted"}, but Python ${answer ? "accepts" : "refuses"}`,
  );
}

/** Strict reading refuses what Python refuses where it is strict. */
export const csvPythonStrict: Property<Dialect> = {
  ...shared,
  name: "csv strict, Python csv",
  make(random: Random) {
    const plain = { delimiter: ",", quote: '"', escape: null } as const;
    const engine = random.pick(["native", "typescript"] as const);
    return { options: { ...plain, engine }, input: randomCsv(random) };
  },
  check: (cases) =>
    checkAll(cases, (one) => {
      const question = csvQuestion(one);
      // BARE_CR.
      if (question === null || /\r(?!\n)/.test(question[1])) return null;
      return ["csv", question[1], { ...one.options, strict: true }];
    }, checkStrict),
};

async function checkJson(
  { input, options: { engine } }: Case<{ engine: EngineMode }>,
  answer: Answer,
): Promise<string | null> {
  const rules = { engine, surrogates: "allow" } as const;
  const { valid } = await validateJson(input, rules);
  if (valid !== (answer !== null)) {
    return differs("valid", valid, answer !== null);
  }
  if (!valid) return null;
  const small = new TextDecoder().decode(await minifyJson(input, rules));
  // Python prints infinities as words.
  const value = (answer as string[])[0]!.replaceAll(/-?Infinity/g, "null");
  return differs(
    "value",
    JSON.stringify(JSON.parse(small)),
    JSON.stringify(JSON.parse(value)),
  );
}

/** Valid is what Python takes, and says the same. */
export const jsonPython: Property<{ engine: EngineMode }> = {
  ...shared,
  name: "json, Python json",
  make: (random) => ({
    input: randomDocument(random),
    options: { engine: random.pick(["native", "typescript"] as const) },
  }),
  check: (cases) =>
    checkAll(cases, ({ input }) => {
      const text = textOf(input);
      return text === null ? null : ["json", text.replace(/^\ufeff/, ""), {}];
    }, checkJson),
};
