import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listAlerts } from "#lib/alerts/store";
import { startTestConsole } from "#lib/api/testing";
import { dayMs } from "#lib/core/time";
import { inPoolTransaction, pool } from "#lib/db/pool";
import { keepLogs } from "#lib/logs/retention-service";
import { dropLogDay, listOldDays } from "#lib/logs/retention-store";
import { newId } from "#lib/runtime/id";
import { proveNightly, verifyBooks } from "./proof-service.ts";
import { listSeals, sealNextDay } from "./seal-store.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let account: string;
beforeEach(async () => {
  app = await startTestConsole();
  account = newId();
  await pool().query("INSERT INTO hot.account_funds (account_id) VALUES ($1)", [account]);
});
afterEach(() => app.stop());

const now = new Date("2026-11-20T02:00:00Z");

/** `days` ago at `time` (UTC). */
function at(days: number, time: string): Date {
  return new Date(`${dayOf(new Date(now.getTime() - days * dayMs))}T${time}Z`);
}
const dayOf = (time: Date) => time.toISOString().slice(0, 10);

/** Calls admitted in one minute, each with a cost, as a flush writes them at `flushed`. Answers the transaction's id. */
async function billed(admitted: Date, costs: bigint[], flushed: Date = admitted): Promise<string> {
  const id = newId();
  const sum = costs.reduce((one, other) => one + other, 0n);
  await inPoolTransaction(async (client) => {
    await client.query("SELECT hot.ensure_log_partitions($1::date, $1::date)", [dayOf(admitted)]);
    await client.query(
      `INSERT INTO hot.ledger_transaction (id, created_at, kind, account_id, minute, requests)
       VALUES ($1, $2, 'usage', $3, date_trunc('minute', $4::timestamptz), $5)`,
      [id, flushed, account, admitted, costs.length],
    );
    await client.query(
      `INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
       VALUES ($1, 1, 'customer', $2, -$3::bigint), ($1, 2, 'usage', NULL, $3)`,
      [id, account, sum],
    );
    await client.query("UPDATE hot.account_funds SET balance = balance - $2 WHERE account_id = $1", [
      account,
      sum,
    ]);
    for (const cost of [...costs, 0n]) {
      await client.query(
        `INSERT INTO hot.request_log (request_id, created_at, inserted_at, account_id, protocol, endpoint, status, cost, ledger_transaction_id)
         VALUES ($1, $2, $3, $4, 'openai', 'chat', 200, $5::bigint, CASE WHEN $5::bigint > 0 THEN $6::uuid END)`,
        [newId(), admitted, flushed, account, cost, id],
      );
    }
  });
  return id;
}

async function sealAll(): Promise<number> {
  let sealed = 0;
  while ((await sealNextDay(now)).kind === "sealed") sealed += 1;
  return sealed;
}

describe("sealing", () => {
  it("covers each day of the ledger once, whatever day its calls were admitted on", async () => {
    await billed(at(3, "10:00:00"), [5n, 7n]);
    await billed(at(3, "23:59:30"), [100n], at(2, "00:00:10"));
    await billed(at(0, "00:00:00"), [1_000n], at(0, "01:00:00"));
    expect(await sealAll()).toBe(3);
    const seals = await listSeals(10);
    expect(seals.map((seal) => [seal.number, seal.rows, seal.amount])).toEqual([
      [3, 0, "0"],
      [2, 1, "0.0000001"],
      [1, 2, "0.000000012"],
    ]);
    expect(seals[2]?.through).toBe(seals[1]?.since);
    const { rows } = await pool().query(
      "SELECT seal, day::text AS day, account_id, rows, cost, requests, amount, transactions FROM hot.day_proof ORDER BY seal",
    );
    const line = { day: dayOf(at(3, "00:00:00")), account_id: account, transactions: 1n };
    expect(rows).toEqual([
      { ...line, seal: 1n, rows: 2n, requests: 2n, cost: "12", amount: "12" },
      { ...line, seal: 2n, rows: 1n, requests: 1n, cost: "100", amount: "100" },
    ]);
    expect(await verifyBooks("test")).toMatchObject({ ok: true, seals: 3, sealHash: seals[0]?.hash });
  });

  it("refuses a day whose rows and ledger disagree, and names the transaction", async () => {
    const id = await billed(at(2, "10:00:00"), [5n]);
    await pool().query("UPDATE hot.request_log SET cost = 6 WHERE cost = 5");
    expect(await sealNextDay(now)).toEqual({
      kind: "refused",
      differences: [
        {
          check: "usage",
          id,
          accountId: account,
          day: dayOf(at(2, "00:00:00")),
          expected: "6",
          actual: "5",
        },
      ],
    });
    expect(await listSeals(10)).toEqual([]);
  });

  it("is done by one node when several try", async () => {
    await billed(at(4, "10:00:00"), [5n]);
    const answers = await Promise.all(Array.from({ length: 6 }, () => sealNextDay(now)));
    expect(answers.filter((answer) => answer.kind === "sealed")).toHaveLength(4);
    expect(await verifyBooks("test")).toMatchObject({ ok: true, seals: 4 });
  });

  it.each([
    "UPDATE hot.day_seal SET amount = 0",
    "DELETE FROM hot.day_seal",
    "TRUNCATE hot.day_seal CASCADE",
    "UPDATE hot.day_proof SET rows = 0, requests = 0",
    "DELETE FROM hot.day_proof",
    "TRUNCATE hot.day_proof",
    "DELETE FROM hot.dropped_day",
    "UPDATE hot.dropped_day SET cost = 0",
    "INSERT INTO hot.day_proof SELECT seal, day - 1, account_id, rows, cost, requests, amount, transactions FROM hot.day_proof",
    "INSERT INTO hot.day_seal SELECT number + 1, through, through + interval '1 day', 0, 0, 0, now(), '', hash FROM hot.day_seal",
  ])("stands: the app's own role cannot %s", async (sql) => {
    await billed(at(1, "10:00:00"), [5n]);
    await sealAll();
    expect(await dropLogDay(dayOf(at(1, "10:00:00")))).toBe("dropped");
    await expect(pool().query(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^23/) });
    expect((await verifyBooks("test")).ok).toBe(true);
  });

  it("shows when someone who may do everything changed a seal or its lines all the same", async () => {
    await billed(at(2, "10:00:00"), [5n]);
    await sealAll();
    const change = async (sql: string) => {
      await pool().query(`ALTER TABLE hot.day_proof DISABLE TRIGGER USER; ${sql}`);
      await pool().query("ALTER TABLE hot.day_proof ENABLE TRIGGER USER");
      return (await verifyBooks("test")).differences.map(({ check, id }) => [check, id]);
    };
    expect(await change("UPDATE hot.day_proof SET cost = 4, amount = 4")).toEqual([
      ["sealed_usage", account],
      ["seal", "1"],
    ]);
    expect(await change("UPDATE hot.day_proof SET cost = 5, amount = 5")).toEqual([]);
  });
});

describe("a day of logs", () => {
  it("is dropped only under a seal, and the books verify without it", async () => {
    const day = at(2, "10:00:00");
    await billed(day, [5n, 7n]);
    expect(await dropLogDay(dayOf(day))).toBe("unsealed");
    await sealAll();
    expect(await dropLogDay(dayOf(day))).toBe("dropped");
    expect(await dropLogDay(dayOf(day))).toBe("gone");
    expect(await listOldDays(0)).not.toContain(dayOf(day));
    expect(await verifyBooks("test")).toMatchObject({ ok: true, droppedDays: 1, rows: 0 });
  });

  it("may get rows again from a node that was away, which are sealed and dropped in their turn", async () => {
    const day = at(5, "10:00:00");
    await billed(day, [5n]);
    await billed(at(4, "10:00:00"), [1n]);
    await sealAll();
    expect(await dropLogDay(dayOf(day))).toBe("dropped");
    await billed(day, [9n], now);
    expect(await verifyBooks("test")).toMatchObject({ ok: true, droppedDays: 1 });
    expect(await dropLogDay(dayOf(day))).toBe("unsealed");
    await pool().query("UPDATE hot.request_log SET cost = 8 WHERE cost = 9");
    expect(await verifyBooks("test")).toMatchObject({ ok: false, differences: [{ check: "usage" }] });
  });

  it("goes by itself once it is older than the setting says; by default it stays for 90 days", async () => {
    await billed(at(5, "10:00:00"), [5n]);
    await billed(at(4, "10:00:00"), [7n]);
    await sealAll();
    expect(await keepLogs()).toMatchObject({ dropped: 0, kept: 0 });
    await pool().query(
      "INSERT INTO setting (key, value, updated_at) VALUES ('logs.retentionDays', '1', now())",
    );
    await pool().query("UPDATE hot.request_log SET cost = 8 WHERE cost = 7");
    expect(await keepLogs()).toMatchObject({ dropped: 1, kept: 1 });
    expect((await pool().query("SELECT cost FROM hot.request_log WHERE cost > 0")).rows).toEqual([
      { cost: 8n },
    ]);
  });

  it("goes while somebody reads the log, and others write meanwhile", async () => {
    const day = at(2, "10:00:00");
    await billed(day, [5n]);
    // Making a day's partition waits for readers; it is there before.
    await pool().query("SELECT hot.ensure_log_partitions($1::date, $1::date)", [dayOf(at(1, "10:00:00"))]);
    await sealAll();
    const reader = await pool().connect();
    await reader.query("BEGIN; SELECT count(*) FROM hot.request_log");
    const dropping = dropLogDay(dayOf(day));
    const waits = () =>
      pool().query("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'");
    await expect.poll(async () => (await waits()).rowCount, { timeout: 10_000 }).toBe(1);
    await billed(at(1, "10:00:00"), [7n]);
    await reader.query("COMMIT");
    reader.release();
    expect(await dropping).toBe("dropped");
    expect((await pool().query("SELECT cost FROM hot.request_log WHERE cost > 0")).rows).toEqual([
      { cost: 7n },
    ]);
  });

  it("is kept when its rows are not what was sealed", async () => {
    const day = at(2, "10:00:00");
    await billed(day, [5n]);
    await sealAll();
    await pool().query("UPDATE hot.request_log SET cost = 4 WHERE cost = 5");
    expect(await dropLogDay(dayOf(day))).toBe("differs");
    await pool().query("DELETE FROM hot.request_log WHERE cost = 4");
    expect(await dropLogDay(dayOf(day))).toBe("differs");
  });
});

describe("the nightly proof", () => {
  it("seals what is over, and raises an alert for a difference that ends when the books agree again", async () => {
    await billed(at(2, "10:00:00"), [5n]);
    expect(await proveNightly(now)).toMatchObject({ ok: true, actor: "nightly proof", seals: 2 });
    const move = (by: number) =>
      pool().query("UPDATE hot.account_funds SET balance = balance + $2 WHERE account_id = $1", [
        account,
        by,
      ]);
    await move(1);
    expect(await proveNightly(now)).toMatchObject({ ok: false, differences: [{ accountId: account }] });
    const open = async () => (await listAlerts({ state: "open", limit: 50 })).map(({ alert }) => alert);
    expect(await open()).toMatchObject([
      { kind: "ledger_difference", severity: "error", data: { count: 1, check: "balance" } },
    ]);
    await move(-1);
    expect((await verifyBooks("Ada")).ok).toBe(true);
    expect(await open()).toEqual([]);
  });
});
