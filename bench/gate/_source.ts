/**
 * What measures the budgets of one source, and reading their parameters.
 *
 * @module
 */

import type { Budget, BudgetDefaults } from "../../src/budget/mod.ts";

/** Values by metric, or why there are none here. */
export type Taken =
  | { readonly values: Readonly<Record<string, number | null>> }
  | { readonly skipped: string };

/** Measures a budget once; what it throws makes the budget fail. */
export type Source = (
  budget: Budget,
  defaults: BudgetDefaults,
) => Promise<Taken>;

/**
 * A parameter that is a text.
 *
 * @param budget The budget.
 * @param name The parameter.
 * @returns Its value.
 * @throws {RangeError} If it is absent or no text.
 */
export function textOf({ id, params }: Budget, name: string): string {
  const value = params[name];
  if (typeof value === "string") return value;
  throw new RangeError(`Cannot measure ${id}: params.${name} must be a text`);
}

/**
 * A parameter that is a number.
 *
 * @param budget The budget.
 * @param name The parameter.
 * @param fallback What holds where it is absent.
 * @returns Its value.
 * @throws {RangeError} If it is no number, or absent without a fallback.
 */
export function numberOf(
  { id, params }: Budget,
  name: string,
  fallback?: number,
): number {
  const value = params[name] ?? fallback;
  if (typeof value === "number") return value;
  throw new RangeError(`Cannot measure ${id}: params.${name} must be a number`);
}

/**
 * A parameter that is a list of texts.
 *
 * @param budget The budget.
 * @param name The parameter.
 * @returns Its value; empty where it is absent.
 * @throws {RangeError} If it is no list of texts.
 */
export function textsOf({ id, params }: Budget, name: string): string[] {
  const value = params[name] ?? [];
  const isTexts = Array.isArray(value) &&
    value.every((one) => typeof one === "string");
  if (isTexts) return value;
  throw new RangeError(`Cannot measure ${id}: params.${name} must be texts`);
}
