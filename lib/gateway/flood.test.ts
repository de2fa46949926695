import { afterAll, beforeAll, expect, it } from "vitest";
import { queryRows } from "#lib/db/pool";
import { startTestGateway, type TestGateway } from "./testing.ts";

let gate: TestGateway;
beforeAll(async () => {
  gate = await startTestGateway();
});
afterAll(() => gate.stop());

const CALLS = 10_000;
const ask = { model: "m", messages: [{ role: "user", content: "hi" }] };

it("keeps 61 rows a minute of 10,000 refused calls, counts every one within two seconds, and costs nothing", async () => {
  const account = await gate.addAccount();
  const key = await gate.addKey(account, { status: "disabled" });
  let last = "";
  for (let sent = 0; sent < CALLS; sent += 100) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => gate.call(ask, key, { ip: "203.0.113.9" })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([401]));
    last = answers[0]?.headers.get("x-request-id") ?? "";
  }
  const count = async (sql: string) => (await queryRows<{ n: number }>(sql))[0]?.n;
  await expect
    .poll(() => count("SELECT sum(repeats)::int AS n FROM hot.request_log"), { timeout: 5_000 })
    .toBe(CALLS);
  const minutes = await queryRows<{ rows: number; calls: number }>(
    `SELECT count(*)::int AS rows, sum(repeats)::int AS calls FROM hot.request_log
     GROUP BY date_trunc('minute', created_at)`,
  );
  for (const { rows, calls } of minutes) expect(rows).toBe(Math.min(61, calls));
  // The counts of the rollups are exact, by model as by key and by address.
  for (const table of ["rollup_minute_model", "rollup_minute_key", "rollup_day_ip"])
    expect([table, await count(`SELECT sum(requests)::int AS n FROM hot.${table}`)]).toEqual([table, CALLS]);
  expect(await count("SELECT sum(errors)::int AS n FROM hot.rollup_minute_key")).toBe(CALLS);
  expect(await count("SELECT count(*)::int AS n FROM hot.request_log WHERE cost <> 0 OR hold <> 0")).toBe(0);
  expect((await gate.rows()).some((row) => row.request_id === last)).toBe(false);
  expect(await gate.funds(account)).toEqual({ balance: 10n ** 12n, held: 0n });
});

it("leaves what another address, key or code is refused for its own rows", async () => {
  const account = await gate.addAccount();
  const [disabled, expired] = [
    await gate.addKey(account, { status: "disabled" }),
    await gate.addKey(account, { expiresAt: new Date(Date.now() - 1_000) }),
  ];
  const answers = [
    await gate.call(ask, disabled, { ip: "203.0.113.9" }),
    await gate.call(ask, expired, { ip: "203.0.113.9" }),
    await gate.call(ask, "sk-tg-nobody", { ip: "203.0.113.9" }),
    await gate.call(ask, disabled, { ip: "203.0.113.10" }),
  ];
  const ids = answers.map((answer) => answer.headers.get("x-request-id"));
  await expect
    .poll(async () => (await gate.rows()).filter((row) => ids.includes(row.request_id)).length)
    .toBe(4);
});
