import { formatUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { queryRows } from "#lib/db/pool";
import { DEAD_COST } from "./dead-store.ts";
import type { DeadLetter, ListDeadLetters } from "./schema.ts";

/** Where a page of dead letters ended: when it was set aside (Postgres' own text) and its id. */
export type DeadPosition = readonly [at: string, id: string];

type Row = {
  id: string;
  node_id: string;
  seq: bigint | null;
  row: { row?: Record<string, unknown>; unreadable?: unknown };
  error_class: string;
  at: Date;
  retried_at: Date | null;
  position: string;
  cost: string;
  account_name: string | null;
};

const SELECT = `SELECT d.*, d.at::text AS position, ${DEAD_COST}::text AS cost, a.name AS account_name
  FROM hot.spool_dead d LEFT JOIN account a ON a.id::text = d.row->'row'->>'accountId'`;

/** Dead letters, newest first, up to `limit` + 1, each with the position to go on from. */
export async function listDeadLetters(
  query: ListDeadLetters,
  after?: DeadPosition,
): Promise<{ letter: DeadLetter; position: DeadPosition }[]> {
  const rows = await queryRows<Row>(
    `${SELECT} WHERE ($1::text IS NULL OR ($1 = 'open') = (d.retried_at IS NULL))
       AND ($2::uuid IS NULL OR d.node_id = $2) AND ($3::timestamptz IS NULL OR (d.at, d.id) < ($3::timestamptz, $4::uuid))
     ORDER BY d.at DESC, d.id DESC LIMIT $5`,
    [query.state ?? null, query.nodeId ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
  );
  return rows.map((row) => ({ letter: toLetter(row), position: [row.position, row.id] as const }));
}

export async function findDeadLetter(id: string): Promise<DeadLetter | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await queryRows<Row>(`${SELECT} WHERE d.id = $1`, [id]);
  return row && toLetter(row);
}

/** Ids of open dead letters that were set aside until `until`, oldest first, after the id of the one before. */
export async function listOpenIds(
  until: Date,
  limit: number,
  after?: { at: string; id: string },
): Promise<{ at: string; id: string }[]> {
  return queryRows<{ at: string; id: string }>(
    `SELECT at::text AS at, id FROM hot.spool_dead
     WHERE retried_at IS NULL AND at <= $1 AND ($2::timestamptz IS NULL OR (at, id) > ($2::timestamptz, $3::uuid))
     ORDER BY spool_dead.at, id LIMIT $4`,
    [until, after?.at ?? null, after?.id ?? null, limit],
  );
}

function toLetter(dead: Row): DeadLetter {
  const { row = {} } = dead.row;
  const readable = !("unreadable" in dead.row);
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const { status } = row;
  return {
    id: dead.id,
    state: dead.retried_at === null ? "open" : "written",
    at: dead.at.toISOString(),
    retriedAt: dead.retried_at?.toISOString() ?? null,
    reason: dead.error_class,
    nodeId: dead.node_id,
    seq: dead.seq === null ? null : Number(dead.seq),
    requestId: text(row.requestId),
    accountId: text(row.accountId),
    accountName: dead.account_name,
    keyId: text(row.keyId),
    model: text(row.model),
    status: typeof status === "number" && Number.isInteger(status) ? status : null,
    cost: readable ? formatUsd(BigInt(dead.cost)) : null,
    readable,
    row: readable ? row : dead.row,
  };
}
