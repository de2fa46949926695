import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startEmbeddedPostgres } from "#server/postgres/embedded";
import { clusterPath, readState } from "#server/postgres/place";
import { booksOf, expectExact, openDatabase } from "./support/books.ts";
import { startLoad } from "./support/load.ts";
import { signInOwner } from "./support/owner.ts";
import { newDataDir, startTollgate, type Tollgate } from "./support/tollgate.ts";

const ROUNDS = process.env.TEST_FULL === "1" ? 10 : 1;
const SILENT = { info() {}, warn() {}, error() {} };

let dataDir: string;
let gateway: Tollgate;
beforeAll(async () => {
  dataDir = await newDataDir();
  gateway = await startTollgate({ dataDir });
}, 300_000);
afterAll(async () => {
  await gateway?.remove();
  await rm(dataDir, { recursive: true, force: true });
});

it(
  `after ${ROUNDS} times SIGTERM under load every running call was finished, all is flushed, exit code 0, and nothing is left behind`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const operator = await signInOwner(gateway.url);
      const { key, account } = await operator.customer("10");
      const slow = { "x-sim-latency-ms": "300", "x-sim-chunks": "10", "x-sim-chunk-ms": "50" };
      const load = startLoad(() => gateway.url, key.secret, 32, slow);
      await expect.poll(() => load.received.size, { timeout: 20_000 }).toBeGreaterThan(64);
      const postmaster = await postmasterPid();

      expect(await gateway.stop()).toBe(0);
      await load.stop();
      expect([...load.failed.keys()].filter((code) => !MAY_HAPPEN.has(code))).toEqual([]);
      expect([gateway.pid, postmaster].filter(isAlive)).toEqual([]);
      expect(existsSync(join(dataDir, "server.pid"))).toBe(false);
      expect(inSpool()).toEqual({ settlements: 0, admissions: 0 });
      await expectNothingHeld(account.id, load);
      gateway = await startTollgate({ dataDir });
    }
  },
  ROUNDS * 60_000,
);

/** A call that came too late is told so, or finds nobody listening. */
const MAY_HAPPEN = new Set(["gateway_paused", "unreached"]);

/** Looks into the database that the server has left, without the server. */
async function expectNothingHeld(
  accountId: string,
  load: { received: ReadonlyMap<string, number> },
): Promise<void> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: SILENT });
  const database = openDatabase(postgres.url);
  try {
    const { held, leased, nodeHolds } = await booksOf(database, accountId);
    expect({ held, leased, nodeHolds }).toEqual({ held: 0n, leased: 0n, nodeHolds: 0n });
    const { rows } = await expectExact(database, accountId, load, 10_000_000_000n);
    // Nobody lost an answer that was billed, and no call was broken off.
    expect(rows.filter((row) => row.cost > 0n).length).toBe(load.received.size);
    expect(rows.filter((row) => row.status !== 200 && row.errorCode !== "gateway_paused")).toEqual([]);
  } finally {
    await database.end();
    await postgres.stop();
  }
}

function inSpool(): { settlements: number; admissions: number } {
  const spool = new DatabaseSync(join(dataDir, "spool.db"), { readOnly: true });
  const count = (table: string) => Number(spool.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  const left = { settlements: count("settlement"), admissions: count("admission") };
  spool.close();
  return left;
}

async function postmasterPid(): Promise<number> {
  const file = join(clusterPath(dataDir, await readState(dataDir)), "postmaster.pid");
  return Number((await readFile(file, "utf8")).split("\n")[0]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
