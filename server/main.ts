import { existsSync } from "node:fs";
import { ConfigError, config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { shutdown } from "#lib/runtime/shutdown";
import { createLifecycle, type Lifecycle, StoppedWhileStarting } from "./lifecycle.ts";
import { favourMainThread } from "./one-core.ts";
import { startServer } from "./start-server.ts";

/** `npm start` and, with `--dev`, `npm run dev`: starts the server, and ends it when it is told to. */
async function main(): Promise<void> {
  favourMainThread();
  const lifecycle = createLifecycle();
  const start = { isOver: false };
  endOnSignals(lifecycle, start);
  endOnSurprise(lifecycle);
  try {
    if (existsSync(".env")) process.loadEnvFile(".env");
    config();
    const text = await startServer(lifecycle, { isDev: process.argv.includes("--dev") });
    if (!shutdown().stopping.aborted) console.log(text);
  } catch (error) {
    if (!(error instanceof StoppedWhileStarting)) process.exitCode = explain(error);
    shutdown().begin();
  }
  start.isOver = true;
  if (shutdown().stopping.aborted) await end(lifecycle);
}

/** A signal during the start lets the step under way finish: half a step could not be undone. */
function endOnSignals(lifecycle: Lifecycle, start: { isOver: boolean }): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      // Asked a second time, we wait for no call any more.
      if (shutdown().stopping.aborted) return shutdown().expire();
      console.log(`${signal}: finishing what runs, then stopping.`);
      shutdown().begin();
      if (start.isOver) void end(lifecycle);
    });
  }
}

function endOnSurprise(lifecycle: Lifecycle): void {
  process.on("uncaughtException", (err) => {
    log().fatal({ err }, "an error nobody caught, stopping");
    process.exitCode = 1;
    shutdown().begin();
    shutdown().expire();
    void end(lifecycle);
  });
  // A terminal that has gone away is no reason to fall over while stopping.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

async function end(lifecycle: Lifecycle): Promise<void> {
  await lifecycle.stopAll();
  process.exit();
}

function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    console.error(error.message);
    return 1;
  }
  console.error(`Tollgate could not start: ${error instanceof Error ? error.message : String(error)}`);
  log().debug({ err: error }, "the start failed");
  return 1;
}

await main();
