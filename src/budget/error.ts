/**
 * The error of a file that is no budget file, or no output of `deno bench`.
 *
 * @module
 */

/** One thing that is wrong in a file. */
export interface BudgetProblem {
  /** Where it is: a JSON pointer (RFC 6901), empty for the whole file. */
  readonly pointer: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/**
 * A file that breaks the rules of its form; all of its problems at once.
 *
 * @example Every problem has a place
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { BudgetError, parseBudgets } from "@fastpath/fastpath/budget";
 *
 * const text = '{ "version": 1, "budgets": [{ "id": "a" }] }';
 * const error = assertThrows(() => parseBudgets(text), BudgetError);
 * assertEquals(error.problems[0]?.pointer, "/budgets/0");
 * ```
 */
export class BudgetError extends SyntaxError {
  /** The class's name. */
  override readonly name = "BudgetError";
  /** What is wrong, in the order of the file; at least one. */
  readonly problems: readonly BudgetProblem[];

  /**
   * Makes the error.
   *
   * @param what The kind of file, for instance `budgets`.
   * @param problems What is wrong; at least one.
   */
  constructor(what: string, problems: readonly BudgetProblem[]) {
    const [first] = problems;
    const more = problems.length - 1;
    super(
      `Cannot read ${what}: ${first?.pointer === "" ? "" : first?.pointer}` +
        `${first?.pointer === "" ? "" : ": "}${first?.message}` +
        (more === 0 ? "" : `, and ${more} more`),
    );
    this.problems = problems;
  }
}
