import { afterAll, beforeAll, expect, it } from "vitest";
import { type Fraction, parseFraction } from "#lib/core/fraction";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { booksOf, untilIdle } from "./support/books.ts";
import { chat, HELLO } from "./support/chat.ts";
import { startLoad } from "./support/load.ts";
import { type Nodes, startNodes, untilKnown } from "./support/nodes.ts";

const FUNDS = 10_000_000_000n;
const CALLERS = 8;
const AFTER_MS = 1_500;

let gateway: Nodes;
beforeAll(async () => {
  gateway = await startNodes(2);
});
afterAll(() => gateway?.stop());

type Row = {
  id: string;
  node: string;
  createdAt: Date;
  version: string;
  cost: bigint;
  promptTokens: number;
  completionTokens: number;
  model: Fraction;
  completion: Fraction;
  group: Fraction;
};

it("prices every call by the version in force when it was admitted, on two nodes under load, from rows alone", async () => {
  const { operator, nodes, urlOf, database } = gateway;
  const { account, key } = await operator.customer("10");
  await untilKnown(gateway, key.secret);
  const load = startLoad(urlOf, key.secret, CALLERS);
  // This one is admitted before the new price and ends long after it.
  const slow = chat(
    urlOf(1),
    key.secret,
    { model: "sim-chat", messages: HELLO, max_tokens: 64 },
    { "x-sim-latency-ms": "4000", "x-sim-prompt-tokens": "100", "x-sim-completion-tokens": "10" },
  );
  const version = await publishSecond();
  const effectiveAt = Date.parse(version.effectiveAt ?? "");
  await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(effectiveAt + AFTER_MS);
  await load.stop();
  const slowId = (await slow).headers.get("x-request-id");
  expect((await slow).status).toBe(200);
  expect(Object.fromEntries(load.failed)).toEqual({});
  await untilIdle(database, account.id);

  const rows = await rowsOf(account.id);
  const [before, after] = [
    rows.filter(isBefore(effectiveAt)),
    rows.filter((row) => !isBefore(effectiveAt)(row)),
  ];
  expect(new Set(before.map((row) => row.version)).size).toBe(1);
  expect(new Set(after.map((row) => row.version))).toEqual(new Set([version.id]));
  expect(before[0]?.version).not.toBe(version.id);
  // Both nodes served on both sides of the instant, so that it was the same one for both.
  for (const side of [before, after]) expect(new Set(side.map((row) => row.node)).size).toBe(nodes.length);
  expect(before.map((row) => row.id)).toContain(slowId);

  for (const row of rows)
    expect({ id: row.id, cost: row.cost }).toEqual({ id: row.id, cost: recomputed(row) });
  const sum = rows.reduce((total, row) => total + recomputed(row), 0n);
  expect((await booksOf(database, account.id)).balance).toBe(FUNDS - sum);
});

/** sim-chat at 1.5 × its price, and the default line at 0.9, while calls run. */
async function publishSecond(): Promise<PriceVersionDetail> {
  const entries = [
    {
      model: "sim-chat",
      modelMultiplier: "0.1125",
      completionMultiplier: "25/6",
      reason: "To be seen in the rows",
    },
    { group: "default", multiplier: "0.9" },
  ];
  const draft = await gateway.operator.need<PriceVersionDetail>("POST", "/api/prices/versions", { entries });
  return gateway.operator.need("POST", `/api/prices/versions/${draft.id}/publish`, {});
}

async function rowsOf(accountId: string): Promise<Row[]> {
  const { rows } = await gateway.database.query(
    `SELECT request_id, node_id, created_at, price_version_id, cost::text, prompt_tokens, completion_tokens,
       model_multiplier, completion_multiplier, group_multiplier
     FROM hot.request_log WHERE account_id = $1 AND status = 200 AND price_version_id IS NOT NULL`,
    [accountId],
  );
  return rows.map((row) => ({
    id: row.request_id,
    node: row.node_id,
    createdAt: row.created_at,
    version: row.price_version_id,
    cost: BigInt(row.cost),
    promptTokens: row.prompt_tokens,
    completionTokens: row.completion_tokens,
    model: parseFraction(row.model_multiplier),
    completion: parseFraction(row.completion_multiplier),
    group: parseFraction(row.group_multiplier),
  }));
}

const isBefore = (atMs: number) => (row: Row) => row.createdAt.getTime() < atMs;

/** group × model × (prompt + completion × completion multiplier) × 2,000 nano-USD, rounded once, half up. */
function recomputed({ promptTokens, completionTokens, model, completion, group }: Row): bigint {
  const tokens = BigInt(promptTokens) * completion.den + BigInt(completionTokens) * completion.num;
  const num = group.num * model.num * tokens * 2_000n;
  const den = group.den * model.den * completion.den;
  return (2n * num + den) / (2n * den);
}
