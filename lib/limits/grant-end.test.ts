import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestConsole } from "#lib/api/testing";
import { pool } from "#lib/db/pool";
import { type LiveSnapshot, startSnapshot } from "#lib/snapshot/live";
import { limitsOf } from "./resolve.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

it("a grant ends on every node by itself, although nobody writes anything", async () => {
  await pool().query(
    `INSERT INTO call_limit (id, scope, scope_id, model, metric, value, granted, granted_until, revision, updated_at)
     VALUES (gen_random_uuid(), 'account', 'a', '', 'rpm', 10, 50, clock_timestamp() + interval '900 ms', 0, now())`,
  );
  const nodes = await Promise.all([1, 2].map(() => startSnapshot({ pool: pool(), open: () => null })));
  const limits = () => nodes.map(limitOf);
  expect(limits()).toEqual([50, 50]);
  await expect.poll(limits, { timeout: 10_000, interval: 20 }).toEqual([10, 10]);
  await Promise.all(nodes.map((node) => node.stop()));
});

function limitOf({ snapshot }: LiveSnapshot): number | undefined {
  const who = { accountId: "a", groupId: "g", keyId: "k", model: "m" };
  return limitsOf(who, { rpm: 1 }, snapshot.limitTable)[0]?.limit;
}
