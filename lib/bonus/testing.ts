import { randomInt } from "node:crypto";
import type { Actor } from "#lib/api/operation";
import { isAppError } from "#lib/core/errors";
import { connectDatabase, prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { type Taking, takeBack } from "#lib/recharges/refund-service";
import { createRecharge, lockOrThrow } from "#lib/recharges/service";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { expireBonuses, giveGift } from "./service.ts";

/** What a flush of calls does to the ledger, log rows apart. */
export async function bookUsage(accountId: string, nanoUsd: bigint): Promise<void> {
  await queryRows(
    `WITH f AS (
       UPDATE hot.account_funds SET balance = balance - $3::bigint WHERE account_id = $2 RETURNING 1
     ), t AS (
       INSERT INTO hot.ledger_transaction (id, kind, account_id, minute, requests)
       SELECT $1, 'usage', $2, date_trunc('minute', clock_timestamp()), 1 FROM f RETURNING id
     )
     INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
     SELECT id, 1, 'customer', $2::uuid, -$3::bigint FROM t UNION ALL SELECT id, 2, 'usage', NULL, $3::bigint FROM t`,
    [newId(), accountId, nanoUsd],
  );
}

const actor: Actor = { type: "system", id: "books", name: "Books", role: "operator", ip: null };

type Kind = "recharge" | "usage" | "gift" | "refund" | "chargeback" | "expiry";
const kinds: readonly Kind[] = [
  "recharge",
  "usage",
  "usage",
  "usage",
  "gift",
  "refund",
  "chargeback",
  "expiry",
];

const work: Record<Kind, (accountId: string) => Promise<unknown>> = {
  recharge: (accountId) => {
    const amount = `${randomInt(500, 4_000)}.${randomInt(0, 99)}`;
    const body = { accountId, amount, currency: "CNY", method: "manual", orderNo: newId() };
    return createRecharge(actor, body, "http://console.test");
  },
  usage: (accountId) => bookUsage(accountId, BigInt(randomInt(1, 20_000_000_000))),
  gift: (accountId) => {
    const ends = randomInt(2) === 0 ? null : new Date(Date.now() + randomInt(20, 400)).toISOString();
    const body = {
      amount: `${randomInt(1, 9)}.${randomInt(1, 999_999_999)}`,
      expiresAt: ends,
      note: "books",
    };
    return giveGift(actor, accountId, body, new Date());
  },
  refund: async (accountId) => {
    const id = await anyOrder(accountId);
    const amount = randomInt(2) === 0 ? undefined : `0.${randomInt(1, 999_999_999)}`;
    if (id !== undefined) await take(id, { kind: "refund", amount, reason: "books" });
  },
  chargeback: async (accountId) => {
    const id = randomInt(4) === 0 ? await anyOrder(accountId) : undefined;
    if (id !== undefined)
      await take(id, { kind: "chargeback", amount: undefined, reason: "books", providerRef: newId() });
  },
  expiry: () => expireBonuses(new Date()),
};

function take(id: string, taking: Taking): Promise<string> {
  return inTransaction(async (tx) => {
    const at = new Date();
    const revision = taking.kind === "chargeback" ? { revision: await bumpRevision(tx) } : {};
    return takeBack(tx, await lockOrThrow(tx, id), actor, taking, { at, ...revision });
  });
}

async function anyOrder(accountId: string): Promise<string | undefined> {
  const orders = await prisma().recharge.findMany({
    where: { accountId, status: "credited" },
    select: { id: true },
    orderBy: { id: "desc" },
    take: 5,
  });
  return orders[randomInt(Math.max(1, orders.length))]?.id;
}

/** Run as a process: does so many random operations on these accounts, and tells how many of each were done. */
async function run([, count = "0", ...accounts]: readonly string[]): Promise<void> {
  await connectDatabase(config().databaseUrl ?? "");
  await loadLayout();
  const done: Partial<Record<Kind | "refused", number>> = {};
  for (let index = 0; index < Number(count); index += 1) {
    const kind = kinds[randomInt(kinds.length)] ?? "usage";
    const accountId = accounts[randomInt(accounts.length)] ?? "";
    const outcome = await work[kind](accountId).then(
      () => kind,
      (error: unknown) => {
        if (isAppError(error)) return "refused" as const;
        throw error;
      },
    );
    done[outcome] = (done[outcome] ?? 0) + 1;
  }
  process.stdout.write(JSON.stringify(done));
  process.exit(0);
}

if (process.argv[1]?.endsWith("lib/bonus/testing.ts")) await run(process.argv.slice(2));
