import { type Queryable, queryRows } from "#lib/db/pool";
import { type AlertCause, type AlertKind, hrefOf, isAlertKind, severities, severityOf } from "./kinds.ts";
import type { Alert, ListAlerts } from "./schema.ts";

/** Where a page of alerts ended: first seen (Postgres' own text, to the microsecond) and id. */
export type AlertPosition = readonly [firstSeen: string, id: string];

/** Opens an alert, or notes that it is seen still. True if it was not open before. */
export async function raiseAlert(on: Queryable, kind: AlertKind, cause: AlertCause): Promise<boolean> {
  const { rows } = await on.query<{ opened: boolean }>(
    `INSERT INTO hot.alert AS a (kind, subject, data) VALUES ($1, $2, $3)
     ON CONFLICT (kind, subject) DO UPDATE SET data = excluded.data, last_seen = now(), resolved_at = NULL,
       first_seen = CASE WHEN a.resolved_at IS NULL THEN a.first_seen ELSE now() END,
       count = a.count + (a.resolved_at IS NOT NULL)::int
     RETURNING a.first_seen = now() AS opened`,
    [kind, cause.subject, cause.data],
  );
  return rows[0]?.opened ?? false;
}

/** Resolves the open alerts of a kind but those about `still`. Returns what they were about. */
export async function resolveAlerts(
  on: Queryable,
  kind: AlertKind,
  still: readonly string[],
): Promise<string[]> {
  const { rows } = await on.query<{ subject: string }>(
    `UPDATE hot.alert SET resolved_at = now()
     WHERE kind = $1 AND resolved_at IS NULL AND NOT subject = ANY($2::text[]) RETURNING subject`,
    [kind, [...still]],
  );
  return rows.map((row) => row.subject);
}

/** What the open alerts of a kind are about. */
export async function openSubjects(on: Queryable, kind: AlertKind): Promise<Set<string>> {
  const rows = await queryRows<{ subject: string }>(
    "SELECT subject FROM hot.alert WHERE kind = $1 AND resolved_at IS NULL",
    [kind],
    on,
  );
  return new Set(rows.map(({ subject }) => subject));
}

/** Alerts by the time when they were opened, newest first, up to `limit` + 1, each with the position to go on from. */
export async function listAlerts(
  query: ListAlerts,
  after?: AlertPosition,
): Promise<{ alert: Alert; position: AlertPosition }[]> {
  const rows = await queryRows<AlertRow>(
    `SELECT *, first_seen::text AS position FROM hot.alert
     WHERE ($1::text IS NULL OR ($1 = 'open') = (resolved_at IS NULL)) AND ($2::text IS NULL OR kind = $2)
       AND ($3::timestamptz IS NULL OR (first_seen, id) < ($3::timestamptz, $4::uuid))
     ORDER BY first_seen DESC, id DESC LIMIT $5`,
    [query.state ?? null, query.kind ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
  );
  return rows.flatMap((row) => {
    const alert = toAlert(row);
    return alert === undefined ? [] : [{ alert, position: [row.position, row.id] as const }];
  });
}

/** Open alerts, errors before warnings, then the newest first. */
export async function listOpenAlerts(most: number): Promise<Alert[]> {
  const rows = await listAlerts({ state: "open", limit: 500 });
  const alerts = rows.map((row) => row.alert);
  return [...alerts]
    .sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity))
    .slice(0, most);
}

/** How many alerts of each kind are open; kinds without one are left out. */
export async function countOpenAlerts(on: Queryable): Promise<Map<string, number>> {
  const { rows } = await on.query<{ kind: string; count: number }>(
    "SELECT kind, count(*)::int AS count FROM hot.alert WHERE resolved_at IS NULL GROUP BY kind",
  );
  return new Map(rows.map((row) => [row.kind, row.count]));
}

type AlertRow = {
  id: string;
  kind: string;
  subject: string;
  data: Record<string, string | number>;
  first_seen: Date;
  last_seen: Date;
  resolved_at: Date | null;
  count: number;
  position: string;
};

/** Undefined for a kind that only a newer release knows. */
function toAlert(row: AlertRow): Alert | undefined {
  const { id, kind, subject, data, count } = row;
  if (!isAlertKind(kind)) return undefined;
  return {
    id,
    kind,
    subject,
    severity: severityOf(kind),
    state: row.resolved_at === null ? "open" : "resolved",
    data,
    href: hrefOf(kind, subject),
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    count,
  };
}
