import { liveOf } from "../health.ts";
import { findTroubled, readHealth } from "../health-store.ts";
import { listActiveRows } from "../store.ts";

const out: ReadonlySet<string> = new Set(["open", "half_open", "rate_limited"]);

/** The ids of active channels that nobody is sent to now: out, being probed, or rate limited with all they serve. */
export async function listOut(): Promise<string[]> {
  const ids = await findTroubled();
  if (ids.length === 0) return [];
  const [rows, health] = await Promise.all([listActiveRows(ids), readHealth(ids)]);
  return rows.filter((row) => out.has(liveOf(row, health).state)).map((row) => row.id);
}
