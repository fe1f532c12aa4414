/**
 * Made-up inputs for the catalogue, the tests of parity and the benches: a
 * seed decides every byte. Columns of all types, mixes of types, nulls, and
 * values at the edges of what a type can hold.
 *
 * @module
 */

/** A source of pseudo-random integers (mulberry32). */
export type Random = (below: number) => number;

/**
 * Starts a source.
 *
 * @param seed The seed.
 * @returns Integers from 0 to below its argument.
 */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  return (below) => {
    state = state + 0x6D2B79F5 | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = x + Math.imul(x ^ (x >>> 7), 61 | x) ^ x;
    return Math.floor(((x ^ (x >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

/** Makes the field of a row. */
type Recipe = (random: Random, row: number) => string;

const WORDS = ["on time", "late", "crew", "gate, B", "Zürich", "東京", "🛬"];
const EDGES = [
  "9007199254740992",
  "9007199254740993",
  "-9223372036854775808",
  "9223372036854775807",
  "2147483648",
  "-1",
];
const ODD_FLOATS = ["nan", "-inf", "1e-400", "-0", "0.0", "5.", ".5", "1E3"];

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

function day(random: Random): string {
  const year = 1990 + random(40);
  return `${year}-${pad(1 + random(12), 2)}-${pad(1 + random(28), 2)}`;
}

function time(random: Random): string {
  const clock = `${pad(random(24), 2)}:${pad(random(60), 2)}`;
  return random(3) === 0 ? clock : `${clock}:${pad(random(60), 2)}`;
}

function zoned(random: Random): string {
  const zones = ["Z", "Z", "+02:00", "-05:30", "+00:00"];
  const fraction = random(2) === 0 ? "" : `.${1 + random(999999)}`;
  const seconds = `${pad(random(60), 2)}${fraction}`;
  const clock = `${pad(random(24), 2)}:${pad(random(60), 2)}:${seconds}`;
  return `${day(random)}T${clock}${zones[random(zones.length)]}`;
}

const RECIPES: readonly Recipe[] = [
  (_, row) => String(row),
  (random) => String(random(100) - 50),
  (random) => `${random(2000)}.${pad(random(100), 2)}`,
  (random) => `${random(9) - 4}.${random(1000000)}`,
  (random) => (random(1000000) / 7).toString(),
  (random) => random(50) === 0 ? ODD_FLOATS[random(8)]! : `${random(1e6)}.5`,
  (random) => random(40) === 0 ? EDGES[random(6)]! : String(random(1e9)),
  (random) => `${random(9e9)}${pad(random(1e9), 9)}`,
  (random) => ["true", "false", "TRUE"][random(3)]!,
  (random) => day(random),
  (random) => `${day(random)} ${time(random)}`,
  (random) => random(9) === 0 ? day(random) : `${day(random)}T${time(random)}`,
  (random) => zoned(random),
  (random) => `${9000 + random(1000)}-01-0${1 + random(9)}T00:00:00.000001`,
  (random) => WORDS[random(WORDS.length)]!,
  (random) => `${WORDS[random(WORDS.length)]} ${random(100000)}`,
  (random) => random(20) === 0 ? "n/a" : String(random(1e6)),
  (random) => random(500) === 0 ? "?" : `${random(1000)}.${random(1000)}`,
  (random) => pad(random(100000), 5),
  (random) => `${"x".repeat(random(12))}${random(10)}`,
  (random) => "long ".repeat(random(9) === 0 ? 203 + random(4) : random(4)),
];

/** What a sample holds. */
export interface SampleOptions {
  /** Rows. */
  readonly rows: number;
  /** Columns; their kinds are chosen by the seed. */
  readonly columns: number;
  /** The seed. */
  readonly seed: number;
}

/**
 * Makes a CSV text.
 *
 * @param options Size and seed.
 * @returns The text, with a header.
 */
export function sampleCsv({ rows, columns, seed }: SampleOptions): string {
  const random = randomOf(seed);
  const fields = Array.from({ length: columns }, () => ({
    recipe: RECIPES[random(RECIPES.length)]!,
    nulls: [0, 0, 20, 3][random(4)]!,
  }));
  const lines = [fields.map((_, index) => `c${index}`).join(",")];
  for (let row = 0; row < rows; row++) {
    const texts = fields.map(({ recipe, nulls }) => {
      const text = recipe(random, row);
      if (nulls > 0 && random(nulls) === 0) return random(4) === 0 ? '""' : "";
      return text.includes(",") || random(9) === 0 ? `"${text}"` : text;
    });
    lines.push(texts.join(","));
  }
  return lines.join("\n") + "\n";
}

/**
 * Makes an NDJSON text of the same columns; strings, numbers, bools, nulls
 * and nested values by turns.
 *
 * @param options Size and seed.
 * @returns The text.
 */
export function sampleNdjson({ rows, columns, seed }: SampleOptions): string {
  const random = randomOf(seed);
  const recipes = Array.from(
    { length: columns },
    () => RECIPES[random(RECIPES.length)]!,
  );
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const members = recipes.map((recipe, index) => {
      const text = recipe(random, row);
      return random(10) === 0 ? "" : `"k${index}":${jsonOf(text, random)}`;
    });
    lines.push(`{${members.filter((member) => member !== "").join(",")}}`);
  }
  return lines.join("\n") + "\n";
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/;

function jsonOf(text: string, random: Random): string {
  if (random(200) === 0) return `[${quoted(text)}]`;
  if (JSON_NUMBER.test(text) && random(500) > 0) return text;
  if (text === "true" || text === "false") return text;
  return random(100) === 0 ? "null" : quoted(text);
}

/** A JSON string. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
