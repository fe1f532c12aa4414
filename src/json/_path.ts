/**
 * What is to be selected: JSON pointers (RFC 6901) and paths with wildcards,
 * as steps.
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

/** The most paths of one selection. */
const PATHS_MAX = 1000;
/** Indices beyond it are of no array. */
const INDEX_MAX = 2 ** 32 - 2;

const encoder = new TextEncoder();

/**
 * Parses pointers and paths.
 *
 * @param pointers As given.
 * @returns The paths.
 * @throws {TypeError} If they are no list of texts.
 * @throws {RangeError} If there is none, one stands twice, or one is neither
 * a pointer nor a path.
 */
export function parsePaths(pointers: unknown): JsonPath[] {
  if (!Array.isArray(pointers)) {
    throw new TypeError(
      "Cannot select: the pointers must be a list of texts: found " +
        (pointers === null ? "null" : `a ${typeof pointers}`),
    );
  }
  if (pointers.length === 0 || pointers.length > PATHS_MAX) {
    throw new RangeError(
      `Cannot select: name 1 to ${PATHS_MAX} pointers: there are ` +
        pointers.length,
    );
  }
  const seen = new Set<unknown>();
  return pointers.map((text: unknown) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `Cannot select: a pointer must be a text: found a ${typeof text}`,
      );
    }
    if (seen.has(text)) {
      throw new RangeError(`Cannot select: "${text}" stands twice`);
    }
    seen.add(text);
    return parsePath(text);
  });
}

function parsePath(text: string): JsonPath {
  if (!text.isWellFormed()) throw broken(text, 0, "it has a lone surrogate");
  const isPointer = text === "" || text.startsWith("/");
  const steps = isPointer ? pointerSteps(text) : pathSteps(text);
  return { text, steps, isMany: steps.some(({ every }) => every) };
}

/** RFC 6901, section 3. */
function pointerSteps(text: string): PathStep[] {
  const bad = /~(?![01])/.exec(text);
  if (bad !== null) {
    throw broken(text, bad.index, "write ~0 for ~ and ~1 for /");
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

function pathSteps(text: string): PathStep[] {
  if (!text.startsWith("$")) {
    throw broken(text, 0, "a pointer begins with /, a path with $");
  }
  const steps: PathStep[] = [];
  let at = 1;
  while (at < text.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (found === null) {
      throw broken(text, at, "expected .name, .*, [0], [*] or ['name']");
    }
    steps.push(pathStep(text, at, found.groups!));
    at = STEP.lastIndex;
  }
  return steps;
}

function pathStep(
  text: string,
  at: number,
  { name, every, index, quoted }: Record<string, string | undefined>,
): PathStep {
  if (every !== undefined) return EVERY;
  if (name !== undefined) return stepOf(name, -1);
  if (index !== undefined) {
    const number = indexOf(index);
    if (number < 0) throw broken(text, at, "the index is too large");
    return { name: null, index: number, every: false, isPlain: false };
  }
  return stepOf(unquoted(text, at, quoted!), -1);
}

/** The text between quotes, by the escapes of JSON and `\'`. */
function unquoted(text: string, at: number, quoted: string): string {
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
  throw broken(text, at, "the quoted name has a wrong escape");
}

function broken(text: string, at: number, reason: string): RangeError {
  return new RangeError(
    `Cannot select "${text}": at character ${at + 1}: ${reason}`,
  );
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
