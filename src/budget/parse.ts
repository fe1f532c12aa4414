/**
 * Reading and checking a budget file. `schemas/budgets.v1.json` says the same
 * as a JSON Schema, for editors; what a schema cannot say (the order of the
 * bounds, ids that stand twice) is said here alone.
 *
 * @module
 */

import { BudgetError, type BudgetProblem } from "./error.ts";
import type {
  Budget,
  BudgetDefaults,
  BudgetFile,
  MetricBudget,
  MetricClass,
} from "./types.ts";
import { betterOf, metricUnit, parseSize } from "./units.ts";

/** Budgets in a file, and metrics of a budget, at most. */
const BUDGETS_MAX = 10_000;
const METRICS_MAX = 100;

/** What is measured how, where a file says nothing. */
const DEFAULTS: BudgetDefaults = { samples: 30, minSampleUs: 200, confirm: 2 };

const CLASSES: readonly MetricClass[] = ["ratio", "exact", "absolute"];
const BOUNDS = ["target", "warning", "critical"] as const;

type JsonObject = Record<string, unknown>;

/**
 * Reads a budget file.
 *
 * @param text The file's text.
 * @returns The budgets.
 * @throws {BudgetError} If it is not JSON or breaks a rule; with every
 * problem and its JSON pointer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseBudgets } from "@fastpath/fastpath/budget";
 *
 * const file = parseBudgets(`{
 *   "version": 1,
 *   "budgets": [{
 *     "id": "sort 1k",
 *     "source": "bench",
 *     "metrics": { "min_ms": { "target": 1, "critical": 4 } }
 *   }]
 * }`);
 * assertEquals(file.budgets[0]?.metrics.min_ms?.class, "absolute");
 * ```
 */
export function parseBudgets(text: string): BudgetFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BudgetError("budgets", [{ pointer: "", message: reason }]);
  }
  return checkBudgetFile(value);
}

/**
 * Checks a budget file that is parsed already.
 *
 * @param value What the JSON holds.
 * @returns The budgets.
 * @throws {BudgetError} If it breaks a rule.
 */
export function checkBudgetFile(value: unknown): BudgetFile {
  const check = new Check();
  const file = check.object(value, "", FILE_KEYS, ["version", "budgets"]);
  if (file !== null && file.version !== undefined && file.version !== 1) {
    check.problem("/version", `must be 1, found ${shown(file.version)}`);
  }
  const defaults = checkDefaults(check, file?.defaults);
  const budgets = checkBudgets(check, file?.budgets);
  if (check.problems.length > 0) {
    throw new BudgetError("budgets", check.problems);
  }
  return { version: 1, defaults, budgets };
}

const FILE_KEYS = ["$schema", "version", "note", "defaults", "budgets"];
const BUDGET_KEYS = ["id", "source", "params", "note", "metrics"];
const METRIC_KEYS = [
  ...["class", "better", "target", "warning", "critical", "tolerance"],
  "enforce",
];

/** Collects problems; a value that is wrong becomes null. */
class Check {
  readonly problems: BudgetProblem[] = [];

  problem(pointer: string, message: string): null {
    this.problems.push({ pointer, message });
    return null;
  }

  /** An object with no other keys than these. */
  object(
    value: unknown,
    pointer: string,
    keys: readonly string[] | null,
    required: readonly string[] = [],
  ): JsonObject | null {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.problem(pointer, `must be an object, found ${shown(value)}`);
    }
    for (const key of Object.keys(value)) {
      if (keys === null || keys.includes(key)) continue;
      this.problem(
        `${pointer}/${escaped(key)}`,
        `is not known here; known are ${keys.join(", ")}`,
      );
    }
    for (const key of required) {
      if (Object.hasOwn(value, key)) continue;
      this.problem(pointer, `must have ${key}`);
    }
    return value as JsonObject;
  }

  text(value: unknown, pointer: string): string | null {
    if (typeof value === "string" && value !== "") return value;
    return this.problem(pointer, `must be a text, found ${shown(value)}`);
  }

  whole(value: unknown, pointer: string, min: number): number | null {
    if (Number.isSafeInteger(value) && (value as number) >= min) {
      return value as number;
    }
    return this.problem(
      pointer,
      `must be a whole number from ${min}, found ${shown(value)}`,
    );
  }
}

function checkDefaults(check: Check, value: unknown): BudgetDefaults {
  if (value === undefined) return DEFAULTS;
  const given = check.object(value, "/defaults", Object.keys(DEFAULTS));
  if (given === null) return DEFAULTS;
  const least = { samples: 1, minSampleUs: 1, confirm: 0 };
  const result = { ...DEFAULTS };
  for (const key of ["samples", "minSampleUs", "confirm"] as const) {
    if (given[key] === undefined) continue;
    const number = check.whole(given[key], `/defaults/${key}`, least[key]);
    result[key] = number ?? result[key];
  }
  return result;
}

function checkBudgets(check: Check, value: unknown): Budget[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    check.problem("/budgets", `must be an array, found ${shown(value)}`);
    return [];
  }
  if (value.length > BUDGETS_MAX) {
    check.problem("/budgets", `must have at most ${BUDGETS_MAX} entries`);
    return [];
  }
  const ids = new Map<string, number>();
  const budgets: Budget[] = [];
  for (const [index, entry] of value.entries()) {
    const pointer = `/budgets/${index}`;
    const budget = checkBudget(check, entry, pointer);
    if (budget === null) continue;
    const first = ids.get(budget.id);
    if (first !== undefined) {
      check.problem(
        `${pointer}/id`,
        `${shown(budget.id)} stands at /budgets/${first} already`,
      );
    }
    ids.set(budget.id, index);
    budgets.push(budget);
  }
  return budgets;
}

function checkBudget(
  check: Check,
  value: unknown,
  pointer: string,
): Budget | null {
  const required = ["id", "source", "metrics"];
  const entry = check.object(value, pointer, BUDGET_KEYS, required);
  if (entry === null || required.some((key) => entry[key] === undefined)) {
    return null;
  }
  const id = check.text(entry.id, `${pointer}/id`);
  const source = check.text(entry.source, `${pointer}/source`);
  const params = entry.params === undefined
    ? {}
    : check.object(entry.params, `${pointer}/params`, null);
  const note = entry.note === undefined
    ? ""
    : check.text(entry.note, `${pointer}/note`);
  const metrics = checkMetrics(check, entry.metrics, `${pointer}/metrics`);
  if (id === null || source === null) return null;
  return { id, source, params: params ?? {}, note: note ?? "", metrics };
}

function checkMetrics(
  check: Check,
  value: unknown,
  pointer: string,
): Record<string, MetricBudget> {
  const entries = Object.entries(check.object(value, pointer, null) ?? {});
  if (entries.length === 0 || entries.length > METRICS_MAX) {
    check.problem(pointer, `must have 1 to ${METRICS_MAX} metrics`);
    return {};
  }
  const metrics: Record<string, MetricBudget> = {};
  for (const [name, bounds] of entries) {
    const metric = checkMetric(
      check,
      name,
      bounds,
      `${pointer}/${escaped(name)}`,
    );
    if (metric !== null) metrics[name] = metric;
  }
  return metrics;
}

function checkMetric(
  check: Check,
  name: string,
  value: unknown,
  pointer: string,
): MetricBudget | null {
  const unit = metricUnit(name);
  if (unit === null) {
    return check.problem(
      pointer,
      "must end with a unit: _ns, _us, _ms, _s, _bytes, _per_s, _rate, " +
        "_ratio, _speedup or _count",
    );
  }
  const given = check.object(value, pointer, METRIC_KEYS);
  if (given === null) return null;
  const isRatio = unit === "ratio" || unit === "speedup";
  const kind = given.class ?? (isRatio ? "ratio" : "absolute");
  if (!CLASSES.includes(kind as MetricClass)) {
    return check.problem(
      `${pointer}/class`,
      `must be one of ${CLASSES.join(", ")}, found ${shown(kind)}`,
    );
  }
  const better = given.better ?? betterOf(unit);
  if (better !== "lower" && better !== "higher") {
    return check.problem(
      `${pointer}/better`,
      `must be lower or higher, found ${shown(better)}`,
    );
  }
  const enforce = given.enforce ?? kind !== "absolute";
  if (typeof enforce !== "boolean") {
    return check.problem(
      `${pointer}/enforce`,
      `must be true or false, found ${shown(enforce)}`,
    );
  }
  const bounds = checkBounds(check, given, pointer, unit === "bytes", better);
  return bounds === null ? null : {
    ...{ class: kind as MetricClass, unit, better, ...bounds },
    tolerance: (given.tolerance ?? 0) as number,
    enforce,
  };
}

type Bounds = Pick<MetricBudget, typeof BOUNDS[number]>;

function checkBounds(
  check: Check,
  given: JsonObject,
  pointer: string,
  isSize: boolean,
  better: "lower" | "higher",
): Bounds | null {
  const before = check.problems.length;
  const bounds: Record<string, number | null> = {};
  for (const name of BOUNDS) {
    bounds[name] = given[name] === undefined
      ? null
      : checkBound(check, given[name], `${pointer}/${name}`, isSize);
  }
  const { target = null } = bounds;
  const derived = checkTolerance(check, given, target, pointer, better);
  bounds.critical ??= derived;
  if (check.problems.length > before) return null;
  const stated = BOUNDS.filter((name) => bounds[name] !== null);
  if (stated.length === 0) {
    return check.problem(pointer, "must have target, warning or critical");
  }
  for (let at = 1; at < stated.length; at++) {
    const [near, far] = [stated[at - 1]!, stated[at]!];
    const [a, b] = [bounds[near]!, bounds[far]!];
    if (better === "lower" ? a <= b : a >= b) continue;
    return check.problem(
      `${pointer}/${Object.hasOwn(given, far) ? far : near}`,
      `must be ${better === "lower" ? "at least" : "at most"} ${near} ` +
        `(${a}), found ${b}: ${better} is better`,
    );
  }
  return bounds as unknown as Bounds;
}

function checkBound(
  check: Check,
  value: unknown,
  pointer: string,
  isSize: boolean,
): number | null {
  if (isSize && typeof value === "string") {
    return parseSize(value) ?? check.problem(
      pointer,
      `must be a size such as "64MiB" or "500kB", found ${shown(value)}`,
    );
  }
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) {
    return value;
  }
  return check.problem(
    pointer,
    `must be a number from 0${isSize ? " or a size" : ""}, found ` +
      shown(value),
  );
}

/** The critical bound of an exact metric: its target and a tolerance. */
function checkTolerance(
  check: Check,
  given: JsonObject,
  target: number | null,
  pointer: string,
  better: "lower" | "higher",
): number | null {
  const isExact = given.class === "exact";
  if (given.tolerance === undefined) {
    // A target that must be met to the last one.
    return isExact && given.critical === undefined ? target : null;
  }
  const { tolerance } = given;
  const at = `${pointer}/tolerance`;
  if (!isExact || given.critical !== undefined || target === null) {
    return check.problem(
      at,
      "stands with the class exact and a target, and without critical",
    );
  }
  if (typeof tolerance !== "number" || !(tolerance >= 0 && tolerance < 1)) {
    return check.problem(
      at,
      `must be from 0 to below 1, found ${shown(tolerance)}`,
    );
  }
  return target * (better === "lower" ? 1 + tolerance : 1 - tolerance);
}

/** A key in a JSON pointer (RFC 6901). */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** A value in a message: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? "an array" : "an object";
  }
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
