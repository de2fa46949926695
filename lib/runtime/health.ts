import { queryRows } from "#lib/db/pool";
import { shutdown } from "./shutdown.ts";
import { peekSingleton, setSingleton } from "./singletons.ts";

/** What the runtime says of itself: whether snapshot, clock and partitions allow it to serve. */
export type Readiness = { readonly ok: boolean; readonly reasons: readonly string[] };

/** Names who is asked. Called once at start, after migrations and seed. */
export function setReadiness(ask: () => Readiness): void {
  setSingleton("readiness", ask);
}

/** Whether somebody has started the runtime in this process. */
export function hasReadiness(): boolean {
  return peekSingleton("readiness") !== undefined;
}

/** `GET /healthz`: the process answers. */
export function healthResponse(): Response {
  return Response.json({ ok: true }, { headers: NO_STORE });
}

/** `GET /readyz`: 200 if calls can be served, else 503 with the reasons. */
export async function readyResponse(): Promise<Response> {
  const reasons = await unreadyReasons();
  const isReady = reasons.length === 0;
  return Response.json({ ok: isReady, reasons }, { status: isReady ? 200 : 503, headers: NO_STORE });
}

const NO_STORE = { "cache-control": "no-store" };

async function unreadyReasons(): Promise<readonly string[]> {
  // First, so that a stopping process says so even when its database is gone already.
  if (shutdown().stopping.aborted) return ["stopping"];
  const ask = peekSingleton<() => Readiness>("readiness");
  if (!ask) return ["starting"];
  const runtime = ask();
  const reasons = runtime.ok ? [] : runtime.reasons;
  return (await databaseAnswers()) ? reasons : ["database", ...reasons];
}

const DATABASE_PATIENCE_MS = 2_000;

async function databaseAnswers(): Promise<boolean> {
  const patience = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => patience.resolve(false), DATABASE_PATIENCE_MS);
  const asked = queryRows("SELECT 1").then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([asked, patience.promise]);
  clearTimeout(timer);
  return answered;
}
