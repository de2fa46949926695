import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { createKeyOperation } from "#lib/api/operations/keys";
import { startTestApi } from "#lib/api/operations/testing";
import { prisma } from "#lib/db/client";
import { pool, queryRows } from "#lib/db/pool";
import type { Finding } from "#lib/incidents/finding";
import { raiseFinding } from "#lib/incidents/raise-service";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { settingDefaults } from "#lib/settings/schema";
import { writeSettlements } from "#lib/settlement/store";
import { createDetection } from "./live.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;

function node(raise: (finding: Finding) => Promise<unknown> = raiseFinding) {
  return createDetection({
    on: pool(),
    nodeId: newId(),
    now: () => NOW,
    whereabouts: (network) =>
      network.startsWith("203.")
        ? { asn: 64_500, name: "Rack Hosting", country: "NL", isHosting: true }
        : { asn: 64_496, name: "Home", country: "DE", isHosting: false },
    raise,
    settings: async () => ({ ...settingDefaults }),
  });
}

async function newKey(): Promise<{ accountId: string; keyId: string; keyPrefix: string }> {
  const accountId: string = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
  const { body } = await api.call(createKeyOperation, { body: { accountId, name: "Main" } });
  return { accountId, keyId: body.id, keyPrefix: body.prefix };
}

type Own = Awaited<ReturnType<typeof newKey>>;

/** Writes rows as the log's writer does, oldest first, in batches of one hour. */
async function called(key: Own, calls: readonly Partial<RequestLogRow>[]): Promise<void> {
  const rows = calls.map((call) => ({
    ...{ ...emptyRow, ...key, requestId: newId(), ip: "192.0.2.7", userAgent: "OpenAI/Python 1.99.1" },
    ...{ model: "sim-small", status: 200, endpoint: "/v1/chat/completions", createdAtMs: NOW, ...call },
  }));
  for (const batch of Map.groupBy(rows, ({ createdAtMs }) => Math.floor(createdAtMs / HOUR)).values()) {
    const settlements = batch.map((row) => ({ row, held: false, periodStartMs: null }));
    await writeSettlements(settlements, newId);
  }
}

/** Three days at home, 4 calls each of 40 hours. */
const usual = Array.from({ length: 160 }, (_, index) => ({
  createdAtMs: NOW - (72 - Math.floor(index / 4)) * HOUR + index * 1_000,
}));
const stranger = { ip: "203.0.113.9", userAgent: "curl/8.5.0", model: "sim-large" };
const incidentsOf = (keyId: string) => prisma().incident.findMany({ where: { keyId } });

describe("detection", () => {
  it("opens an incident at a stranger's first call and says why, and none for the owner", async () => {
    const key = await newKey();
    const judge = node();
    await called(key, usual);
    await judge.round();
    await called(key, [{ createdAtMs: NOW - 60_000 }]);
    await judge.round();
    expect(await incidentsOf(key.keyId)).toEqual([]);
    await called(key, [{ ...stranger, createdAtMs: NOW }]);
    await judge.round();
    const [incident, ...others] = await incidentsOf(key.keyId);
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ networks: ["203.0.113.0/24"], requests: 1 });
    const kinds = Object(incident?.signals).map(({ kind }: { kind: string }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(["new_network", "new_country", "new_hosting", "new_client"]),
    );
    await judge.leave();
  });

  it("tells one key's finding although another's cannot be told, which is tried again and at last given up", async () => {
    const [gone, unlucky, other] = [await newKey(), await newKey(), await newKey()];
    const tries: string[] = [];
    const judge = node(async (finding) => {
      tries.push(finding.keyId);
      const isFirst = tries.indexOf(finding.keyId) === tries.lastIndexOf(finding.keyId);
      if (finding.keyId === gone.keyId || (finding.keyId === unlucky.keyId && isFirst))
        throw new Error("gone");
      return raiseFinding(finding);
    });
    for (const key of [gone, unlucky, other]) await called(key, usual);
    await judge.round();
    for (const key of [gone, unlucky, other]) await called(key, [{ ...stranger, createdAtMs: NOW }]);
    expect(await judge.round()).toBe(3);
    expect(await incidentsOf(other.keyId)).toHaveLength(1);
    expect(await incidentsOf(unlucky.keyId)).toEqual([]);
    expect(await judge.round()).toBe(0);
    expect(await incidentsOf(unlucky.keyId)).toHaveLength(1);
    for (let round = 0; round < 12; round += 1) await judge.round();
    expect(tries.filter((keyId) => keyId === gone.keyId)).toHaveLength(10);
    expect(await incidentsOf(gone.keyId)).toEqual([]);
    await judge.leave();
  });

  it("knows what another node learnt, and judges on one node at a time", async () => {
    const key = await newKey();
    const [first, second] = [node(), node()];
    await called(key, usual);
    expect(await first.round()).toBeGreaterThan(0);
    expect(await second.round()).toBeUndefined();
    await first.leave();
    await called(key, [{ ...stranger, createdAtMs: NOW }]);
    expect(await second.round()).toBe(1);
    expect(await incidentsOf(key.keyId)).toHaveLength(1);
    await second.leave();
  });

  it("says nothing of a network that a person vouched for, nor of a new key", async () => {
    const [key, fresh] = [await newKey(), await newKey()];
    const judge = node();
    await prisma().trustedNetwork.create({ data: { keyId: key.keyId, cidr: "203.0.113.0/24" } });
    await called(key, usual);
    await called(fresh, usual.slice(0, 50));
    await called(key, [{ ...stranger, createdAtMs: NOW }]);
    await called(fresh, [{ ...stranger, createdAtMs: NOW }]);
    await judge.round();
    expect(await incidentsOf(key.keyId)).toEqual([]);
    expect(await incidentsOf(fresh.keyId)).toEqual([]);
    await judge.leave();
  });

  it("goes by the account's own threshold", async () => {
    const key = await newKey();
    await prisma().account.update({ where: { id: key.accountId }, data: { incidentThreshold: 100 } });
    const judge = node();
    await called(key, [...usual, { ip: "192.0.2.200", userAgent: "curl/8.5.0", createdAtMs: NOW }]);
    await called(key, [{ ip: "198.51.100.3", userAgent: "curl/8.5.0", createdAtMs: NOW }]);
    await judge.round();
    expect(await incidentsOf(key.keyId)).toEqual([]);
    await judge.leave();
  });

  it("keeps its memory bounded while ten thousands of addresses use a key within an hour, and opens one incident", async () => {
    const key = await newKey();
    const judge = node();
    await called(key, usual);
    await judge.round();
    const many = process.env.TEST_FULL === "1" ? 100_000 : 10_000;
    let written = 0;
    for (let from = 0; from < many; from += 2_000) {
      const calls = Array.from({ length: 2_000 }, (_, index) => {
        const n = from + index;
        const ip = `${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.7`;
        return { ip, createdAtMs: NOW + Math.floor((n / many) * HOUR) };
      });
      await called(key, calls);
      const [waiting] = await queryRows<{ n: bigint }>("SELECT count(*) AS n FROM hot.sighting");
      written = Math.max(written, Number(waiting?.n));
      await judge.round();
    }
    await judge.leave();
    // Per batch and key at most 32 networks and the others.
    expect(written).toBeLessThanOrEqual(66);
    const [kept] = await queryRows<{ bytes: number }>(
      "SELECT length(pattern::text) AS bytes FROM hot.key_pattern WHERE key_id = $1",
      [key.keyId],
    );
    expect(kept?.bytes).toBeLessThan(64 * 1024);
    expect(await incidentsOf(key.keyId)).toHaveLength(1);
  });
});
