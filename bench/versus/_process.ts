/**
 * Whole processes as sides of a comparison: time, output and peak memory.
 *
 * @module
 */

/** How a process ran. */
export interface ProcessRun {
  /** Its stdout. */
  readonly stdout: string;
  /** The most memory it held at once, in 10^6 bytes. */
  readonly peakRssMB: number;
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Runs a process to its end in the project's folder.
 *
 * @param command The program and its arguments.
 * @param env Variables to set.
 * @returns Output and peak memory.
 * @throws {Error} If it fails.
 */
export async function runProcess(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessRun> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let peakKiB = 0;
  // The kernel keeps the high-water mark; the last look before the end counts.
  const watch = setInterval(() => {
    peakKiB = Math.max(peakKiB, highWaterKiB(child.pid));
  }, 10);
  const { code, stdout, stderr } = await child.output();
  clearInterval(watch);
  const decoder = new TextDecoder();
  if (code !== 0) {
    throw new Error(
      `${command.join(" ")} ended with ${code}: ${decoder.decode(stderr)}`,
    );
  }
  return { stdout: decoder.decode(stdout), peakRssMB: peakKiB * 1.024e-3 };
}

function highWaterKiB(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * The first line that a program prints of its version.
 *
 * @param command The program with its version option.
 * @returns The line, or null where it does not run.
 */
export async function programVersion(
  command: readonly string[],
): Promise<string | null> {
  try {
    const { stdout } = await runProcess(command);
    return stdout.split("\n")[0] ?? "";
  } catch {
    return null;
  }
}

/**
 * Our command line as a process.
 *
 * @param args Its arguments.
 * @returns Output and peak memory.
 */
export function runCli(args: readonly string[]): Promise<ProcessRun> {
  return runProcess([Deno.execPath(), "run", "-A", "cli.ts", ...args]);
}
