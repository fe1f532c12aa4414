/**
 * A PostgreSQL of one's own, for tests: Debian's, installed where it is
 * missing, started on a free port over a folder that is removed afterwards.
 *
 * Run it to have one until it is interrupted:
 * `deno run -A tools/servers/postgres.ts`.
 *
 * @module
 */

/** A server that runs. */
export class Postgres implements AsyncDisposable {
  /** Where clients connect; user and database are `postgres`. */
  readonly port: number;
  readonly #folder: string;
  readonly #bin: string;

  private constructor(port: number, folder: string, bin: string) {
    this.port = port;
    this.#folder = folder;
    this.#bin = bin;
  }

  /**
   * Starts a server.
   *
   * @returns The server.
   * @throws {Error} If it cannot be installed or started; says why.
   */
  static async start(): Promise<Postgres> {
    const bin = await binFolder();
    const folder = await Deno.makeTempDir({ prefix: "fastpath-postgres-" });
    try {
      await Deno.chmod(folder, 0o755);
      const data = `${folder}/data`;
      if (Deno.uid() === 0) await run("chown", ["postgres", folder]);
      await asServer(`${bin}/initdb`, [
        ...["-A", "trust", "-N", "-E", "UTF8", "--no-locale"],
        ...["-U", "postgres", "-D", data],
      ]);
      const port = freePort();
      await asServer(`${bin}/pg_ctl`, [
        ...["-D", data, "-w", "-l", `${folder}/log`, "start"],
        ...[
          "-o",
          `-p ${port} -c listen_addresses=127.0.0.1 -c fsync=off ` +
          `-c unix_socket_directories=${folder}`,
        ],
      ]);
      return new Postgres(port, folder, bin);
    } catch (error) {
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /**
   * Runs psql, which stops at the first error.
   *
   * @param args What follows its connection, for instance `["-f", FILE]`.
   * @returns What it printed, unaligned and without headings.
   * @throws {Error} If it fails, with its words.
   */
  async psql(args: readonly string[]): Promise<string> {
    return await run(`${this.#bin}/psql`, [
      ...["-h", "127.0.0.1", "-p", String(this.port), "-U", "postgres"],
      ...["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", ...args],
    ]);
  }

  /** Stops it and removes its folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    const data = `${this.#folder}/data`;
    await asServer(`${this.#bin}/pg_ctl`, ["-D", data, "-m", "fast", "stop"]);
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Where the server's programs lie; installs them if need be. */
async function binFolder(): Promise<string> {
  const found = installedBin() ?? await install();
  if (found !== undefined) return found;
  throw new Error(
    "Cannot start PostgreSQL: initdb is not installed, install the package " +
      "postgresql (apt-get install postgresql)",
  );
}

/** The newest version's folder. */
function installedBin(): string | undefined {
  const versions = "/usr/lib/postgresql";
  try {
    const names = [...Deno.readDirSync(versions)].map(({ name }) => name);
    const newest = names.sort((a, b) => Number(b) - Number(a))
      .find((name) => exists(`${versions}/${name}/bin/initdb`));
    if (newest !== undefined) return `${versions}/${newest}/bin`;
  } catch {
    // Not Debian's; it may still be on the path.
  }
  const path = (Deno.env.get("PATH") ?? "").split(":");
  return path.find((folder) => exists(`${folder}/initdb`));
}

async function install(): Promise<string | undefined> {
  if (Deno.uid() !== 0 || !exists("/usr/bin/apt-get")) return undefined;
  const args = ["install", "-y", "-qq", "--no-install-recommends"];
  const attempt = () => run("apt-get", [...args, "postgresql"]);
  await attempt().catch(async () => {
    await run("apt-get", ["update", "-qq"]);
    await attempt();
  });
  return installedBin();
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The server refuses to run as root. */
async function asServer(command: string, args: string[]): Promise<string> {
  return Deno.uid() === 0
    ? await run("runuser", ["-u", "postgres", "--", command, ...args])
    : await run(command, args);
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: "/",
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  throw new Error(`${command} failed: ${text(stderr)}${text(stdout)}`);
}

if (import.meta.main) {
  const server = await Postgres.start();
  const line = `postgres://postgres@127.0.0.1:${server.port}/postgres\n`;
  await Deno.stdout.write(new TextEncoder().encode(line));
  await new Promise<void>((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    Deno.addSignalListener("SIGTERM", resolve);
  });
  await server[Symbol.asyncDispose]();
  Deno.exit(0);
}
