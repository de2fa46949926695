import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { abandonNode } from "#lib/funds/lease-store";
import { booksOf, expectExact, untilIdle } from "./support/books.ts";
import { type Load, startLoad } from "./support/load.ts";
import { type Nodes, startNodes, untilKnown } from "./support/nodes.ts";

const FULL = process.env.TEST_FULL === "1";
/** A lease may be spent for 30 s without word from the database. */
const STOPPED_MS = FULL ? 35_000 : 2_500;
const FUNDS = "0.012";
const FUNDS_NANO_USD = 12_000_000n;

let on: Nodes;
beforeAll(async () => {
  on = await startNodes(2);
}, 300_000);
afterAll(() => on?.stop());

const refusedOn = (load: Load) => load.failed.get("insufficient_balance") ?? 0;

/** Load on both nodes; the first stops in the middle of it, the second spends on until nothing is left for it. */
async function stopFirstNode(load: readonly [Load, Load]): Promise<void> {
  const [first, second] = load;
  await expect
    .poll(() => Math.min(first.received.size, second.received.size), { timeout: 20_000 })
    .toBeGreaterThan(50);
  process.kill(on.nodes[0]?.pid ?? 0, "SIGSTOP");
  await expect.poll(() => refusedOn(second), { timeout: 60_000 }).toBeGreaterThan(0);
}

const goOn = () => process.kill(on.nodes[0]?.pid ?? 0, "SIGCONT");

async function startBoth(): Promise<{ accountId: string; load: readonly [Load, Load] }> {
  const { key, account } = await on.operator.customer(FUNDS);
  await untilKnown(on, key.secret);
  const load = [0, 1].map((node) => startLoad(() => on.urlOf(node), key.secret, 6)) as [Load, Load];
  return { accountId: account.id, load };
}

/** What both nodes' clients received, as one. */
const together = (load: readonly [Load, Load]) => ({
  received: new Map([...load[0].received, ...load[1].received]),
});

it(
  `a node that is stopped for ${STOPPED_MS / 1000} s while another spends the same account overdraws nothing, and the books verify`,
  async () => {
    const { accountId, load } = await startBoth();
    const stoppedAtMs = performance.now();
    try {
      await stopFirstNode(load);
      await expect
        .poll(() => performance.now() - stoppedAtMs, { timeout: STOPPED_MS + 10_000 })
        .toBeGreaterThan(STOPPED_MS);
      // What the stopped node has leased stays its own, whatever the other is asked for.
      expect((await booksOf(on.database, accountId)).balance).toBeGreaterThan(0n);
    } finally {
      goOn();
    }
    // It spends what it had leased, and then both have nothing left.
    await expect.poll(() => refusedOn(load[0]), { timeout: 30_000 }).toBeGreaterThan(0);
    await Promise.all(load.map((each) => each.stop()));
    await untilIdle(on.database, accountId);
    expect([...load[0].failed.keys(), ...load[1].failed.keys()].filter((code) => code === "cut")).toEqual([]);
    const { balance } = await expectExact(on.database, accountId, together(load), FUNDS_NANO_USD);
    expect(balance).toBeGreaterThanOrEqual(0n);
    expect(await on.operator.need("POST", "/api/ledger/verify", {})).toMatchObject({
      ok: true,
      differences: [],
    });
  },
  STOPPED_MS + 120_000,
);

if (FULL) {
  it("a node that was abandoned while it was stopped owes at most what ran on it, and spends nothing more unasked", async () => {
    const { accountId, load } = await startBoth();
    let running = 0n;
    try {
      await stopFirstNode(load);
      const nodeId = (await readFile(join(on.nodes[0]?.dataDir ?? "", "node.id"), "utf8")).trim();
      const { leased } = await booksOf(on.database, accountId);
      await expect
        .poll(() => abandonNode(on.database, nodeId), { timeout: 90_000, interval: 1_000 })
        .not.toBeNull();
      running = leased;
      const before = refusedOn(load[1]);
      await expect.poll(() => refusedOn(load[1]) - before, { timeout: 30_000 }).toBeGreaterThan(20);
    } finally {
      goOn();
    }
    await expect.poll(() => refusedOn(load[0]), { timeout: 30_000 }).toBeGreaterThan(0);
    await Promise.all(load.map((each) => each.stop()));
    await untilIdle(on.database, accountId);
    const { balance } = await expectExact(on.database, accountId, together(load), FUNDS_NANO_USD);
    expect(-balance).toBeLessThanOrEqual(running);
    expect(await on.operator.need("POST", "/api/ledger/verify", {})).toMatchObject({ ok: true });
  }, 240_000);
}
