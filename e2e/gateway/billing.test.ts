import { afterAll, beforeAll, expect, it } from "vitest";
import { chat, HELLO } from "../support/chat.ts";
import { ledgerOf } from "../support/ledger.ts";
import { openai } from "../support/openai.ts";
import { startWorld, type World } from "../support/world.ts";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

it("the row's cost, its bill, its ledger entry and the fall of the balance are one and the same", async () => {
  const { key, account } = await world.operator.customer("5");
  const model = await world.modelFor("ok");
  const response = await chat(world.gateway.url, key.secret, { model, messages: HELLO });
  const row = await world.operator.row(response.headers.get("x-request-id") ?? "");
  expect(row.bill).toMatchObject({ cost: row.cost, storedCost: row.cost, equal: true });
  expect(row.bill?.ledgerTransactionId).toBe(row.ledgerTransactionId);
  const ledger = await ledgerOf(world.database, account.id);
  expect(ledger.usageOf(row.ledgerTransactionId ?? "")).toBe(-nano(row.cost));
  expect(nano((await world.operator.account(account.id)).balance)).toBe(nano("5") - nano(row.cost));
});

it("Σ entries = balance, Σ row costs = Σ usage entries, nothing held, after a hundred mixed calls at once", async () => {
  const { key, account } = await world.operator.customer("5");
  const models = await Promise.all(
    ["ok", "no-usage", "error-500", "malformed", "cut-after-first"].map((name) => world.modelFor(name)),
  );
  const calls = Array.from({ length: 100 }, async (_, index) => {
    const response = await chat(world.gateway.url, key.secret, {
      model: models[index % models.length],
      messages: HELLO,
      stream: index % 2 === 0,
    });
    await response.text().catch(() => "");
    return world.operator.row(response.headers.get("x-request-id") ?? "");
  });
  const rows = await Promise.all(calls);
  expect(rows).toHaveLength(100);
  const spent = rows.reduce((sum, row) => sum + nano(row.cost), 0n);
  const ledger = await ledgerOf(world.database, account.id);
  const after = await world.operator.account(account.id);
  expect({ usage: ledger.usage, sum: ledger.sum, held: after.held }).toEqual({
    usage: -spent,
    sum: nano("5") - spent,
    held: "0",
  });
  expect(nano(after.balance)).toBe(ledger.sum);
  expect(rows.every((row) => row.bill === null || row.bill.equal)).toBe(true);
});

it("parallel calls never take an account below zero at admission", async () => {
  const { key, account } = await world.operator.customer("0.001");
  const calls = Array.from({ length: 40 }, () =>
    openai(world.gateway.url, key.secret, { "x-sim-prompt-tokens": "5", "x-sim-completion-tokens": "100" })
      .chat.completions.create({ model: "sim-chat", messages: HELLO, max_tokens: 100 })
      .then(
        () => "ok",
        (error: { code?: string }) => error.code,
      ),
  );
  const outcomes = await Promise.all(calls);
  expect(new Set(outcomes)).toEqual(new Set(["ok", "insufficient_balance"]));
  const after = await world.operator.account(account.id);
  // Each costs 0.00006075 = (5 × 0.15 + 100 × 0.6) $ per million, less than its hold; 16 fit into 0.001.
  expect(outcomes.filter((outcome) => outcome === "ok").length).toBeLessThanOrEqual(16);
  expect(nano(after.balance)).toBeGreaterThanOrEqual(0n);
  expect(after.held).toBe("0");
});

it("a recharge is spendable by the very next call", async () => {
  const { key, account } = await world.operator.customer("0");
  expect((await chat(world.gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).status).toBe(
    402,
  );
  await world.operator.recharge(account.id, "1");
  expect((await chat(world.gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).status).toBe(
    200,
  );
});

it("a key's budget counts what the key spent, and lets the account's other keys be", async () => {
  const { key, account } = await world.operator.customer("10", {
    budget: { amount: "0.0002", period: "total" },
  });
  const headers = { "x-sim-prompt-tokens": "100", "x-sim-completion-tokens": "100" };
  const call = (secret: string) =>
    chat(world.gateway.url, secret, { model: "sim-chat", messages: HELLO, max_tokens: 100 }, headers);
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await call(key.secret)).status);
  expect(statuses).toEqual([200, 200, 402, 402]);
  const other = await world.operator.createKey(account.id);
  expect((await call(other.secret)).status).toBe(200);
  const spent = async () =>
    (await world.operator.need<{ budget: { spent: string } }>("GET", `/api/keys/${key.id}`)).budget.spent;
  await expect.poll(spent, { timeout: 2_000 }).toBe("0.00015");
});

it("charts and by-minute sums know the call within two seconds", async () => {
  const { key, account } = await world.operator.customer("10");
  const startedAt = Date.now();
  await (await chat(world.gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).text();
  const query = new URLSearchParams({
    metric: "rpm",
    from: new Date(startedAt - 120_000).toISOString(),
    to: new Date(startedAt + 120_000).toISOString(),
    step: "60",
    accountId: account.id,
  });
  await expect
    .poll(
      async () => {
        const answer = await world.operator.need<{ series: { points: { value: number | string }[] }[] }>(
          "GET",
          `/api/metrics?${query}`,
        );
        return answer.series
          .flatMap((line) => line.points)
          .reduce((sum, point) => sum + Number(point.value), 0);
      },
      { timeout: 2_000 },
    )
    .toBe(1);
});

/** Decimal dollars to nano-dollars, without the product's own code. */
function nano(usd: string): bigint {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)\.?(\d*)$/.exec(usd) ?? [];
  const value = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -value : value;
}
