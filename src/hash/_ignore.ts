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
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
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
  const parts = text.replace(/^\//, "").split("/");
  // `a/**` is what lies in a, not a itself.
  if (parts.length > 1 && parts.at(-1) === "**") parts.push("*");
  return {
    isNegated,
    isFolderOnly,
    parts: isAnchored ? parts : ["**", ...parts],
  };
}

/** A space before which a backslash stands is kept. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === " " && line[end - 2] !== "\\") end--;
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

/** `*`, any character, one character, or one of a class. */
type Token = "star" | "any" | ((character: string) => boolean);

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
      const end = classEnd(characters, at);
      // Git takes a class that is never closed for a pattern without match.
      if (end === 0) return [() => false];
      tokens.push(classOf(characters.slice(at + 1, end)));
      at = end;
    } else {
      const literal = character === "\\" ? characters[++at] ?? "\\" : character;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

/** The index of the bracket that closes a class, or 0. */
function classEnd(characters: readonly string[], begin: number): number {
  let at = begin + 1;
  if (characters[at] === "!" || characters[at] === "^") at++;
  if (characters[at] === "]") at++;
  for (; at < characters.length; at++) {
    if (characters[at] === "\\") at++;
    else if (characters[at] === "]") return at;
  }
  return 0;
}

function classOf(inner: string[]): Token {
  const isNegated = inner[0] === "!" || inner[0] === "^";
  const ranges: [number, number][] = [];
  for (let at = isNegated ? 1 : 0; at < inner.length; at++) {
    if (inner[at] === "\\" && at + 1 < inner.length) at++;
    const low = inner[at]!.codePointAt(0)!;
    if (inner[at + 1] === "-" && at + 2 < inner.length) {
      at += inner[at + 2] === "\\" && at + 3 < inner.length ? 3 : 2;
      ranges.push([low, inner[at]!.codePointAt(0)!]);
    } else ranges.push([low, low]);
  }
  return (character) => {
    const code = character.codePointAt(0)!;
    return ranges.some(([low, high]) => code >= low && code <= high) !==
      isNegated;
  };
}
