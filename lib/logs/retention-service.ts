import { log } from "#lib/runtime/log";
import { blankOldAddresses, countOldAddresses } from "./address-retention-store.ts";
import { keptDays } from "./kept-service.ts";
import type { RetentionPlan } from "./retention-schema.ts";
import { dropLogDay, listOldDays, sizeOfDays, waitingDays } from "./retention-store.ts";
import { countOldRollups, deleteOldRollups } from "./rollup-retention-store.ts";
import { listOpenDays, listOpenHours } from "./sums-store.ts";

export type Kept = { dropped: number; kept: number; rollups: number; blanked: number; forgotten: number };

/**
 * Lets go of what is older than the settings say (0: nothing ever): log rows, a day at a time, if it is sealed and its
 * rows are what was sealed; minutes, hours and lines of charts, once their days are summed; addresses and user agents.
 */
export async function keepLogs(signal: AbortSignal = new AbortController().signal): Promise<Kept> {
  const { logs, rollups, addresses } = await keptDays();
  const done: Kept = { dropped: 0, kept: 0, rollups: 0, blanked: 0, forgotten: 0 };
  for (const day of logs === 0 ? [] : await listOldDays(logs)) {
    if (signal.aborted) return done;
    const answer = await dropLogDay(day);
    if (answer === "dropped") done.dropped += 1;
    else done.kept += 1;
    const level = answer === "differs" ? "error" : "info";
    log()[level]({ day, answer }, "a day of the request log is past its retention");
  }
  if (rollups > 0 && (await areSummed(rollups))) done.rollups = await deleteOldRollups(rollups, signal);
  if (addresses > 0) Object.assign(done, await blankOldAddresses(addresses, signal));
  return done;
}

/** What would go if the job ran now, and what waits for a seal. Changes nothing. */
export async function planRetention(): Promise<RetentionPlan> {
  const { logs, rollups, addresses } = await keptDays();
  const oldDays = logs === 0 ? [] : await listOldDays(logs);
  const [size, waiting, old, named] = await Promise.all([
    sizeOfDays(oldDays),
    waitingDays(oldDays),
    rollups === 0 ? undefined : countOldRollups(rollups),
    addresses === 0 ? undefined : countOldAddresses(addresses),
  ]);
  // What is dropped today need not be blanked first.
  const blanked = await sizeOfDays((named?.logDays ?? []).filter((day) => !oldDays.includes(day)));
  return {
    logs: { keptDays: logs, days: oldDays.length, oldest: oldDays[0] ?? null, ...size, waiting },
    rollups: {
      keptDays: rollups,
      oldest: old?.oldest?.toISOString().slice(0, 10) ?? null,
      rows: old?.rows ?? 0,
      bytes: Math.round(old?.bytes ?? 0),
    },
    addresses: {
      keptDays: addresses,
      oldest: named?.oldest?.toISOString().slice(0, 10) ?? null,
      rows: named?.rows ?? 0,
      logRows: blanked.rows,
    },
  };
}

/** Whether all that could be deleted stands in the days, which stay. */
async function areSummed(days: number): Promise<boolean> {
  const endMs = Math.floor(Date.now() / 86_400_000) * 86_400_000 - days * 86_400_000;
  const [hours, whole] = await Promise.all([listOpenHours(0), listOpenDays(0)]);
  return ![...hours, ...whole].some((start) => start.getTime() < endMs);
}
