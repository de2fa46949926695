import type pg from "pg";
import { Gauge } from "prom-client";
import { inPoolTransaction, pool, type Queryable } from "#lib/db/pool";
import { log } from "#lib/runtime/log";
import { registry } from "#lib/runtime/prometheus";
import { singleton } from "#lib/runtime/singletons";
import { type Supervised, supervise } from "#lib/runtime/supervise";
import { type AlertCause, type AlertKind, alertKinds } from "./kinds.ts";
import { countOpenAlerts, raiseAlert, resolveAlerts } from "./store.ts";

/** Something that is looked at every few seconds: all that is wrong of its kind now. None: all its alerts are resolved. */
export type Watch = { kind: AlertKind; find(on: Queryable): Promise<AlertCause[]> };

const EVERY_MS = 5_000;
const ALERT_LOCK = "tollgate alerts";

/**
 * Makes `causes` all that is wrong of a kind: opens what is new, resolves what is not among them. Says both in the log;
 * what is new as an error.
 */
export async function keepAlerts(
  kind: AlertKind,
  causes: readonly AlertCause[],
  on: Queryable = pool(),
): Promise<void> {
  for (const cause of causes) {
    if (await raiseAlert(on, kind, cause)) log().error({ alert: kind, ...cause }, "alert");
  }
  const subjects = causes.map((cause) => cause.subject);
  for (const subject of await resolveAlerts(on, kind, subjects)) {
    log().info({ alert: kind, subject }, "alert resolved");
  }
}

/** Looks at everything once, unless another node is doing it at this moment. */
export async function watchOnce(watches: readonly Watch[], on: pg.Pool): Promise<void> {
  await inPoolTransaction(async (client) => {
    const { rows } = await client.query("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine", [
      ALERT_LOCK,
    ]);
    if (rows[0]?.mine !== true) return;
    for (const { kind, find } of watches) await keepAlerts(kind, await find(client), client);
  }, on);
  showOpen(await countOpenAlerts(on));
}

/** Watches until it is stopped, as a part of this node. */
export function startWatching(watches: readonly Watch[], on: pg.Pool = pool()): Supervised {
  return supervise({
    name: "alerts",
    maxPauseMs: 30_000,
    async run({ signal, up, pause }) {
      while (!signal.aborted) {
        await watchOnce(watches, on);
        up();
        await pause(EVERY_MS);
      }
    },
  });
}

function showOpen(counts: ReadonlyMap<string, number>): void {
  const gauge = singleton(
    "alerts-gauge",
    () =>
      new Gauge({
        name: "tollgate_alerts_open",
        help: "alerts that are open in the database, as this node saw it last",
        labelNames: ["kind"],
        registers: [registry()],
      }),
  );
  for (const kind of alertKinds) gauge.set({ kind }, counts.get(kind) ?? 0);
}
