import { keptDays } from "./kept-service.ts";
import { listOpenDays, listOpenHours, passEmptyHours, sumDay, sumHour } from "./sums-store.ts";

/** Sums what is over into hours and days, oldest first, until it is done or `signal` says so. */
export async function sumRollups(signal: AbortSignal): Promise<{ hours: number; days: number }> {
  const { rollups } = await keptDays();
  const done = { hours: 0, days: 0 };
  await passEmptyHours(await listOpenHours(rollups));
  for (const hour of await listOpenHours(rollups)) {
    if (signal.aborted) return done;
    await sumHour(hour);
    done.hours += 1;
  }
  for (const day of await listOpenDays(rollups)) {
    if (signal.aborted) return done;
    await sumDay(day);
    done.days += 1;
  }
  return done;
}
