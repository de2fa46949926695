import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { booksOf, expectExact, openDatabase, untilIdle } from "./support/books.ts";
import { chat, HELLO } from "./support/chat.ts";
import { startLoad } from "./support/load.ts";
import { signInOwner } from "./support/owner.ts";
import { type OwnPostgres, startOwnPostgres } from "./support/postgres.ts";
import { startTollgate, type Tollgate, type TollgateOptions } from "./support/tollgate.ts";

const FULL = process.env.TEST_FULL === "1";
const OUTAGE_MS = FULL ? 60_000 : 4_000;
const BALLAST = "ballast";
// Below what earns the seeded tier's bonus.
const FUNDS = 400_000_000_000n;

let postgres: OwnPostgres;
let gateway: Tollgate;
let operator: Operator;
let database: pg.Pool;

async function start(options: TollgateOptions): Promise<void> {
  postgres = await startOwnPostgres();
  gateway = await startTollgate({ databaseUrl: postgres.url, ...options });
  operator = await signInOwner(gateway.url);
  database = openDatabase(postgres.url);
}
afterEach(async () => {
  await database?.end();
  await gateway?.remove();
  await postgres?.remove();
});

const call = (secret: string) =>
  chat(gateway.url, secret, { model: "sim-chat", messages: HELLO, max_tokens: 64 });
const statusOf = (path: string) => fetch(gateway.url + path).then((response) => response.status);

/** Resolves once the outage has lasted as long as it should. */
async function untilOver(stoppedAtMs: number): Promise<void> {
  await expect
    .poll(() => performance.now() - stoppedAtMs, { timeout: OUTAGE_MS + 5_000 })
    .toBeGreaterThan(OUTAGE_MS);
}

async function expectClear503(secret: string): Promise<void> {
  const refused = await call(secret);
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toMatchObject([
    503,
    "2",
    { error: { code: "overloaded", message: expect.stringMatching(/Nothing was charged.*again/) } },
  ]);
}

describe("with leases", () => {
  beforeEach(() => start({ env: { FUNDS: "leased" } }), 180_000);

  it(
    `survives ${OUTAGE_MS / 1000} s without Postgres under load: leases are spent, others get a clear 503, nothing is lost or doubled`,
    async () => {
      const [busy, other] = [await operator.customer("400"), await operator.customer("10")];
      const load = startLoad(() => gateway.url, busy.key.secret, 8);
      await expect.poll(() => load.received.size, { timeout: 20_000 }).toBeGreaterThan(100);

      await postgres.stop();
      const stoppedAtMs = performance.now();
      const before = load.received.size;
      await expectClear503(other.key.secret);
      await expect.poll(() => load.received.size - before, { timeout: 20_000 }).toBeGreaterThan(300);
      expect(await statusOf("/healthz")).toBe(200);
      expect(await operator.call("GET", "/api/accounts")).toMatchObject({
        status: 503,
        body: { code: "database_unavailable" },
      });
      await untilOver(stoppedAtMs);
      // A lease may be spent for 30 s without word from the database; then its calls are refused as well.
      expect([...load.failed.keys()]).toEqual(FULL ? ["overloaded"] : []);
      if (FULL) expect(await statusOf("/readyz")).toBe(503);

      await postgres.start();
      await expect.poll(async () => (await call(other.key.secret)).status, { timeout: 20_000 }).toBe(200);
      const back = load.received.size;
      await expect.poll(() => load.received.size - back, { timeout: 20_000 }).toBeGreaterThan(100);
      // Ready once the configuration was read again, which need not be before the first calls.
      await expect.poll(() => statusOf("/readyz"), { timeout: 30_000 }).toBe(200);
      await load.stop();

      await untilIdle(database, busy.account.id);
      const { rows } = await expectExact(database, busy.account.id, load, FUNDS);
      const refused = load.failed.get("overloaded") ?? 0;
      expect(rows.length).toBe(load.received.size + refused);
      expect(await operator.need("POST", "/api/ledger/verify", {})).toMatchObject({
        ok: true,
        differences: [],
      });
    },
    OUTAGE_MS + 120_000,
  );
});

describe("without leases", () => {
  beforeEach(() => start({ env: { FUNDS: "direct" } }), 180_000);

  it(
    `survives ${OUTAGE_MS / 1000} s without Postgres under load: new calls get a clear 503, running ones end when it is back`,
    async () => {
      const { key, account } = await operator.customer("400");
      const load = startLoad(() => gateway.url, key.secret, 8);
      await expect.poll(() => load.received.size, { timeout: 20_000 }).toBeGreaterThan(100);
      await postgres.stop();
      const stoppedAtMs = performance.now();
      await expectClear503(key.secret);
      await untilOver(stoppedAtMs);
      await postgres.start();
      const back = load.received.size;
      await expect.poll(() => load.received.size - back, { timeout: 20_000 }).toBeGreaterThan(100);
      await load.stop();

      expect([...load.failed.keys()].filter((code) => code !== "overloaded")).toEqual([]);
      // Also what was refused because the answer to its hold was lost holds nothing any more.
      await untilIdle(database, account.id);
      await expectExact(database, account.id, load, FUNDS);
      expect((await booksOf(database, account.id)).rows.length).toBeGreaterThanOrEqual(load.received.size);
      expect(await operator.need("POST", "/api/ledger/verify", {})).toMatchObject({
        ok: true,
        differences: [],
      });
    },
    OUTAGE_MS + 120_000,
  );
});

// Only root may mount a disk that is small enough to be filled; lib/settlement/spooled.test.ts bounds the file instead.
const disk = process.getuid?.() === 0 ? mountDisk() : undefined;
if (disk !== undefined) {
  describe("on a disk of its own", () => {
    beforeEach(() => start({ dataDir: join(disk.folder, "data") }), 180_000);
    afterAll(() => disk.unmount());

    it("with a full disk bills go straight to Postgres; without Postgres as well nothing is admitted; both come back by themselves", async () => {
      const { key, account } = await operator.customer("400");
      fill(disk.folder);
      const load = startLoad(() => gateway.url, key.secret, 8);
      await expect
        // Until the log's reserve is used up: a matter of how many calls this machine makes.
        .poll(() => gateway.output(), { timeout: 150_000 })
        .toContain("the spool could not be written");
      const full = load.received.size;
      await expect.poll(() => load.received.size - full, { timeout: 30_000 }).toBeGreaterThan(200);
      expect([...load.failed.keys()]).toEqual([]);

      await postgres.stop();
      await expect.poll(() => gateway.output(), { timeout: 30_000 }).toContain("a settlement batch failed");
      const refused = await call(key.secret);
      expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: "overloaded" } }]);
      const stopped = load.received.size;

      await postgres.start();
      await expect.poll(() => load.received.size - stopped, { timeout: 30_000 }).toBeGreaterThan(200);
      rmSync(join(disk.folder, BALLAST));
      const free = load.received.size;
      await expect.poll(() => load.received.size - free, { timeout: 30_000 }).toBeGreaterThan(200);
      await load.stop();
      await untilIdle(database, account.id);
      await expectExact(database, account.id, load, FUNDS);
      expect(await operator.need("POST", "/api/ledger/verify", {})).toMatchObject({
        ok: true,
        differences: [],
      });
      expect(await gateway.stop()).toBe(0);
    }, 300_000);
  });
}

/** A disk of its own for DATA_DIR; undefined where this process may not mount one. */
function mountDisk(): { folder: string; unmount(): void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-disk-"));
  try {
    const options = "size=24m,mode=0711";
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tollgate-test", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  const unmount = () => {
    execFileSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  };
  return { folder, unmount };
}

/** Writes until nothing more fits, down to the last page. */
function fill(folder: string): void {
  for (const bytes of [1 << 20, 4096]) {
    const block = Buffer.alloc(bytes);
    try {
      for (;;) appendFileSync(join(folder, BALLAST), block);
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
}
