import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { startTestApi } from "#lib/api/operations/testing";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { inTransaction } from "#lib/db/transaction";
import { proveLedger } from "#lib/ledger/proof-store";
import { config } from "#lib/runtime/config";
import { lockFunds, settleLots } from "./store.ts";

const PROCESSES = 4;
const OPERATIONS = process.env.TEST_FULL === "1" ? 100_000 : 200;
const ACCOUNTS = 6;

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

it(
  `keeps every balance the sum of its entries through ${OPERATIONS} random operations in four processes`,
  async () => {
    const accounts: string[] = [];
    for (let index = 0; index < ACCOUNTS; index += 1)
      accounts.push((await api.call(createAccountOperation, { body: { name: `Books ${index}` } })).body.id);
    const { databaseUrl } = config();
    const children = Array.from({ length: PROCESSES }, (_, index) =>
      spawn(
        process.execPath,
        ["lib/bonus/testing.ts", String(index), String(OPERATIONS / PROCESSES), ...accounts],
        {
          env: { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: "silent" },
          stdio: ["ignore", "pipe", "inherit"],
        },
      ),
    );
    const told = await Promise.all(
      children.map(async (child) => {
        let text = "";
        child.stdout.on("data", (chunk) => {
          text += String(chunk);
        });
        const [code] = await once(child, "close");
        expect(code).toBe(0);
        return JSON.parse(text) as Record<string, number>;
      }),
    );
    // Every kind of operation was done, and some of most were refused.
    const done = (kind: string) => told.reduce((sum, one) => sum + (one[kind] ?? 0), 0);
    for (const kind of ["recharge", "usage", "gift", "refund", "expiry"])
      expect([kind, done(kind)]).not.toEqual([kind, 0]);
    const { differences } = await proveLedger();
    // Usage is made up here: there are no log rows beside it.
    expect(differences.filter(({ check }) => check !== "usage")).toEqual([]);
    for (const accountId of accounts) {
      await inTransaction(async (tx) => {
        const funds = await lockFunds(tx, accountId);
        const lots = await settleLots(tx, accountId, funds);
        const left = lots.reduce((sum, lot) => sum + lot.leftNanoUsd, 0n);
        expect(left <= (funds.balance > 0n ? funds.balance : 0n)).toBe(true);
      });
    }
    const [bonus] = await queryRows<{ posted: bigint; lots: bigint }>(
      `SELECT (SELECT -sum(amount) FROM hot.ledger_entry WHERE ledger_account = 'bonus')::bigint AS posted,
         (SELECT sum(amount_nano_usd - taken_nano_usd - expired_nano_usd) FROM bonus_lot)::bigint AS lots`,
    );
    expect(bonus?.posted).toBe(bonus?.lots);
    expect(await prisma().tierGrant.count()).toBeGreaterThan(0);
  },
  process.env.TEST_FULL === "1" ? 3_600_000 : 120_000,
);
