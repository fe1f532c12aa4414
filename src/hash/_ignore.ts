/**
 * Which files of a walk are left out: the patterns of `.gitignore`, also as
 * globs. A pattern is matched without backtracking over more than its last
 * star, so that none takes long.
 *
 * @module
 */

/** A pattern, ready to match. */
export interface Rule {
  /** Whether it takes back what rules before it left out. */
  readonly isNegated: boolean;
  /** Whether it is about folders alone. */
  readonly isFolderOnly: boolean;
  /** Its parts; `**` stands for any number of names. */
  readonly parts: readonly string[];
}

/** Rules that hold below a folder, given by the length of its path. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Characters of the folder's path below the root, its `/` included. */
  readonly base: number;
}

/**
 * Reads the lines of a `.gitignore`.
 *
 * @param text The file.
 * @returns Its rules in order.
 */
export function parseIgnore(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const whole of text.replace(/^\uFEFF/, "").split("\n")) {
    const line = whole.replace(/\r$/, "");
    if (line === "" || line.startsWith("#")) continue;
    const rule = parseRule(line);
    if (rule !== null) rules.push(rule);
  }
  return rules;
}

/**
 * Reads one pattern.
 *
 * @param line The pattern.
 * @returns The rule, or null where it says nothing.
 */
export function parseRule(line: string): Rule | null {
  let text = withoutTrailingSpaces(line);
  const isNegated = text.startsWith("!");
  if (isNegated) text = text.slice(1);
  const isFolderOnly = text.endsWith("/");
  if (isFolderOnly) text = text.slice(0, -1);
  if (text === "") return null;
  const isAnchored = text.includes("/");
  const parts = unescapedSlashes(text.replace(/^\//, "")).split("/")
    .map((part) => STARS.test(part) ? "**" : part);
  // `a/**` is what lies in a, not a itself.
  if (parts.length > 1 && parts.at(-1) === "**") parts.push("*");
  return {
    isNegated,
    isFolderOnly,
    parts: isAnchored ? parts : ["**", ...parts],
  };
}

/** Git takes more stars between slashes for two. */
const STARS = /^\*{2,}$/;

/** Stars with an escaped slash behind them, or anything that is escaped. */
const ESCAPED = /(?<=^|\/)\*{2,}\\\/|\\[^]/g;

/** An escaped slash is a slash; behind two stars git wants a name for them. */
function unescapedSlashes(text: string): string {
  return text.replace(ESCAPED, (found) => {
    if (found === "\\/") return "/";
    return found.startsWith("*") ? "*/**/" : found;
  });
}

/** A space that is escaped is kept. */
function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") end = Math.min(++at + 1, line.length);
    else if (line[at] !== " ") end = at + 1;
  }
  return line.slice(0, end);
}

/**
 * Whether rules leave a path out: the last one that matches decides.
 *
 * @param sets Rules from the root down.
 * @param path The path below the root.
 * @param isFolder Whether it is a folder.
 * @returns True or false; null where no rule matches.
 */
export function isIgnored(
  sets: readonly RuleSet[],
  path: string,
  isFolder: boolean,
): boolean | null {
  for (let at = sets.length - 1; at >= 0; at--) {
    const { rules, base } = sets[at]!;
    const names = path.slice(base).split("/");
    for (let index = rules.length - 1; index >= 0; index--) {
      const rule = rules[index]!;
      if (rule.isFolderOnly && !isFolder) continue;
      if (matchesParts(rule.parts, names)) return !rule.isNegated;
    }
  }
  return null;
}

function matchesParts(
  parts: readonly string[],
  names: readonly string[],
): boolean {
  return matches(
    parts.length,
    names.length,
    (part) => parts[part] === "**",
    (part, name) => matchesName(parts[part]!, names[name]!),
  );
}

/**
 * Whether items match a pattern with stars: where it fails, the last star
 * takes one item more.
 */
function matches(
  patternLength: number,
  length: number,
  isStar: (pattern: number) => boolean,
  isMatch: (pattern: number, at: number) => boolean,
): boolean {
  let [pattern, at, star, starAt] = [0, 0, -1, 0];
  while (at < length) {
    if (pattern < patternLength && isStar(pattern)) {
      star = pattern++;
      starAt = at;
    } else if (pattern < patternLength && isMatch(pattern, at)) {
      pattern++;
      at++;
    } else if (star >= 0) {
      pattern = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (pattern < patternLength && isStar(pattern)) pattern++;
  return pattern === patternLength;
}

/** Patterns of names, cut into stars, classes and characters. */
const compiled = new Map<string, readonly Token[]>();

/** Whether a character is the one, or of the class, that a pattern names. */
type Test = (character: string) => boolean;

/** `*`, any character, one character, or one of a class. */
type Token = "star" | "any" | Test;

function matchesName(pattern: string, name: string): boolean {
  let tokens = compiled.get(pattern);
  if (tokens === undefined) {
    if (compiled.size > 10_000) compiled.clear();
    compiled.set(pattern, tokens = tokensOf(pattern));
  }
  const characters = [...name];
  return matches(
    tokens.length,
    characters.length,
    (token) => tokens[token] === "star",
    (token, at) => {
      const test = tokens[token]!;
      return typeof test === "function" ? test(characters[at]!) : true;
    },
  );
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === "*") {
      if (tokens.at(-1) !== "star") tokens.push("star");
    } else if (character === "?") tokens.push("any");
    else if (character === "[") {
      const found = classAt(characters, at);
      if (found === null) return NEVER;
      tokens.push(found.test);
      at = found.end;
    } else {
      const literal = character === "\\" ? characters[++at] : character;
      // Git lets a pattern that ends with a backslash match nothing.
      if (literal === undefined) return NEVER;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

/** What no name matches. */
const NEVER: Token[] = [() => false];

/** Git's classes by name; of ASCII, whatever the locale. */
const NAMED: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[0-9A-Za-z]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  // deno-lint-ignore no-control-regex
  ["cntrl", /[\x00-\x1F\x7F]/],
  ["digit", /[0-9]/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t\n\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[0-9A-Fa-f]/],
]);

/**
 * The class that opens at an index, and where it closes. Null for one that
 * is never closed and for an unknown name in one: git takes these for
 * patterns without match.
 */
function classAt(
  characters: readonly string[],
  begin: number,
): { readonly test: Test; readonly end: number } | null {
  let at = begin + 1;
  const isNegated = characters[at] === "!" || characters[at] === "^";
  if (isNegated) at++;
  const tests: Test[] = [];
  // The character that a range may begin with.
  let low: string | null = null;
  const first = at;
  for (; at === first || characters[at] !== "]"; at++) {
    const character = characters[at];
    const next = characters[at + 1];
    if (character === undefined) return null;
    const name = character === "[" && next === ":"
      ? nameAt(characters, at + 2)
      : null;
    if (name !== null) {
      const named = NAMED.get(name);
      if (named === undefined) return null;
      tests.push((other) => named.test(other));
      at += name.length + "[::".length;
      low = null;
    } else if (
      character === "-" && low !== null && next !== undefined && next !== "]"
    ) {
      if (next === "\\") at++;
      const high = characters[++at];
      if (high === undefined) return null;
      tests.push(between(low, high));
      low = null;
    } else {
      const literal = character === "\\" ? characters[++at] : character;
      if (literal === undefined) return null;
      tests.push(between(literal, literal));
      low = literal;
    }
  }
  const test: Test = (character) =>
    tests.some((one) => one(character)) !== isNegated;
  return { test, end: at };
}

/** The text up to the next bracket, if that is of `:]`. */
function nameAt(characters: readonly string[], begin: number): string | null {
  const end = characters.indexOf("]", begin);
  if (end <= begin || characters[end - 1] !== ":") return null;
  return characters.slice(begin, end - 1).join("");
}

function between(low: string, high: string): Test {
  const [least, most] = [low.codePointAt(0)!, high.codePointAt(0)!];
  return (character) => {
    const code = character.codePointAt(0)!;
    return code >= least && code <= most;
  };
}
