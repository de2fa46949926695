import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type pg from "pg";
import { createPool, queryRows } from "#lib/db/pool";
import type { RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { openSpool, type Spool } from "#lib/spool/store";
import { someSettlement, spoolFolder } from "#lib/spool/testing";
import type { Settlement } from "./batch.ts";
import { createSpooledWriter, type SpooledOptions, type SpooledWriter } from "./live.ts";

const BALANCE = 1_000_000n;
const LEASED = 900_000n;

/** A node with a spool folder, and an account of which it has leased 900,000 of 1,000,000. `close` ends it all. */
export async function leasedNode(pool: pg.Pool) {
  const [node, account, key] = [newId(), newId(), newId()];
  let folder = spoolFolder();
  const opened: Spool[] = [];
  const writers: SpooledWriter[] = [];
  await pool.query("INSERT INTO hot.account_funds (account_id, balance, leased) VALUES ($1, $2, $3)", [
    account,
    BALANCE,
    LEASED,
  ]);
  await pool.query("INSERT INTO hot.lease (node_id, account_id, amount) VALUES ($1, $2, $3)", [
    node,
    account,
    LEASED,
  ]);
  const call = (costNanoUsd: bigint, more: Partial<RequestLogRow> = {}) =>
    someSettlement({ accountId: account, keyId: key, nodeId: node, costNanoUsd, ...more });
  return {
    ...{ node, account, call },
    path: () => folder.path,
    calls: (count: number, costNanoUsd: bigint) => Array.from({ length: count }, () => call(costNanoUsd)),
    open(maxBytes = 1 << 30): Spool {
      const spool = openSpool({ path: folder.path, maxBytes });
      opened.push(spool);
      return spool;
    },
    writerOver(spool: Spool, more: Partial<SpooledOptions> = {}): SpooledWriter {
      const writer = createSpooledWriter({
        ...{ spool, pool, nodeId: node, newId: () => newId(), random: Math.random, capacityBytes: 1 << 29 },
        ...{ maxBackOffMs: 50, ...more },
      });
      writers.push(writer);
      return writer;
    },
    books: () => readBooks(account, pool),
    /** Settlements of this node that were set aside, the oldest first. */
    dead: () =>
      queryRows<{ id: string; seq: bigint | null; error_class: string; retried_at: Date | null }>(
        "SELECT id, seq, error_class, retried_at FROM hot.spool_dead WHERE node_id = $1 ORDER BY at",
        [node],
        pool,
      ),
    loseFolder() {
      folder.remove();
      folder = spoolFolder();
    },
    async close() {
      await Promise.all(writers.map((writer) => writer.drain(0)));
      for (const spool of opened) spool.close();
      folder.remove();
    },
  };
}

export const settleAll = (writer: SpooledWriter, all: Settlement[]) =>
  Promise.all(all.map((one) => writer.settle(one)));

type Books = Record<"rows" | "requests" | "balance" | "leased" | "lease" | "entries", bigint>;

/** What Postgres says of an account: rows, rollup, balance, lease and ledger, all of which must agree. */
async function readBooks(account: string, pool: pg.Pool): Promise<Books> {
  const [books] = await queryRows<Books>(
    `SELECT (SELECT count(*) FROM hot.request_log WHERE account_id = $1) AS rows,
      (SELECT coalesce(sum(requests), 0)::bigint FROM hot.rollup_minute_key WHERE account_id = $1::text) AS requests,
      f.balance, f.leased, (SELECT amount FROM hot.lease WHERE account_id = $1) AS lease,
      (SELECT coalesce(sum(amount), 0)::bigint FROM hot.ledger_entry WHERE account_id = $1) AS entries
     FROM hot.account_funds f WHERE account_id = $1`,
    [account],
    pool,
  );
  if (books === undefined) throw new Error("the account is gone");
  return books;
}

/** What the books say when `rows` calls cost `spent` together. */
export function inBooks(rows: number, spent: bigint): Books {
  return {
    ...{ rows: BigInt(rows), requests: BigInt(rows), balance: BALANCE - spent, entries: -spent },
    ...{ leased: LEASED - spent, lease: LEASED - spent },
  };
}

/** A way to Postgres that can be cut, and mended. */
export async function cuttable(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((inner) => {
    if (isCut) return inner.destroy();
    const outer = connect(Number(target.port), target.hostname);
    const ways = [
      [inner, outer],
      [outer, inner],
    ] as const;
    for (const [from, to] of ways) {
      sockets.add(from);
      from.on("error", () => {}).on("close", () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const pool = createPool(Object.assign(new URL(databaseUrl), { port: String(port) }).href, 4);
  return {
    pool,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    async stop() {
      await pool.end();
      server.close();
    },
  };
}
