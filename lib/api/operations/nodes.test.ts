import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { watchOnce } from "#lib/alerts/live";
import { pool } from "#lib/db/pool";
import { watches } from "#lib/gateway/upkeep/live";
import { startReporting } from "#lib/nodes/live";
import { nodeSorts } from "#lib/nodes/sorts";
import { type NodeReport, writeReport } from "#lib/nodes/store";
import { newId } from "#lib/runtime/id";
import { createAccountOperation } from "./accounts.ts";
import { listAlertsOperation } from "./alerts.ts";
import { abandonNodeOperation, getNodeOperation, listNodesOperation } from "./nodes.ts";
import { getOverviewOperation } from "./overview.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());
beforeEach(async () => {
  await pool().query("DELETE FROM hot.node_report");
  await pool().query("DELETE FROM hot.lease_node");
  await pool().query("DELETE FROM hot.lease");
  await pool().query("DELETE FROM hot.hold");
  await pool().query("DELETE FROM hot.alert");
});

const report: NodeReport = {
  startedAt: new Date("2026-11-22T00:00:00Z"),
  version: "1.2.3",
  host: "a-host",
  engine: "leased",
  spool: { rows: 7, bytes: 900, lagMs: 12 },
  clockOffsetMs: -3,
  parts: [],
};

/** A node that has 3 $ of a new account, last heard of `silentSeconds` ago. */
async function nodeWithLease(silentSeconds: number) {
  const id = newId();
  const account = (await api.call(createAccountOperation, { body: { name: "Leased from" } })).body.id;
  await writeReport(pool(), id, report);
  await pool().query("UPDATE hot.account_funds SET leased = 3000000000 WHERE account_id = $1", [account]);
  await pool().query("INSERT INTO hot.lease (node_id, account_id, amount) VALUES ($1, $2, 3000000000)", [
    id,
    account,
  ]);
  await pool().query(
    "INSERT INTO hot.lease_node (node_id, seen_at) VALUES ($1, now() - make_interval(secs => $2))",
    [id, silentSeconds],
  );
  await pool().query("UPDATE hot.node_report SET seen_at = now() - make_interval(secs => $1)", [
    silentSeconds,
  ]);
  return { id, account };
}

/** A node that leases nothing: two of its calls hold 1 $ of a new account with a budget, in the database. */
async function nodeWithHolds(silentSeconds: number) {
  const [id, key] = [newId(), newId()];
  const account = (await api.call(createAccountOperation, { body: { name: "Held from" } })).body.id;
  await writeReport(pool(), id, { ...report, engine: "direct" });
  await pool().query("UPDATE hot.node_report SET seen_at = now() - make_interval(secs => $1)", [
    silentSeconds,
  ]);
  await pool().query("UPDATE hot.account_funds SET balance = 5000000000 WHERE account_id = $1", [account]);
  const admit = (node: string) =>
    pool().query(
      "SELECT hot.admit($1, $2, $3, $4, '2026-11-01T00:00:00Z', 9000000000, 500000000, '{}') AS answer",
      [newId(), node, account, key],
    );
  for (const node of [id, id, newId()]) expect((await admit(node)).rows).toEqual([{ answer: "ok" }]);
  const heldNow = async () => {
    const { rows } = await pool().query(
      `SELECT f.held AS account, b.held AS budget, (SELECT count(*)::int FROM hot.hold WHERE account_id = $1) AS holds
       FROM hot.account_funds f, hot.key_budget b WHERE f.account_id = $1 AND b.key_id = $2`,
      [account, key],
    );
    return rows[0];
  };
  return { id, account, heldNow };
}

const leasedOf = async (account: string) =>
  (await pool().query("SELECT leased FROM hot.account_funds WHERE account_id = $1", [account])).rows[0]
    ?.leased;

async function openAlerts(): Promise<{ kind: string; subject: string; data: object; count: number }[]> {
  await watchOnce(watches, pool());
  const answer = await api.call(listAlertsOperation, { query: { state: "open" } });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body.items;
}

describe("the list of nodes", () => {
  it.each(nodeSorts)(
    "comes in pages sorted by %s, each node once, also those that say nothing of themselves",
    async (sort) => {
      const { id: silent } = await nodeWithLease(3_600);
      await pool().query("DELETE FROM hot.node_report WHERE node_id = $1", [silent]);
      const [old, young] = [newId(Date.now() - 60_000), newId(Date.now() + 60_000)];
      await writeReport(pool(), old, { ...report, spool: { rows: 9, bytes: 1, lagMs: 1 } });
      await writeReport(pool(), young, report);
      await pool().query("UPDATE hot.node_report SET stopped_at = now() WHERE node_id = $1", [old]);
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, string | number> = {
          sort,
          limit: 1,
          ...(cursor === null ? {} : { cursor }),
        };
        const { body } = await api.call(listNodesOperation, { query });
        seen.push(...body.items.map((node: { id: string }) => node.id));
        cursor = body.nextCursor;
      } while (cursor !== null);
      const upwards =
        {
          id: [old, silent, young],
          state: [silent, young, old],
          lastSeen: [silent, old, young],
          waiting: [silent, young, old],
          lag: [silent, old, young],
          leased: [old, young, silent],
        }[sort.replace("-", "")] ?? [];
      expect(seen).toEqual(sort.startsWith("-") ? upwards.toReversed() : upwards);
    },
  );

  it("tells how each node is, and whose money it has", async () => {
    const { id, account } = await nodeWithLease(0);
    expect((await api.call(listNodesOperation)).body).toMatchObject({
      nextCursor: null,
      items: [
        {
          id,
          state: "live",
          version: "1.2.3",
          host: "a-host",
          spool: { rows: 7, bytes: 900, lagMs: 12 },
          clockOffsetMs: -3,
          leased: "3",
          leaseCount: 1,
          leases: [{ accountId: account, accountName: "Leased from", amount: "3" }],
        },
      ],
    });
  });

  it("pages, and filters by state", async () => {
    const ids = [newId(), newId(), newId()];
    for (const id of ids) await writeReport(pool(), id, report);
    const first = await api.call(listNodesOperation, { query: { limit: 2 } });
    const rest = await api.call(listNodesOperation, { query: { cursor: first.body.nextCursor } });
    const seen = [...first.body.items, ...rest.body.items].map((node: { id: string }) => node.id);
    expect(seen).toEqual(ids.sort().reverse());
    expect((await api.call(listNodesOperation, { query: { state: "away" } })).body.items).toEqual([]);
  });

  it("knows a process that reports by itself, and that it ended in order", async () => {
    const id = newId();
    const figures = () => ({ engine: "direct" as const, spool: report.spool, clockOffsetMs: 0 });
    const reporting = startReporting({ pool: pool(), nodeId: id, figures });
    const nodeNow = async () => (await api.call(getNodeOperation, { params: { id } })).body;
    await expect.poll(nodeNow).toMatchObject({ state: "live", engine: "direct" });
    await expect.poll(async () => (await nodeNow()).parts).toMatchObject([{ name: "node-report" }]);
    await reporting.stop();
    expect(await nodeNow()).toMatchObject({ state: "stopped", parts: [] });
  });
});

describe("abandoning a node", () => {
  it("makes what was set aside for it available again, once, and writes down who did it", async () => {
    const { id, account } = await nodeWithLease(90);
    const abandoned = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(abandoned).toMatchObject({ status: 200, body: { freed: "3", node: { leased: "0", leases: [] } } });
    expect(await leasedOf(account)).toBe(0n);
    const again = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(again).toMatchObject({ status: 409, body: { code: "nothing_to_abandon" } });
    const { rows } = await pool().query("SELECT after FROM audit_entry WHERE action = 'node.abandon'");
    expect(rows).toEqual([{ after: { freed: "3" } }]);
  });

  it("works for a node of an earlier release, which never reported", async () => {
    const { id, account } = await nodeWithLease(7_200);
    await pool().query("DELETE FROM hot.node_report");
    const abandoned = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(abandoned).toMatchObject({ status: 200, body: { freed: "3", node: { version: null } } });
    expect(await leasedOf(account)).toBe(0n);
    expect((await api.call(listNodesOperation)).body.items).toEqual([]);
  });

  it("frees what its calls held in the database, and no other node's", async () => {
    const { id, account, heldNow } = await nodeWithHolds(90);
    const held = { leased: "1", leaseCount: 1, leases: [{ accountId: account, amount: "1" }] };
    expect((await api.call(getNodeOperation, { params: { id } })).body).toMatchObject(held);
    expect(await openAlerts()).toMatchObject([
      { kind: "orphaned_lease", data: { amount: "1", accounts: 1 } },
    ]);
    const abandoned = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(abandoned).toMatchObject({ status: 200, body: { freed: "1", node: { leased: "0", leases: [] } } });
    expect(await heldNow()).toEqual({ account: 500_000_000n, budget: 500_000_000n, holds: 1 });
    const again = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(again).toMatchObject({ status: 409, body: { code: "nothing_to_abandon" } });
  });

  it("leaves the holds of a node that was heard of 45 seconds ago, which may be at its calls", async () => {
    const { id, heldNow } = await nodeWithHolds(45);
    const refused = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
    expect(refused).toMatchObject({ status: 409, body: { code: "node_is_live" } });
    expect(await heldNow()).toEqual({ account: 1_500_000_000n, budget: 1_500_000_000n, holds: 3 });
  });

  it.each([0, 14, 45])(
    "is refused for a node that was heard of %i seconds ago: it may still spend",
    async (silentSeconds) => {
      const { id, account } = await nodeWithLease(silentSeconds);
      const refused = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: id } });
      expect(refused).toMatchObject({ status: 409, body: { code: "node_is_live" } });
      expect(await leasedOf(account)).toBe(3_000_000_000n);
    },
  );

  it("needs the node's id typed again, and an operator", async () => {
    const { id, account } = await nodeWithLease(90);
    const mistyped = await api.call(abandonNodeOperation, { params: { id }, body: { confirm: newId() } });
    expect(mistyped).toMatchObject({ status: 422, body: { fields: { confirm: expect.any(String) } } });
    const support = await api.as("support");
    expect((await support(abandonNodeOperation, { params: { id }, body: { confirm: id } })).status).toBe(403);
    expect(await leasedOf(account)).toBe(3_000_000_000n);
    const nobody = { params: { id: newId() }, body: { confirm: "x" } };
    expect((await api.call(abandonNodeOperation, nobody)).status).toBe(404);
  });
});

describe("an alert", () => {
  it("is raised for leases whose node is gone, stays one however often it is seen, and ends with its cause", async () => {
    const { id } = await nodeWithLease(61);
    const [alert, ...others] = await openAlerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      kind: "orphaned_lease",
      subject: id,
      severity: "warning",
      data: { amount: "3", accounts: 1 },
      href: `/nodes?row=${id}`,
      count: 1,
    });
    expect(await openAlerts()).toMatchObject([{ count: 1 }]);
    const { alerts } = (await api.call(getOverviewOperation)).body;
    expect(alerts).toMatchObject([{ kind: "orphaned_lease" }]);

    await writeReport(pool(), id, report);
    expect(await openAlerts()).toEqual([]);
    expect((await api.call(getOverviewOperation)).body.alerts).toEqual([]);
    const resolved = await api.call(listAlertsOperation, { query: { state: "resolved" } });
    expect(resolved.body.items).toMatchObject([{ subject: id, resolvedAt: expect.any(String) }]);

    await pool().query("UPDATE hot.node_report SET seen_at = now() - interval '2 minutes'");
    expect(await openAlerts()).toMatchObject([{ kind: "orphaned_lease", count: 2 }]);
  });

  it("is raised for a clock more than a second off, of a node that lives", async () => {
    const id = newId();
    await writeReport(pool(), id, { ...report, clockOffsetMs: -1_200 });
    expect(await openAlerts()).toMatchObject([
      { kind: "clock_skew", subject: id, severity: "error", data: { offsetMs: -1_200 } },
    ]);
    await writeReport(pool(), id, { ...report, clockOffsetMs: 1_000 });
    expect(await openAlerts()).toEqual([]);
  });

  it("is raised for a part that has been down for a while, not for one that just fell over", async () => {
    const id = newId();
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
    const part = { restarts: 1, lastError: "no connection", nextTryAt: null, state: "waiting" as const };
    const parts = [
      { ...part, name: "flusher", since: ago(20) },
      { ...part, name: "leases", since: ago(5) },
      { ...part, name: "snapshot", since: ago(900), state: "running" as const },
    ];
    await writeReport(pool(), id, { ...report, parts });
    expect(await openAlerts()).toMatchObject([{ kind: "part_down", subject: `${id}/flusher` }]);
    await writeReport(pool(), id, report);
    expect(await openAlerts()).toEqual([]);
  });
});
