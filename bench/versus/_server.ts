/**
 * A server in a process of its own, as a side of a comparison.
 *
 * @module
 */

/** The server of this project. */
export const SERVER: string = new URL("../../server.ts", import.meta.url).href;

/** A server that listens. */
export interface Served {
  /** Where, without a slash at the end. */
  readonly url: string;
}

/**
 * Starts a server; it is killed when this process ends. What it prints goes
 * nowhere, as the log of a busy server goes to a file.
 *
 * @param args Arguments of `deno run`, the script last.
 * @param env Variables to set; `PORT` is set to a free port.
 * @returns The server, once it answers.
 */
export async function serve(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", ...args],
    env: { ...env, PORT: port, FASTPATH_PORT: port },
    stdout: "null",
    stderr: "null",
  }).spawn();
  addEventListener("unload", () => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries++) {
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response !== null) return { url };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no server at ${url}`);
}

/**
 * Starts a server from a script that listens on the port `PORT`.
 *
 * @param script TypeScript; it may import what the project's files may.
 * @returns The server, once it answers.
 */
export async function serveScript(script: string): Promise<Served> {
  const path = await Deno.makeTempFile({
    dir: decodeURIComponent(new URL(".", import.meta.url).pathname),
    prefix: "_load_",
    suffix: ".ts",
  });
  await Deno.writeTextFile(path, script);
  try {
    return await serve(["--no-check", path]);
  } finally {
    await Deno.remove(path);
  }
}

function freePort(): string {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return String((listener.addr as Deno.NetAddr).port);
}
