/**
 * A Python process that keeps the data of cases and runs them when asked, so
 * that neither its start nor the way of the data counts.
 *
 * @module
 */

const SCRIPT = new URL("python/tracker.py", import.meta.url);

/** `tracker.py` under way. */
export class PythonTracker {
  readonly #process: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor() {
    this.#process = new Deno.Command("python3", {
      args: [decodeURIComponent(SCRIPT.pathname)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    // It ends with its stdin, and need not keep this program alive.
    this.#process.unref();
    this.#lines = linesOf(this.#process.stdout);
    this.#writer = this.#process.stdin.getWriter();
  }

  /** Hands the data of a case over. */
  async give(name: string, data: unknown): Promise<void> {
    await this.#ask({ case: name, data });
  }

  /** The shortest run of a case, in milliseconds, among many. */
  async run(name: string, milliseconds: number): Promise<number> {
    const reply = await this.#ask({ run: name, milliseconds });
    return (reply as { milliseconds: number }).milliseconds;
  }

  /** The result of a case. */
  async answer(name: string): Promise<unknown> {
    return (await this.#ask({ answer: name }) as { answer: unknown }).answer;
  }

  async #ask(request: unknown): Promise<unknown> {
    const line = JSON.stringify(request) + "\n";
    await this.#writer.write(new TextEncoder().encode(line));
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("tracker.py ended early");
    return JSON.parse(value);
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
