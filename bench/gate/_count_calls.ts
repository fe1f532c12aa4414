// deno-lint-ignore-file no-console -- a tool talks to its caller
/**
 * Prints how many calls of native symbols a run of an operation makes:
 * `_count_calls.ts OPERATION SIZE SEED`.
 *
 * @module
 */

let calls = 0;

/** Symbols that count their calls. */
function counting<T extends Record<string, unknown>>(symbols: T): T {
  const wrapped = Object.entries(symbols).map(([name, symbol]) => [
    name,
    typeof symbol !== "function" ? symbol : (...args: unknown[]) => {
      calls++;
      return symbol(...args);
    },
  ]);
  return Object.fromEntries(wrapped);
}

const dlopen = Deno.dlopen;
Object.defineProperty(Deno, "dlopen", {
  value: (...args: Parameters<typeof dlopen>) => {
    const library = dlopen(...args);
    const { symbols } = library;
    return {
      symbols: counting(symbols as never),
      close: () => library.close(),
    };
  },
});

// Loaded now: the library must see the wrapped function.
const { OPERATIONS } = await import("../../src/catalogue/list.ts");

const [name = "", size = "", seed = ""] = Deno.args;
const load = OPERATIONS[name];
if (load === undefined) throw new RangeError(`Cannot count: no ${name}`);
const run = (await load()).prepare(Number(size), Number(seed));
// The first run opens the library.
await run("native");
calls = 0;
await run("native");
console.log(calls);
