import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startAnnouncementMails } from "#lib/announcements/live";
import { closePrisma } from "#lib/db/client";
import { closeLocks } from "#lib/db/lock";
import { migrate } from "#lib/db/migrate";
import { closePool } from "#lib/db/pool";
import { answerIncoming, startRuntime } from "#lib/gateway/live";
import { jobs } from "#lib/jobs/list";
import { startJobs } from "#lib/jobs/live";
import { startMailSender } from "#lib/mail/sender/live";
import { type Config, config, setConfig } from "#lib/runtime/config";
import { setReadiness } from "#lib/runtime/health";
import { log } from "#lib/runtime/log";
import { openMasterKey } from "#lib/secrets/live";
import { attachDocument } from "#lib/statements/service";
import { suppressBounced } from "#lib/subscribers/list-service";
import { seed } from "../prisma/seed.ts";
import { banner, consoleUrl } from "./banner.ts";
import { claimDataDir } from "./data-dir.ts";
import { drain } from "./drain.ts";
import { prepareFirstRun } from "./first-run.ts";
import { withFront } from "./front/front.ts";
import { mountGateway } from "./gateway-mount.ts";
import { createListener, type Listener, type NodeHandler } from "./http.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { startEmbeddedPostgres } from "./postgres/embedded.ts";

/**
 * Brings everything up, in the order in which each part needs the one before: data folder, database,
 * migrations, seed, runtime, Next, listener. `lifecycle` learns how to take it down again.
 * Returns what to print.
 */
export async function startServer(lifecycle: Lifecycle, options: { isDev: boolean }): Promise<string> {
  const claim = await claimDataDir(config().dataDir);
  lifecycle.onStop("data folder", claim.release);
  const settings = await withDatabase(lifecycle, config());
  await prepareDatabase(lifecycle, settings);

  const runtime = await startRuntime();
  lifecycle.onStop("runtime", () => runtime.stop());
  setReadiness(runtime.ready);
  // DATA_DIR, and with it the node's name, is this process's alone.
  const mail = startMailSender({
    by: runtime.nodeId,
    isOwnName: true,
    onBounce: suppressBounced,
    attach: attachDocument,
  });
  lifecycle.onStop("mail sender", mail.stop);
  lifecycle.onStop("announcement mails", startAnnouncementMails().stop);
  const running = await startJobs({ url: settings.databaseDirectUrl ?? "", jobs });
  lifecycle.onStop("jobs", running.stop);

  const firstRun = await prepareFirstRun(settings);
  const { listener, url } = await listen(lifecycle, settings, options.isDev);
  lifecycle.onStop("listener", () => drain(listener, PATIENCE));
  return banner({ url, firstRun, hasSimulator: settings.simulator === "on" });
}

/** What running calls get to finish in, once we are asked to end, and then for their protocol's error event. */
const PATIENCE = { graceMs: 30_000, lastWordsMs: 3_000 };

/** Starts the embedded Postgres unless the environment names a database. It stops last but the folder. */
async function withDatabase(lifecycle: Lifecycle, settings: Config): Promise<Config> {
  if (settings.databaseUrl !== undefined) return settings;
  const postgres = await startEmbeddedPostgres({ dataDir: settings.dataDir, log: log() });
  lifecycle.onStop("embedded Postgres", postgres.stop);
  return setConfig({ ...settings, databaseUrl: postgres.url, databaseDirectUrl: postgres.url });
}

async function prepareDatabase(lifecycle: Lifecycle, settings: Config): Promise<void> {
  const { applied, edited } = await migrate(settings.databaseDirectUrl ?? "");
  if (applied.length > 0) log().info({ migrations: applied }, "applied migrations");
  if (edited.length > 0)
    log().warn({ migrations: edited }, "these migrations were changed after they had been applied");
  lifecycle.onStop("database connections", async () => {
    await Promise.all([closePrisma(), closePool(), closeLocks()]);
  });
  await openMasterKey();
  await seed();
}

/** Listener and Next. In development Next gets the server itself, for its hot reload's WebSocket. */
async function listen(
  lifecycle: Lifecycle,
  settings: Config,
  isDev: boolean,
): Promise<{ listener: Listener; url: string }> {
  // Tollgate tells nobody what it does.
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const { default: createNext } = await import("next");
  const late: { next?: NodeHandler } = {};
  const listener = createGatewayListener(settings, (request, response) => late.next?.(request, response));
  const app = createNext({
    dev: isDev,
    dir: process.cwd(),
    hostname: settings.host,
    port: settings.port,
    ...(isDev ? { httpServer: listener.server } : {}),
  });
  await app.prepare();
  lifecycle.onStop("Next", () => app.close());
  late.next = app.getRequestHandler();
  const address = await bind(listener.server, settings);
  return { listener, url: consoleUrl(settings, address) };
}

function createGatewayListener({ gatewayMount }: Config, next: NodeHandler): Listener {
  if (gatewayMount === "next") return createListener({ gateway: undefined, next });
  return withFront(createListener({ gateway: mountGateway(answerIncoming), next }), answerIncoming);
}

/** Connections that may wait to be taken: with node's 511 a burst of streams, in one busy moment, loses some. */
const BACKLOG = 4_096;

async function bind(server: Server, settings: Pick<Config, "host" | "port">): Promise<AddressInfo> {
  server.listen({ port: settings.port, host: settings.host, backlog: BACKLOG });
  try {
    await once(server, "listening");
  } catch (cause) {
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    const why = isTaken ? "is in use: stop what listens there, or set PORT" : "cannot be bound";
    throw new Error(`${settings.host}:${settings.port} ${why}`, { cause });
  }
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("The listener has no address");
  return address;
}
