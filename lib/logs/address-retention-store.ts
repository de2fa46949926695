import { queryRows } from "#lib/db/pool";
import { blankSetAside } from "./blank-set-aside.ts";
import { listOldDays } from "./retention-store.ts";

/** Days older than `days` days whose rows still name addresses, and how many addresses By IP still knows from then. */
export async function countOldAddresses(
  days: number,
): Promise<{ rows: number; oldest: Date | null; logDays: string[] }> {
  const logDays: string[] = [];
  for (const day of await listOldDays(days)) if (await namesAddresses(day)) logDays.push(day);
  const [found] = await queryRows<{ rows: number; oldest: Date | null }>(
    `SELECT count(*)::float8 AS rows, min(day)::timestamp AT TIME ZONE 'UTC' AS oldest FROM hot.rollup_day_ip
     WHERE day < ${before}`,
    [days],
  );
  return { rows: found?.rows ?? 0, oldest: found?.oldest ?? null, logDays };
}

/**
 * Blanks IP address and user agent in the rows of days that are older, hour by hour, and in bills that were set aside
 * then, and forgets what By IP and the evidence of incidents know of them. Answers how many rows were blanked and how many of By IP went.
 */
export async function blankOldAddresses(
  days: number,
  signal: AbortSignal,
): Promise<{ blanked: number; forgotten: number }> {
  const done = { blanked: 0, forgotten: 0 };
  for (const day of await listOldDays(days)) {
    if (!(await namesAddresses(day))) continue;
    for (let hour = 0; hour < 24 && !signal.aborted; hour += 1) done.blanked += await blankHour(day, hour);
  }
  if (!signal.aborted) done.blanked += await blankDeadLetters(days);
  if (!signal.aborted) await forgetEvidence(days);
  while (!signal.aborted) {
    const [gone] = await queryRows<{ rows: number }>(
      `WITH gone AS (DELETE FROM hot.rollup_day_ip
         WHERE day = (SELECT min(day) FROM hot.rollup_day_ip WHERE day < ${before}) RETURNING 1)
       SELECT count(*)::int AS rows FROM gone`,
      [days],
    );
    if (gone === undefined || gone.rows === 0) break;
    done.forgotten += gone.rows;
  }
  return done;
}

/** There are few of them: each is one that an operator was told of. */
async function blankDeadLetters(days: number): Promise<number> {
  const rows = await queryRows<{ id: string; row: Record<string, unknown> }>(
    `SELECT id, row FROM hot.spool_dead WHERE (at AT TIME ZONE 'UTC')::date < ${before}`,
    [days],
  );
  let blanked = 0;
  for (const { id, row } of rows) {
    const blank = blankSetAside(row);
    if (blank === undefined) continue;
    await queryRows("UPDATE hot.spool_dead SET row = $2 WHERE id = $1", [id, JSON.stringify(blank)]);
    blanked += 1;
  }
  return blanked;
}

/** Addresses in incidents that were last seen then; the incident's sums and networks stay. */
async function forgetEvidence(days: number): Promise<void> {
  const isOld = `(one->>'lastSeen')::timestamptz < (${before})::timestamp AT TIME ZONE 'UTC'`;
  await queryRows(
    `UPDATE incident SET evidence = coalesce(
       (SELECT jsonb_agg(one ORDER BY place) FROM jsonb_array_elements(evidence) WITH ORDINALITY AS e(one, place)
        WHERE NOT ${isOld}), '[]')
     WHERE EXISTS (SELECT 1 FROM jsonb_array_elements(evidence) AS e(one) WHERE ${isOld})`,
    [days],
  );
}

const before = "(clock_timestamp() AT TIME ZONE 'UTC')::date - $1::int";
const tableOf = (day: string) => `hot.request_log_${day.replaceAll("-", "")}`;

/** Read from the index of addresses: a day that is blanked already costs nothing. */
async function namesAddresses(day: string): Promise<boolean> {
  const rows = await queryRows(`SELECT 1 FROM ${tableOf(day)} WHERE ip IS NOT NULL LIMIT 1`);
  return rows.length > 0;
}

async function blankHour(day: string, hour: number): Promise<number> {
  const [gone] = await queryRows<{ rows: number }>(
    `WITH gone AS (UPDATE ${tableOf(day)} SET ip = NULL, user_agent = NULL
       WHERE created_at >= $1::timestamptz + make_interval(hours => $2::int)
         AND created_at < $1::timestamptz + make_interval(hours => $2::int + 1)
         AND (ip IS NOT NULL OR user_agent IS NOT NULL) RETURNING 1)
     SELECT count(*)::int AS rows FROM gone`,
    [`${day}T00:00:00Z`, hour],
  );
  return gone?.rows ?? 0;
}
