import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { clusterPath, readState } from "#server/postgres/place";
import { chat, HELLO } from "./support/chat.ts";
import { startLoad } from "./support/load.ts";
import { signInOwner } from "./support/owner.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

let gateway: Tollgate;
let operator: Operator;

beforeAll(async () => {
  gateway = await startTollgate();
  operator = await signInOwner(gateway.url);
}, 300_000);
afterAll(() => gateway?.remove());

type Part = { name: string; state: string; restarts: number; lastError: string | null };
type Node = { state: string; spool: { rows: number }; parts: Part[] };
type Row = { requestId: string; cost: string };

const thisNode = async () => (await operator.need<{ items: Node[] }>("GET", "/api/nodes")).items[0];
const partNamed = async (name: string) => (await thisNode())?.parts.find((part) => part.name === name);

it("a killed Postgres is back by itself under load: nothing is lost, and the console says what happened", async () => {
  await expect.poll(() => partNamed("postgres")).toMatchObject({ state: "running", restarts: 0 });
  const { key, account } = await operator.customer("1000");
  const load = startLoad(() => gateway.url, key.secret, 12);
  await expect.poll(() => load.received.size, { timeout: 20_000 }).toBeGreaterThan(200);

  const killed = await postmaster();
  process.kill(killed, "SIGKILL");
  // Between the two there is no pid file: 0.
  await expect.poll(async () => [0, killed].includes(await postmaster()), { timeout: 30_000 }).toBe(false);
  await expect.poll(ready, { timeout: 30_000 }).toBe(200);
  const before = load.received.size;
  await expect.poll(() => load.received.size - before, { timeout: 20_000 }).toBeGreaterThan(200);
  await load.stop();

  await expect.poll(async () => (await operator.account(account.id)).held, { timeout: 10_000 }).toBe("0");
  const missing = async () => {
    const rows = await operator.all<Row>(`/api/logs?accountId=${account.id}`);
    const ids = new Set(rows.map((row) => row.requestId));
    return [...load.received.keys()].filter((id) => !ids.has(id));
  };
  await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
  const rows = await operator.all<Row>(`/api/logs?accountId=${account.id}`);
  expect(new Set(rows.map((row) => row.requestId)).size).toBe(rows.length);
  expect(await operator.need("POST", "/api/ledger/verify", {})).toMatchObject({ ok: true, differences: [] });

  const postgres = { state: "running", restarts: 1, lastError: expect.stringMatching(/SIGKILL/) };
  await expect.poll(() => partNamed("postgres"), { timeout: 10_000 }).toMatchObject(postgres);
  const allRun = async () => (await thisNode())?.parts.filter((part) => part.state !== "running");
  await expect.poll(allRun, { timeout: 15_000 }).toEqual([]);
  // The snapshot asks now and then: it may not have been asking in that second, but must know what changed since.
  const { key: later } = await operator.customer("1");
  const answer = await chat(gateway.url, later.secret, {
    model: "sim-chat",
    max_tokens: 100,
    messages: HELLO,
  });
  expect(await answer.json()).toMatchObject({ object: "chat.completion" });
  // These hold a connection, and must have noticed.
  for (const name of ["revision-listener", "recall-listener"]) {
    expect((await partNamed(name))?.restarts, name).toBeGreaterThan(0);
  }
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain('tollgate_part_up{part="postgres"} 1');
  expect(metrics).toContain('tollgate_part_restarts{part="postgres"} 1');
}, 300_000);

const ready = async () => {
  const response = await fetch(`${gateway.url}/readyz`);
  await response.body?.cancel();
  return response.status;
};

/** The process that runs now, or ran last. */
async function postmaster(): Promise<number> {
  const state = await readState(gateway.dataDir);
  if (state === undefined) throw new Error("no embedded Postgres");
  const text = await readFile(`${clusterPath(gateway.dataDir, state)}/postmaster.pid`, "utf8").catch(
    () => "",
  );
  return Number(text.split("\n")[0]);
}
