import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Incident as IncidentRow, Prisma } from "#lib/db/generated/client";
import { queryRows } from "#lib/db/pool";
import { readSignals } from "./evidence.ts";
import type { Incident, IncidentDays, IncidentDaysQuery, ListIncidents } from "./schema.ts";
import { causeOf, type IncidentState, incidentStates, stateOf } from "./states.ts";
import { reasonText } from "./words.ts";

const withNames = {
  account: { select: { name: true } },
  key: { select: { name: true, prefix: true, last4: true, status: true, deletedAt: true } },
} as const;

export type NamedIncident = IncidentRow & {
  account: { name: string };
  key: { name: string; prefix: string; last4: string; status: string; deletedAt: Date | null };
};

/** Incidents, the newest first, up to `limit` + 1, after an id. */
export async function listIncidents(query: ListIncidents, after?: string): Promise<Incident[]> {
  const rows = await prisma().incident.findMany({
    where: { AND: [filterOf(query), after === undefined ? {} : { id: { lt: after } }] },
    include: withNames,
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return rows.map((row) => toIncident(row));
}

/** One incident as it is stored, with the names of whom it is about. */
export async function findNamedIncident(id: string): Promise<NamedIncident | undefined> {
  if (!isUuid(id)) return undefined;
  return (await prisma().incident.findUnique({ where: { id }, include: withNames })) ?? undefined;
}

/** An incident's timeline, the oldest first, at most 500 of it. */
export async function findEvents(incidentId: string) {
  return prisma().incidentEvent.findMany({ where: { incidentId }, orderBy: { id: "asc" }, take: 500 });
}

/** How many wait for somebody to act (`acted` ones do not), of an account or of all. */
export async function countOpen(accountId?: string): Promise<number> {
  return prisma().incident.count({
    where: { state: "open", ...(accountId === undefined ? {} : { accountId }) },
  });
}

type DayRow = { day: string; state: string; count: number; loss: string };

/** How many incidents were opened on each day (UTC) of a period, by what became of them, and what they cost. */
export async function countDays({ accountId, from, to }: IncidentDaysQuery): Promise<IncidentDays["days"]> {
  const rows = await queryRows<DayRow>(
    `SELECT to_char(opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, state, count(*)::int AS count,
       sum(spent_nano_usd)::text AS loss
     FROM incident
     WHERE opened_at >= $1 AND opened_at < $2 AND ($3::uuid IS NULL OR account_id = $3)
     GROUP BY 1, 2 ORDER BY 1`,
    [from, to, accountId ?? null],
  );
  const days = new Map<string, { counts: Record<IncidentState, number>; loss: bigint }>();
  for (const { day, state, count, loss } of rows) {
    const known = days.get(day) ?? { counts: { open: 0, acted: 0, resolved: 0, dismissed: 0 }, loss: 0n };
    known.counts[stateOf(state)] += count;
    // What was dismissed was no loss.
    if (state !== "dismissed") known.loss += BigInt(loss);
    days.set(day, known);
  }
  return [...days].map(([day, { counts, loss }]) => ({ day, ...counts, loss: formatUsd(loss) }));
}

/** `language`: of the reasons. */
export function toIncident(row: NamedIncident, language: "en" | "zh" = "en"): Incident {
  const signals = readSignals(row.signals);
  return {
    id: row.id,
    keyId: row.keyId,
    keyName: row.key.name,
    keyPrefix: row.key.prefix,
    keyLast4: row.key.last4,
    keyStatus: row.key.deletedAt !== null ? "deleted" : row.key.status === "disabled" ? "disabled" : "active",
    accountId: row.accountId,
    accountName: row.account.name,
    cause: causeOf(row.cause),
    state: stateOf(row.state),
    score: row.score,
    reasons: signals.map((signal) => reasonText(signal, language)),
    signals,
    networks: row.networks,
    requests: row.requests,
    loss: formatUsd(row.spentNanoUsd),
    refunded: formatUsd(row.refundedNanoUsd),
    source: row.source,
    since: row.since.toISOString(),
    openedAt: row.openedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}

function filterOf(query: ListIncidents): Prisma.IncidentWhereInput {
  const { accountId, keyId, state, cause, minScore, from, to, q } = query;
  return {
    ...(accountId === undefined ? {} : { accountId }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(state === undefined ? {} : { state: { in: incidentStates.filter((one) => one === state) } }),
    ...(cause === undefined ? {} : { cause }),
    ...(minScore === undefined ? {} : { score: { gte: minScore } }),
    openedAt: {
      ...(from === undefined ? {} : { gte: new Date(from) }),
      ...(to === undefined ? {} : { lt: new Date(to) }),
    },
    ...(q === undefined || q === "" ? {} : { OR: searchOf(q) }),
  };
}

function searchOf(q: string): Prisma.IncidentWhereInput[] {
  const contains = { contains: q, mode: "insensitive" } as const;
  return [
    { key: { name: contains } },
    { account: { name: contains } },
    { key: { prefix: { startsWith: q } } },
    { key: { last4: q } },
    { networks: { has: q } },
    ...(isUuid(q) ? [{ id: q }, { keyId: q }] : []),
  ];
}
