// The part of @std/assert 1.x that this project uses.

/** Thrown by a failed assertion. */
export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

// deno-lint-ignore no-explicit-any
type Class<T> = abstract new (...args: any[]) => T;

/** Asserts that the value is truthy. */
export function assert(value: unknown, message?: string): asserts value;
/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
/** Asserts deep inequality. */
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void;
/** Asserts `Object.is` equality. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T;
/** Asserts that two numbers are close. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void;
/** Asserts that the text matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void;
/** Asserts that the text holds another. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void;
/** Asserts that the value is an instance of the class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expected: Class<T>,
  message?: string,
): asserts actual is T;
/** Asserts that the function throws, and returns the error. */
export function assertThrows(fn: () => unknown, message?: string): unknown;
/** Asserts that the function throws an error of the class. */
export function assertThrows<E extends Error>(
  fn: () => unknown,
  errorClass: Class<E>,
  includes?: string,
  message?: string,
): E;
/** Asserts that the promise rejects, and returns the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  message?: string,
): Promise<unknown>;
/** Asserts that the promise rejects with an error of the class. */
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: Class<E>,
  includes?: string,
  message?: string,
): Promise<E>;
/** Fails. */
export function fail(message?: string): never;
