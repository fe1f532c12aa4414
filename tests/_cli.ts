/**
 * The command line in a child process, for tests.
 *
 * @module
 */

/** The path of `cli.ts`. */
export const CLI: string = decodeURIComponent(
  new URL("../cli.ts", import.meta.url).pathname,
);

/** How a command ended. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may set. */
export interface CliOptions {
  /** Bytes on stdin; none where absent. */
  readonly stdin?: string | Uint8Array;
  /** The program that starts it, with arguments; none where absent. */
  readonly through?: readonly string[];
  /** The working directory. */
  readonly cwd?: string;
  /** Variables to set. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs `deno run -A cli.ts ...` to its end.
 *
 * @param args The arguments.
 * @param options Stdin, working directory, environment.
 * @returns Exit code and output.
 */
export async function cli(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliRun> {
  const words = [...options.through ?? [], Deno.execPath()];
  const [program = "", ...rest] = [...words, "run", "-A", CLI, ...args];
  const child = new Deno.Command(program, {
    args: rest,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { NO_COLOR: "1", ...options.env },
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (options.stdin !== undefined) {
    const bytes = typeof options.stdin === "string"
      ? new TextEncoder().encode(options.stdin)
      : options.stdin;
    const writer = child.stdin.getWriter();
    // A command that ends before it read everything is no fault of the test.
    await writer.write(bytes).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}

/**
 * A file with the given content in a folder of its own; both go away.
 *
 * @param name The file's name.
 * @param content Its content.
 * @returns The path, and the folder to dispose.
 */
export function temporaryFile(
  name: string,
  content: string | Uint8Array,
): { path: string; folder: string } & Disposable {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/${name}`;
  if (typeof content === "string") Deno.writeTextFileSync(path, content);
  else Deno.writeFileSync(path, content);
  return {
    path,
    folder,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}
