/**
 * The HTTP door. `deno run -A server.ts` listens as the environment says
 * (`FASTPATH_HOST`, `FASTPATH_PORT`, `FASTPATH_TOKEN`, ...; see
 * `docs/http.md`); `deno serve -A server.ts` serves the default export.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- a server says where it listens

import { UsageError } from "./src/catalogue/option_values.ts";
import { serverConfig } from "./src/http/config.ts";
import {
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

/** Answers requests for `deno serve`, as the environment says. */
const handler: FetchHandler = import.meta.main
  ? { fetch: () => Promise.resolve(new Response(null, { status: 503 })) }
  : handlerOf({ ...serverConfig(variable), onError: report });
export default handler;

if (import.meta.main) Deno.exit(await main());
