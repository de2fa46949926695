import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "./support/chat.ts";
import { ledgerOf } from "./support/ledger.ts";
import { signInOwner } from "./support/owner.ts";
import { newDataDir, startTollgate, type Tollgate } from "./support/tollgate.ts";

let dataDir: string;
let gateway: Tollgate;
let operator: Operator;

beforeAll(async () => {
  dataDir = await newDataDir();
  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
}, 300_000);
afterAll(() => gateway?.remove());

it("keeps its secrets to itself and says where it is", async () => {
  for (const name of ["master.key", "database.url"]) {
    expect([name, statSync(join(dataDir, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  expect(Number(await readFile(join(dataDir, "server.pid"), "utf8"))).toBe(gateway.pid);
  expect(gateway.output()).toContain(gateway.url);
  expect(gateway.output()).toContain("curl");
});

it("answers the plain endpoints", async () => {
  const get = async (path: string) => fetch(gateway.url + path);
  expect((await get("/healthz")).status).toBe(200);
  expect((await get("/readyz")).status).toBe(200);
  const metrics = await get("/metrics");
  expect([metrics.status, await metrics.text()]).toEqual([200, expect.stringContaining("# TYPE")]);
  const openapi = await get("/api/openapi.json");
  expect(await openapi.json()).toMatchObject({
    openapi: expect.stringMatching(/^3\.1/),
    paths: expect.any(Object),
  });
});

it("answers unbuilt management paths with 404 and the signed-out with 401", async () => {
  expect(await operator.call("GET", "/api/tickets")).toMatchObject({
    status: 404,
    body: { code: "not_found" },
  });
  const anonymous = await fetch(`${gateway.url}/api/keys`);
  expect([anonymous.status, anonymous.headers.get("content-type")]).toEqual([
    401,
    expect.stringContaining("application/problem+json"),
  ]);
});

it("after SIGTERM refuses new calls, finishes running ones, flushes all and exits 0", async () => {
  const { key, account } = await operator.customer("10");
  const headers = { "x-sim-completion-tokens": "20", "x-sim-chunks": "20", "x-sim-latency-ms": "1500" };
  const running = chat(
    gateway.url,
    key.secret,
    { model: "sim-chat", messages: HELLO, stream: true },
    headers,
  );
  await untilHeld(account.id);
  const exit = gateway.stop();
  const status = (path: string) => fetch(gateway.url + path).then((answer) => answer.status);
  await expect.poll(() => status("/readyz")).toBe(503);
  const late = await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO });
  expect([late.status, await late.json()]).toMatchObject([503, { error: { code: "gateway_paused" } }]);
  const response = await running;
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.stringContaining("[DONE]")]);
  expect(await exit).toBe(0);
  expect(existsSync(join(dataDir, "server.pid"))).toBe(false);

  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
  const row = await operator.row(response.headers.get("x-request-id") ?? "");
  expect(row).toMatchObject({ status: 200, completionTokens: 20 });
  await expectBalanced(account.id);
});

it("after kill -9 under load recovers by itself: what ran is server_interrupted, unbilled, and nothing is held", async () => {
  const { key, account } = await operator.customer("10");
  const slow = { "x-sim-completion-tokens": "50", "x-sim-chunks": "50", "x-sim-latency-ms": "20000" };
  const hang = () =>
    chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO }, slow).then(
      () => "answered",
      () => "lost",
    );
  const hanging = [hang()];
  await untilHeld(account.id);
  const { held } = await operator.account(account.id);
  while (hanging.length < 5) hanging.push(hang());
  const quick = Array.from({ length: 30 }, () =>
    chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO }, { "x-sim-completion-tokens": "7" }),
  );
  expect(new Set((await Promise.all(quick)).map((response) => response.status))).toEqual(new Set([200]));
  // All of them are under way, and nothing else is.
  await expect
    .poll(async () => Number((await operator.account(account.id)).held), { timeout: 20_000 })
    .toBeCloseTo(5 * Number(held), 9);
  await gateway.kill9();
  expect(new Set(await Promise.all(hanging))).toEqual(new Set(["lost"]));

  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
  await expect.poll(async () => (await operator.account(account.id)).held, { timeout: 10_000 }).toBe("0");
  const rows = await operator.all<{ status: number; errorCode: string | null; cost: string }>(
    `/api/logs?accountId=${account.id}`,
  );
  const interrupted = rows.filter((row) => row.errorCode === "server_interrupted");
  expect(interrupted.map((row) => row.cost)).toEqual(["0", "0", "0", "0", "0"]);
  expect(rows.filter((row) => row.status === 200)).toHaveLength(30);
  await expectBalanced(account.id);
}, 300_000);

it("refuses a second process on the same folder, and says why", async () => {
  await expect(startTollgate({ dataDir })).rejects.toThrow(/DATA_DIR|in use|already/);
});

if (process.env.TEST_FULL === "1") {
  it("after SIGTERM ends a stream that takes too long with an in-band error, and bills what it delivered", async () => {
    const { key, account } = await operator.customer("10");
    const slow = { "x-sim-completion-tokens": "200", "x-sim-chunks": "200", "x-sim-chunk-ms": "1000" };
    const response = await chat(
      gateway.url,
      key.secret,
      { model: "sim-chat", messages: HELLO, stream: true },
      slow,
    );
    const exit = gateway.stop();
    expect(await response.text()).toContain('"error"');
    expect(await exit).toBe(0);
    gateway = await startTollgate({ dataDir });
    operator = await signInOwner(gateway.url);
    const row = await operator.row(response.headers.get("x-request-id") ?? "");
    expect(row).toMatchObject({ errorCode: "gateway_paused", usageSource: "counted" });
    await expectBalanced(account.id);
  }, 300_000);
}

async function untilHeld(accountId: string): Promise<void> {
  await expect
    .poll(async () => (await operator.account(accountId)).held !== "0", { timeout: 5_000 })
    .toBe(true);
}

async function expectBalanced(accountId: string): Promise<void> {
  const database = new pg.Pool({
    connectionString: (await readFile(join(dataDir, "database.url"), "utf8")).trim(),
    max: 1,
  });
  const { sum, usage } = await ledgerOf(database, accountId);
  const { rows } = await database.query<{ cost: string; balance: string }>(
    `SELECT (SELECT coalesce(sum(cost), 0) FROM hot.request_log WHERE account_id = $1)::text AS cost,
            (SELECT balance FROM hot.account_funds WHERE account_id = $1)::text AS balance`,
    [accountId],
  );
  await database.end();
  expect({ balance: BigInt(rows[0]?.balance ?? 0), cost: BigInt(rows[0]?.cost ?? 0) }).toEqual({
    balance: sum,
    cost: -usage,
  });
}
