/**
 * The HTTP door. `deno run -A server.ts` listens as the environment says
 * (`FASTPATH_HOST`, `FASTPATH_PORT`, `FASTPATH_TOKEN`, ...; see
 * `docs/http.md`); `deno serve -A server.ts` serves the default export, where
 * the runtime chooses the address.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- a server says where it listens

import { UsageError } from "./src/catalogue/option_values.ts";
import { isLoopbackHost, serverConfig } from "./src/http/config.ts";
import {
  addressOf,
  type FetchHandler,
  handlerOf,
  startServer,
} from "./src/http/server.ts";

export type { FetchHandler };

function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

function report(error: unknown, requestId: string): void {
  const detail = error instanceof Error ? error.stack : String(error);
  console.error(`fastpath: request ${requestId} failed: ${detail}`);
}

async function main(): Promise<number> {
  let config;
  try {
    config = serverConfig(variable);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`fastpath: ${error.message}`);
    return 2;
  }
  let server;
  try {
    server = startServer(config, report);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(
      `fastpath: Cannot listen on ${config.host}:${config.port}: ${why}`,
    );
    return 1;
  }
  console.log(`fastpath listens on ${server.url}`);
  const stop = () => void server.stop();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, stop);
  }
  await server.finished;
  await server.stop();
  return 0;
}

/**
 * Whether the runtime listens by itself, as `deno serve` makes it: both ways
 * of starting look alike from inside. Null where the command cannot be seen.
 */
function isServed(): boolean | null {
  const path = "/proc/self/cmdline";
  const { state } = Deno.permissions.querySync({ name: "read", path });
  if (!import.meta.main || state !== "granted") return null;
  try {
    const [, ...words] = Deno.readTextFileSync(path).split("\0");
    const command = words.find((word) => !word.startsWith("-"));
    return command === "serve" ? true : command === "run" ? false : null;
  } catch {
    return null;
  }
}

/** Set when the runtime listens. */
let isListening = false;

function handlerOrExit(): FetchHandler {
  try {
    const config = serverConfig(variable);
    return {
      ...handlerOf({ ...config, onError: report }),
      onListen(address) {
        isListening = true;
        if (config.token !== null || isLoopbackHost(address.hostname)) {
          const { hostname, port } = address;
          console.log(`fastpath listens on ${addressOf(hostname, port)}`);
          return;
        }
        console.error(
          `fastpath: ${address.hostname} opens the server to other machines: ` +
            "set FASTPATH_TOKEN too, or serve with --host 127.0.0.1",
        );
        Deno.exit(2);
      },
    };
  } catch (error) {
    if (!import.meta.main || !(error instanceof UsageError)) throw error;
    console.error(`fastpath: ${error.message}`);
    Deno.exit(2);
  }
}

const served = isServed();

/** Answers requests for `deno serve`, as the environment says. */
const handler: FetchHandler = served === false
  ? { fetch: () => new Response(null, { status: 503 }) }
  : handlerOrExit();
export default handler;

if (served === false) Deno.exit(await main());
if (import.meta.main && served === null) {
  // By then the runtime listens, or never will.
  setTimeout(async () => isListening || Deno.exit(await main()), 0);
}
