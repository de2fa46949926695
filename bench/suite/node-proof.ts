import pg from "pg";
import { percentile } from "../summary.ts";
import type { NodeGroup } from "./node-group.ts";
import { until } from "./processes.ts";

/** What stands in Postgres after the load, over all nodes. Sums in nano-USD. */
export type Sums = { rows: number; rowCosts: bigint; usage: bigint; held: bigint; ledgerOk: boolean };

const SETTLE_MS = 10_000;

/** Reads the sums once `expectedRows` billed calls stand there and nothing is held, at latest after 10 s. */
export async function sumsOf(group: NodeGroup, expectedRows: number): Promise<Sums> {
  const database = new pg.Client({ connectionString: group.databaseUrl });
  await database.connect();
  try {
    let last: Omit<Sums, "ledgerOk"> = { rows: 0, rowCosts: 0n, usage: 0n, held: 0n };
    await until(async () => {
      last = await read(database);
      return last.rows >= expectedRows && last.held === 0n ? true : undefined;
    }, SETTLE_MS);
    const { ok } = await group.operator.need<{ ok: boolean }>("POST", "/api/ledger/verify", {});
    return { ...last, ledgerOk: ok };
  } finally {
    await database.end();
  }
}

async function read(database: pg.Client): Promise<Omit<Sums, "ledgerOk">> {
  const { rows } = await database.query<Record<"rows" | "costs" | "usage" | "held", string>>(
    `SELECT (SELECT count(*) FROM hot.request_log WHERE cost > 0) AS rows,
       (SELECT coalesce(sum(cost), 0) FROM hot.request_log) AS costs,
       (SELECT coalesce(sum(amount), 0) FROM hot.ledger_entry WHERE ledger_account = 'usage') AS usage,
       (SELECT coalesce(sum(held + leased), 0) FROM hot.account_funds) AS held`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("Postgres gave no sums");
  const [rowCosts, usage, held] = [BigInt(row.costs), BigInt(row.usage), BigInt(row.held)];
  return { rows: Number(row.rows), rowCosts, usage, held };
}

/** Milliseconds from the first node's answer to a change until the slowest of the others obeyed it. */
export type Spread = { changes: number; p50Ms: number; worstMs: number };

const LOOK_EVERY_MS = 2;

/** Makes a key and disables it, `times` times, on the first node; the others are asked until they obey. */
export async function spreadOf(group: NodeGroup, times: number): Promise<Spread> {
  const account = await group.operator.createAccount();
  const waits: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const key = await group.operator.createKey(account.id);
    waits.push(await untilAll(group, key.secret, 200));
    await group.operator.need("PATCH", `/api/keys/${key.id}`, { status: "disabled" });
    waits.push(await untilAll(group, key.secret, 401));
  }
  return { changes: waits.length, p50Ms: percentile(waits, 0.5), worstMs: percentile(waits, 1) };
}

async function untilAll({ nodes }: NodeGroup, secret: string, status: number): Promise<number> {
  const startedAt = performance.now();
  const headers = { authorization: `Bearer ${secret}` };
  const obeys = async (port: number): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers });
    await answer.arrayBuffer();
    if (answer.status === status) return;
    if (performance.now() - startedAt > SETTLE_MS) throw new Error("a node does not obey a change");
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    return obeys(port);
  };
  await Promise.all(nodes.slice(1).map(({ port }) => obeys(port)));
  return performance.now() - startedAt;
}
