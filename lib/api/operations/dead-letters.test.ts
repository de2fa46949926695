import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { watchOnce } from "#lib/alerts/live";
import { pool } from "#lib/db/pool";
import { watches } from "#lib/gateway/upkeep/live";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { setAside } from "#lib/settlement/dead-store";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import { listAlertsOperation } from "./alerts.ts";
import {
  getDeadLetterOperation,
  listDeadLettersOperation,
  retryAllDeadLettersOperation,
  retryDeadLetterOperation,
} from "./dead-letters.ts";
import { verifyLedger } from "./ledger.ts";
import { createRechargeOperation } from "./recharges.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let account: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  account = (await api.call(createAccountOperation, { body: { name: "Waiting to be billed" } })).body.id;
  const recharge = { accountId: account, amount: "1", currency: "USD", method: "manual", orderNo: "dead-1" };
  await api.call(createRechargeOperation, { body: recharge });
});
afterAll(() => api.stop());
beforeEach(() => pool().query("DELETE FROM hot.spool_dead"));

const node = newId();

/** A bill of 0.25 $ that was refused; with `ip` it still is. Answers its id. */
async function deadLetter(ip: string | null = null): Promise<string> {
  const row = {
    ...emptyRow,
    ...{ requestId: newId(), createdAtMs: Date.now(), accountId: account, model: "m", status: 200 },
    ...{ costNanoUsd: 250_000_000n, ip },
  };
  const settlement = { row, held: false, periodStartMs: null };
  const dead = { nodeId: node, row: { seq: 7, settlement }, errorClass: "22021", fence: null };
  let id = "";
  await setAside(
    dead,
    () => {
      id = newId();
      return id;
    },
    pool(),
  );
  return id;
}

const balance = async () => (await api.call(getAccountOperation, { params: { id: account } })).body.balance;

describe("a dead letter", () => {
  it("says whose bill it is, what it will cost and why it was refused", async () => {
    const id = await deadLetter();
    const [letter] = (await api.call(listDeadLettersOperation)).body.items;
    expect(letter).toMatchObject({
      id,
      state: "open",
      reason: "22021",
      seq: 7,
      nodeId: node,
      accountId: account,
      accountName: "Waiting to be billed",
      model: "m",
      status: 200,
      cost: "0.25",
      readable: true,
      row: { costNanoUsd: "250000000" },
    });
    expect((await api.call(getDeadLetterOperation, { params: { id } })).body).toEqual(letter);
    expect((await api.call(getDeadLetterOperation, { params: { id: newId() } })).status).toBe(404);
  });

  it("is charged once when it is written at last, with its log row, and who had it written", async () => {
    const id = await deadLetter();
    const before = Number(await balance());
    const answers = await Promise.all(
      [1, 2, 3].map(() => api.call(retryDeadLetterOperation, { params: { id } })),
    );
    for (const { body } of answers)
      expect(body).toMatchObject({ outcome: "written", deadLetter: { state: "written" } });
    expect(Number(await balance())).toBe(before - 0.25);
    const { rows } = await pool().query("SELECT after FROM audit_entry WHERE target_id = $1", [id]);
    expect(rows).toEqual([{ after: { outcome: "written", cost: "0.25" } }]);
    expect((await api.call(verifyLedger)).body.ok).toBe(true);
  });

  it("stays, with the new reason, when the database refuses it still", async () => {
    const id = await deadLetter("no address");
    const before = await balance();
    const answer = await api.call(retryDeadLetterOperation, { params: { id } });
    expect(answer.body).toMatchObject({ outcome: "refused", deadLetter: { state: "open", reason: "22P02" } });
    expect(await balance()).toBe(before);
  });

  it("is retried with all others at a press, each on its own", async () => {
    for (let count = 0; count < 3; count += 1) await deadLetter();
    const bad = await deadLetter("no address");
    const unreadable = { seq: 1, unreadable: "from the future" };
    const future = { nodeId: node, row: unreadable, errorClass: "UnreadableRow", fence: null };
    await setAside(future, () => newId(), pool());
    const answer = await api.call(retryAllDeadLettersOperation);
    expect(answer.body).toEqual({ written: 3, refused: 1, unreadable: 1, left: 0 });
    const open = (await api.call(listDeadLettersOperation, { query: { state: "open" } })).body.items;
    expect(open).toHaveLength(2);
    expect(open).toContainEqual(expect.objectContaining({ id: bad }));
    expect(open).toContainEqual(expect.objectContaining({ readable: false, cost: null, accountId: null }));
  });

  it("raises an alert that ends when none is open", async () => {
    const id = await deadLetter();
    const openAlerts = async () => {
      await watchOnce(watches, pool());
      return (await api.call(listAlertsOperation, { query: { state: "open" } })).body.items;
    };
    expect(await openAlerts()).toMatchObject([
      {
        kind: "dead_letter",
        severity: "error",
        href: "/dead-letters?state=open",
        data: { count: 1, cost: "0.25" },
      },
    ]);
    await api.call(retryDeadLetterOperation, { params: { id } });
    expect(await openAlerts()).toEqual([]);
  });

  it("is read by support, and written only by operators", async () => {
    const id = await deadLetter();
    const support = await api.as("support");
    expect((await support(listDeadLettersOperation)).status).toBe(200);
    expect((await support(retryDeadLetterOperation, { params: { id } })).status).toBe(403);
    expect((await support(retryAllDeadLettersOperation)).status).toBe(403);
  });

  it("pages without leaving one out", async () => {
    const ids = [await deadLetter(), await deadLetter(), await deadLetter()];
    const first = await api.call(listDeadLettersOperation, { query: { limit: 2, nodeId: node } });
    const rest = await api.call(listDeadLettersOperation, { query: { cursor: first.body.nextCursor } });
    const seen = [...first.body.items, ...rest.body.items].map((letter: { id: string }) => letter.id);
    expect(seen).toEqual([...ids].reverse());
  });
});
