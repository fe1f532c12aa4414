/**
 * Places in JSON: pointers (RFC 6901) and paths with wildcards, as steps.
 *
 * @module
 */

/** A step into an object or an array. */
export interface PathStep {
  /** The key of an object that it goes to, as UTF-8; or null. */
  readonly name: Uint8Array<ArrayBuffer> | null;
  /** The index of an array that it goes to, or -1. */
  readonly index: number;
  /** Whether it goes to every member and item. */
  readonly every: boolean;
  /** Whether the key can stand in the text as it is. */
  readonly isPlain: boolean;
}

/** A path from a document's value. */
export interface JsonPath {
  /** The path as it was given. */
  readonly text: string;
  /** Its steps. */
  readonly steps: readonly PathStep[];
  /** Whether any number of values may be found. */
  readonly isMany: boolean;
}

/** Indices beyond it are of no array. */
const INDEX_MAX = 2 ** 32 - 2;

/** Makes the error of a text at one of its characters. */
type Broken = (at: number, reason: string) => RangeError;

const encoder = new TextEncoder();

/**
 * Parses a pointer or a path.
 *
 * @param text As given.
 * @param doing What fails where it is neither, as a message begins.
 * @returns The path.
 * @throws {RangeError} If the text is neither.
 */
export function parsePath(text: string, doing: string): JsonPath {
  const broken: Broken = (at, reason) =>
    new RangeError(`${doing} "${text}": at character ${at + 1}: ${reason}`);
  if (!text.isWellFormed()) throw broken(0, "it has a lone surrogate");
  const isPointer = text === "" || text.startsWith("/");
  const steps = isPointer
    ? pointerSteps(text, broken)
    : pathSteps(text, broken);
  return { text, steps, isMany: steps.some(({ every }) => every) };
}

/** RFC 6901, section 3. */
function pointerSteps(text: string, broken: Broken): PathStep[] {
  const bad = /~(?![01])/.exec(text);
  if (bad !== null) {
    throw broken(bad.index, "write ~0 for ~ and ~1 for /");
  }
  return text.split("/").slice(1).map((token) => {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    return stepOf(name, indexOf(token));
  });
}

/** The index that a token is, by RFC 6901, section 4; or -1. */
function indexOf(token: string): number {
  if (!/^(0|[1-9][0-9]*)$/.test(token)) return -1;
  const index = Number(token);
  return index <= INDEX_MAX ? index : -1;
}

function stepOf(name: string, index: number): PathStep {
  const bytes = encoder.encode(name);
  const isPlain = bytes.every((byte) =>
    byte >= 32 && byte !== 34 && byte !== 92
  );
  return { name: bytes, index, every: false, isPlain };
}

const EVERY: PathStep = {
  name: null,
  index: -1,
  every: true,
  isPlain: false,
};

/** `.name`, `.*`, `[*]`, `[0]`, `['name']`, `["name"]`. */
const STEP = new RegExp(
  [
    /\.(?<name>[\p{L}_$][\p{L}\p{N}_$-]*)/u,
    /(?<every>\.\*|\[\*\])/,
    /\[(?<index>0|[1-9][0-9]*)\]/,
    /\[(?<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]/,
  ].map(({ source }) => source).join("|"),
  "yu",
);

function pathSteps(text: string, broken: Broken): PathStep[] {
  if (!text.startsWith("$")) {
    throw broken(0, "a pointer begins with /, a path with $");
  }
  const steps: PathStep[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) {
      throw broken(at, "expected .name, .*, [0], [*] or ['name']");
    }
    steps.push(pathStep(at, found.groups!, broken));
    at = STEP.lastIndex;
  }
  return steps;
}

function pathStep(
  at: number,
  { name, every, index, quoted }: Record<string, string | undefined>,
  broken: Broken,
): PathStep {
  if (every !== undefined) return EVERY;
  if (name !== undefined) return stepOf(name, -1);
  if (index !== undefined) {
    const number = indexOf(index);
    if (number < 0) throw broken(at, "the index is too large");
    return { name: null, index: number, every: false, isPlain: false };
  }
  return stepOf(unquoted(at, quoted!, broken), -1);
}

/** The text between quotes, by the escapes of JSON and `\'`. */
function unquoted(at: number, quoted: string, broken: Broken): string {
  const inner = quoted.slice(1, -1)
    .replaceAll(
      /\\.|"/gsu,
      (part) => part === '"' ? '\\"' : part === "\\'" ? "'" : part,
    );
  try {
    const name = JSON.parse(`"${inner}"`) as string;
    if (name.isWellFormed()) return name;
  } catch {
    // Said below.
  }
  throw broken(at, "the quoted name has a wrong escape");
}

/**
 * Paths as the native kernel reads them.
 *
 * @param paths The paths.
 * @returns The bytes that `path::parse` in Rust reads.
 */
export function encodePaths(
  paths: readonly JsonPath[],
): Uint8Array<ArrayBuffer> {
  const out: number[] = [];
  const number = (value: number) => {
    out.push(value & 255, value >>> 8 & 255, value >>> 16 & 255, value >>> 24);
  };
  const bytes = (value: Uint8Array) => {
    number(value.length);
    for (const byte of value) out.push(byte);
  };
  number(paths.length);
  for (const { text, steps } of paths) {
    bytes(labelOf(text));
    number(steps.length);
    for (const { name, index, every } of steps) {
      out.push(
        (name !== null ? 1 : 0) | (index >= 0 ? 2 : 0) | (every ? 4 : 0),
      );
      bytes(name ?? new Uint8Array(0));
      number(Math.max(index, 0));
    }
  }
  return new Uint8Array(out);
}

/**
 * A path as the key of a JSON object, with its colon.
 *
 * @param text The path as it was given.
 * @returns The bytes.
 */
export function labelOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${JSON.stringify(text)}:`);
}
