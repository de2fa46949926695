import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { costOfLoad, startLoad } from "./support/load.ts";
import { signInOwner } from "./support/owner.ts";
import { killPostgres } from "./support/postgres.ts";
import { newDataDir, startTollgate, type Tollgate } from "./support/tollgate.ts";

const ROUNDS = process.env.TEST_FULL === "1" ? 20 : 3;

let dataDir: string;
let gateway: Tollgate;
let operator: Operator;

beforeAll(async () => {
  dataDir = await newDataDir();
  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
}, 300_000);
afterAll(() => gateway?.remove());

it(
  `after ${ROUNDS} times kill -9 under load every answer that arrived is logged and billed once, and the ledger verifies`,
  async () => {
    const { key, account } = await operator.customer("400");
    const load = startLoad(() => gateway.url, key.secret, 16);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = load.received.size;
      await expect.poll(() => load.received.size - before, { timeout: 20_000 }).toBeGreaterThan(200);
      await gateway.kill9();
      // Once its Postgres goes with it.
      if (round === 1) await killPostgres(dataDir);
      gateway = await startTollgate({ dataDir });
      operator = await signInOwner(gateway.url);
      expect(await verify()).toMatchObject({ ok: true, differences: [] });
    }
    await load.stop();
    await expect.poll(async () => (await operator.account(account.id)).held, { timeout: 30_000 }).toBe("0");

    type Row = { requestId: string; status: number; cost: string; completionTokens: number };
    const rowsNow = () => operator.all<Row>(`/api/logs?accountId=${account.id}`);
    const isLogged = async () => {
      const ids = new Set((await rowsNow()).map((row) => row.requestId));
      return [...load.received.keys()].filter((id) => !ids.has(id));
    };
    // A read of all rows takes seconds on a busy machine, and shows how it stood when it began.
    await expect.poll(isLogged, { timeout: 60_000 }).toEqual([]);
    const rows = await rowsNow();
    expect(new Set(rows.map((row) => row.requestId)).size).toBe(rows.length);
    const wrong = rows.filter((row) => {
      const tokens = load.received.get(row.requestId);
      return tokens !== undefined && nanoUsd(row.cost) !== costOfLoad(tokens);
    });
    expect(wrong).toEqual([]);
    const spent = rows.reduce((sum, row) => sum + nanoUsd(row.cost), 0);
    expect(nanoUsd("400") - nanoUsd((await operator.account(account.id)).balance)).toBe(spent);
    expect(await verify()).toMatchObject({ ok: true });
  },
  ROUNDS * 40_000,
);

const nanoUsd = (usd: string) => Math.round(Number(usd) * 1e9);

async function verify(): Promise<{ ok: boolean; differences: unknown[] }> {
  return operator.need("POST", "/api/ledger/verify", {});
}
