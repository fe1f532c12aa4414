/**
 * Running other programs from the project's tasks.
 *
 * @module
 */

/** The project's folder. */
export const ROOT: URL = new URL("../", import.meta.url);

/** How a program ended. */
export interface Outcome {
  /** Its exit code. */
  readonly code: number;
  /** Everything it printed, stdout and stderr. */
  readonly output: string;
}

/**
 * Runs a program in the project's folder and collects what it prints.
 *
 * @param command The program and its arguments.
 * @param env Variables to set, besides those of this process.
 * @returns Exit code and output; code 127 where the program does not exist.
 */
export async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const [program = "", ...args] = command;
  try {
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, output: `${program}: not found` };
  }
}

/**
 * Runs a program with this process's terminal.
 *
 * @param command The program and its arguments.
 * @param cwd Its working directory; the project's folder where absent.
 * @returns Its exit code; 127 where the program does not exist.
 */
export async function runInherited(
  command: readonly string[],
  cwd: string | URL = ROOT,
): Promise<number> {
  const [program = "", ...args] = command;
  try {
    const child = new Deno.Command(program, { args, cwd }).spawn();
    return (await child.status).code;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return 127;
  }
}

/**
 * The first line that a tool prints of its version.
 *
 * @param command The tool with its version option.
 * @returns The line, or null where the tool does not run.
 */
export async function versionOf(
  command: readonly string[],
): Promise<string | null> {
  const { code, output } = await run(command);
  return code === 0 ? output.split("\n")[0] ?? "" : null;
}
