import { formatUsd, parseUsd } from "#lib/core/money";
import { isUuid } from "#lib/core/shapes";
import { type Queryable, queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";
import type { PartReport } from "#lib/runtime/supervise";
import type { ListNodes, Node, NodeState } from "./schema.ts";
import type { NodeSort } from "./sorts.ts";

/** What a process says of itself. */
export type NodeReport = {
  startedAt: Date;
  version: string;
  host: string;
  engine: "leased" | "direct";
  spool: { rows: number; bytes: number; lagMs: number };
  clockOffsetMs: number;
  parts: readonly PartReport[];
};

/** A node that has not been heard of for so long is not live. */
export const QUIET_SECONDS = 15;
const MOST_LEASES = 100;

/** A node's word of itself: it lives now, and if it was stopped, no longer is. */
export async function writeReport(on: Queryable, nodeId: string, report: NodeReport): Promise<void> {
  const { startedAt, version, host, engine, spool, clockOffsetMs, parts } = report;
  await on.query({
    name: "node-report",
    text: `INSERT INTO hot.node_report AS n (node_id, started_at, version, host, engine, spool_rows, spool_bytes,
        spool_lag_ms, clock_offset_ms, parts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      ON CONFLICT (node_id) DO UPDATE SET seen_at = clock_timestamp(), started_at = $2, stopped_at = NULL, version = $3,
        host = $4, engine = $5, spool_rows = $6, spool_bytes = $7, spool_lag_ms = $8, clock_offset_ms = $9, parts = $10`,
    values: [
      nodeId,
      startedAt,
      version,
      host,
      engine,
      spool.rows,
      spool.bytes,
      Math.round(spool.lagMs),
      Math.round(clockOffsetMs),
      JSON.stringify(parts),
    ],
  });
}

/** The process ends in order: nobody need wonder where it is. */
export async function markStopped(on: Queryable, nodeId: string): Promise<void> {
  await on.query(
    "UPDATE hot.node_report SET stopped_at = clock_timestamp(), seen_at = clock_timestamp(), parts = '[]' WHERE node_id = $1",
    [nodeId],
  );
}

/** Forgets nodes that were last heard of long ago and that nobody's money hangs on. */
export async function forgetNodes(on: Queryable): Promise<void> {
  await on.query(
    `DELETE FROM hot.node_report n WHERE seen_at < now() - interval '30 days'
     AND NOT EXISTS (SELECT 1 FROM hot.lease l WHERE l.node_id = n.node_id AND l.amount > 0)
     AND NOT EXISTS (SELECT 1 FROM hot.hold h WHERE h.node_id = n.node_id AND h.amount > 0)`,
  );
}

/** Nodes in the query's order, up to `limit` + 1, after a position. */
export async function listNodes(query: ListNodes, after?: { key: string; id: string }): Promise<Node[]> {
  const [expression, type] = orders[fieldOf(query.sort)];
  const [direction, beyond] = query.sort.startsWith("-") ? ["DESC", "<"] : ["ASC", ">"];
  return readNodes(
    // What keeps nobody's money and was not heard of for long is of no interest any more.
    `WHERE ($1::text IS NULL OR (${expression}, id) ${beyond} ($1::${type}, $2::uuid)) AND ($3::text IS NULL OR state = $3)
       AND (node_id IS NOT NULL OR leased > 0 OR last_seen > now() - interval '1 hour')
     ORDER BY ${expression} ${direction}, id ${direction} LIMIT $4`,
    [after?.key ?? null, after?.id ?? null, query.state ?? null, query.limit + 1],
  );
}

type NodeField = "id" | "state" | "lastSeen" | "waiting" | "lag" | "leased";

/** What the list is ordered by, with its type. Who never reported has no spool: below one that is empty. */
const orders: Record<NodeField, readonly [expression: string, type: string]> = {
  id: ["id", "uuid"],
  state: ["state", "text"],
  // As exact as the answer says it, so that a cursor made of the answer finds its place.
  lastSeen: ["date_trunc('milliseconds', last_seen)", "timestamptz"],
  waiting: ["coalesce(spool_rows, -1)", "bigint"],
  lag: ["coalesce(spool_lag_ms, -1)", "bigint"],
  leased: ["leased", "bigint"],
};

/** A node's place in an order, as a cursor keeps it. */
export function keyOfNode(sort: NodeSort, node: Node): string {
  const keys: Record<NodeField, string> = {
    id: node.id,
    state: node.state,
    lastSeen: node.lastSeen,
    waiting: String(node.spool?.rows ?? -1),
    lag: String(node.spool?.lagMs ?? -1),
    leased: parseUsd(node.leased).toString(),
  };
  return keys[fieldOf(sort)];
}

function fieldOf(sort: NodeSort): NodeField {
  return sort.replace("-", "") as NodeField;
}

/** Also one that the list leaves out because it has been silent for long. Undefined: there is none, or `id` is no UUID. */
export async function findNode(id: string): Promise<Node | undefined> {
  if (!isUuid(id)) return undefined;
  return (await readNodes("WHERE id = $1", [id]))[0];
}

/** Frees what is set aside for the node (hot.abandon_node); null if it was heard of within `quietSeconds`. Nano-USD. */
export async function abandonLeases(
  tx: Transaction,
  nodeId: string,
  quietSeconds: number,
): Promise<bigint | null> {
  const rows = await tx.$queryRaw<{ freed: bigint | null }[]>`
    SELECT hot.abandon_node(${nodeId}::uuid, make_interval(secs => ${quietSeconds})) AS freed`;
  return rows[0]?.freed ?? null;
}

/** Nodes without a word for `silentSeconds` for which money is set aside, nano-USD. */
export async function findOrphans(on: Queryable, silentSeconds: number) {
  const { rows } = await on.query<{ id: string; amount: bigint; accounts: number }>(
    `${NODES} SELECT id, leased AS amount, lease_count AS accounts FROM node
     WHERE leased > 0 AND state <> 'live' AND last_seen < now() - make_interval(secs => $1)`,
    [silentSeconds],
  );
  return rows;
}

/** Live nodes whose clock is further from the database's than `mostMs`. */
export async function findSkewed(on: Queryable, mostMs: number) {
  const { rows } = await on.query<{ id: string; offset_ms: number }>(
    `${NODES} SELECT id, clock_offset_ms AS offset_ms FROM node WHERE state = 'live' AND abs(clock_offset_ms) > $1`,
    [mostMs],
  );
  return rows;
}

/** Parts of live nodes that have not worked for longer than `seconds`. */
export async function findDownParts(on: Queryable, seconds: number) {
  const { rows } = await on.query<{ id: string; part: string; host: string }>(
    `${NODES} SELECT id, host, p->>'name' AS part FROM node, jsonb_array_elements(parts) AS p
     WHERE state = 'live' AND p->>'state' IN ('starting', 'waiting')
       AND (p->>'since')::timestamptz < now() - make_interval(secs => $1)`,
    [seconds],
  );
  return rows;
}

/**
 * All that is known of nodes: what they report, and the leases of those that never did (an older release). What is set aside
 * for a node is what it has leased, and what calls hold in the database that only it can end.
 */
const NODES = `WITH aside AS (
    SELECT node_id, account_id, sum(amount)::bigint AS amount FROM (
      SELECT node_id, account_id, amount FROM hot.lease WHERE amount > 0
      UNION ALL SELECT node_id, account_id, amount FROM hot.hold WHERE amount > 0) t GROUP BY node_id, account_id
  ), leased AS (
    SELECT node_id, sum(amount)::bigint AS leased, count(*)::int AS lease_count FROM aside GROUP BY node_id
  ), node AS (
    SELECT coalesce(r.node_id, n.node_id) AS id, r.*, coalesce(l.leased, 0) AS leased, coalesce(l.lease_count, 0) AS lease_count,
      greatest(r.seen_at, n.seen_at) AS last_seen,
      CASE WHEN r.stopped_at IS NOT NULL THEN 'stopped'
        WHEN greatest(r.seen_at, n.seen_at) > now() - interval '${QUIET_SECONDS} seconds' THEN 'live' ELSE 'away' END AS state
    FROM hot.node_report r FULL JOIN hot.lease_node n ON n.node_id = r.node_id
    LEFT JOIN leased l ON l.node_id = coalesce(r.node_id, n.node_id)
  )`;

type NodeRow = {
  id: string;
  state: NodeState;
  last_seen: Date;
  started_at: Date | null;
  version: string | null;
  host: string | null;
  engine: "leased" | "direct" | null;
  spool_rows: bigint | null;
  spool_bytes: bigint | null;
  spool_lag_ms: bigint | null;
  clock_offset_ms: number | null;
  leased: bigint;
  lease_count: number;
  parts: PartReport[] | null;
  dead_letters: number;
  leases: { accountId: string; accountName: string; amount: string }[] | null;
};

async function readNodes(rest: string, values: (string | number | null)[]): Promise<Node[]> {
  const rows = await queryRows<NodeRow>(
    `${NODES} SELECT node.*,
       (SELECT count(*)::int FROM hot.spool_dead d WHERE d.node_id = node.id AND d.retried_at IS NULL) AS dead_letters,
       (SELECT json_agg(t) FROM (
          SELECT l.account_id AS "accountId", coalesce(a.name, '') AS "accountName", l.amount::text AS amount
          FROM aside l LEFT JOIN account a ON a.id = l.account_id
          WHERE l.node_id = node.id ORDER BY l.amount DESC LIMIT ${MOST_LEASES}) t) AS leases
     FROM node ${rest}`,
    values,
  );
  return rows.map(toNode);
}

function toNode(row: NodeRow): Node {
  return {
    id: row.id,
    state: row.state,
    lastSeen: row.last_seen.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    version: row.version,
    host: row.host,
    engine: row.engine,
    spool:
      row.spool_rows === null
        ? null
        : {
            rows: Number(row.spool_rows),
            bytes: Number(row.spool_bytes),
            lagMs: Number(row.spool_lag_ms),
          },
    clockOffsetMs: row.clock_offset_ms,
    leased: formatUsd(row.leased),
    leaseCount: row.lease_count,
    leases: (row.leases ?? []).map((lease) => ({ ...lease, amount: formatUsd(BigInt(lease.amount)) })),
    deadLetters: row.dead_letters,
    parts: row.parts ?? [],
  };
}
