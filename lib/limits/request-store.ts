import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { LimitRequest as LimitRequestRow, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type Metric, metrics } from "./metrics.ts";
import {
  type LimitRequest,
  type ListLimitRequests,
  type RequestKind,
  requestKinds,
  requestStates,
} from "./request-schema.ts";

type Row = LimitRequestRow & { account: { name: string }; group: { id: string; name: string } | null };
type Decision = {
  state: "granted" | "refused" | "withdrawn";
  decidedBy: string;
  decidedAt: Date;
  answer: string;
  granted?: bigint;
  grantedUntil?: Date | null;
};

const withNames = {
  account: { select: { name: true } },
  group: { select: { id: true, name: true } },
} as const;

/** Requests, newest first, up to `limit` + 1, after an id. */
export async function listLimitRequests(
  query: ListLimitRequests,
  after?: string,
  { withProposals = true } = {},
): Promise<LimitRequest[]> {
  const { accountId, state, kind } = query;
  const rows = await prisma().limitRequest.findMany({
    where: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(state === undefined ? {} : { state }),
      ...(kind === undefined ? {} : { kind }),
      ...(after === undefined ? {} : { id: { lt: after } }),
      ...(withProposals ? {} : { NOT: { kind: "reduce" } }),
    },
    include: withNames,
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return rows.map(toAnswer);
}

/** How many wait for an operator, of every kind: proposals to cut a grant too. */
export async function countWaiting(): Promise<number> {
  return prisma().limitRequest.count({ where: { state: "waiting" } });
}

/** Of any kind and state, with who asked, to write to them. Undefined: there is none, or `id` is no UUID. */
export async function findLimitRequest(
  id: string,
  on: Pick<Transaction, "limitRequest"> = prisma(),
): Promise<(LimitRequest & { askedById: string | null; grantId: string | null }) | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await on.limitRequest.findUnique({ where: { id }, include: withNames });
  return row === null ? undefined : { ...toAnswer(row), askedById: row.askedById, grantId: row.grantId };
}

/** Makes requests of one account come one after another until the transaction ends. */
export async function lockRequestsOf(tx: Transaction, accountId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('limit requests ' || ${accountId}, 0))`;
}

/** Whether an account waits for an answer about this limit already. */
export async function isWaiting(
  tx: Transaction,
  about: { accountId: string; model: string | null; kind: RequestKind } & (
    | { metric: Metric }
    | { groupId: string }
  ),
): Promise<boolean> {
  const where = { ...about, model: about.model ?? "", state: "waiting" };
  return (await tx.limitRequest.count({ where })) > 0;
}

/** Answers its id. Call it under lockRequestsOf, once isWaiting said no: else the same could wait twice. */
export async function insertLimitRequest(
  tx: Transaction,
  data: Prisma.LimitRequestUncheckedCreateInput,
): Promise<string> {
  return (await tx.limitRequest.create({ data })).id;
}

/** Decides a request that waits; false: it is decided already, or there is none. */
export async function decideRow(tx: Transaction, id: string, decision: Decision): Promise<boolean> {
  const decided = await tx.limitRequest.updateMany({ where: { id, state: "waiting" }, data: decision });
  return decided.count === 1;
}

/** A grant that runs: until when, of what, and who asked for it. */
export type RunningGrant = {
  id: string;
  accountId: string;
  model: string | null;
  metric: Metric;
  value: bigint;
  until: Date | null;
  askedById: string | null;
};

/** Grants that end between two moments and whose customers have not been told yet. */
export async function findEnding(from: Date, to: Date): Promise<RunningGrant[]> {
  const rows = await prisma().limitRequest.findMany({
    where: { state: "granted", NOT: { kind: "line" }, remindedAt: null, grantedUntil: { gt: from, lte: to } },
    orderBy: { grantedUntil: "asc" },
    take: 500,
  });
  return rows.flatMap(toGrant);
}

/** Marks a grant's customer as told; false: another run has. */
export async function markReminded(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const marked = await tx.limitRequest.updateMany({
    where: { id, remindedAt: null },
    data: { remindedAt: at },
  });
  return marked.count === 1;
}

/** Grants decided before a moment that run still. */
export async function findRunningGrants(decidedBefore: Date, now: Date): Promise<RunningGrant[]> {
  const rows = await prisma().limitRequest.findMany({
    where: {
      state: "granted",
      NOT: { kind: "line" },
      decidedAt: { lte: decidedBefore },
      OR: [{ grantedUntil: null }, { grantedUntil: { gt: now } }],
    },
    orderBy: { id: "desc" },
  });
  return rows.flatMap(toGrant);
}

function toGrant(row: LimitRequestRow): RunningGrant[] {
  if (row.granted === null) return [];
  return [
    {
      id: row.id,
      accountId: row.accountId,
      model: row.model === "" ? null : row.model,
      metric: metricOf(row.metric),
      value: row.granted,
      until: row.grantedUntil,
      askedById: row.askedById,
    },
  ];
}

function toAnswer(row: Row): LimitRequest {
  return {
    id: row.id,
    kind: kindOf(row.kind),
    accountId: row.accountId,
    accountName: row.account.name,
    model: row.model === "" ? null : row.model,
    line: row.group,
    metric: row.group === null ? metricOf(row.metric) : null,
    wanted: row.group === null ? Number(row.wanted) : null,
    reason: row.reason,
    wantedUntil: row.wantedUntil?.toISOString() ?? null,
    stood: row.stood === null ? null : Number(row.stood),
    peak: row.peak === null ? null : Number(row.peak),
    state: requestStates.find((state) => state === row.state) ?? "waiting",
    askedBy: row.askedBy,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    answer: row.answer,
    granted: row.granted === null ? null : Number(row.granted),
    grantedUntil: row.grantedUntil?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

function kindOf(text: string): RequestKind {
  return requestKinds.find((kind) => kind === text) ?? "raise";
}

function metricOf(text: string): Metric {
  return metrics.find((metric) => metric === text) ?? "rpm";
}
