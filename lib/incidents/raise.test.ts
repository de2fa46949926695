import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { createKeyOperation } from "#lib/api/operations/keys";
import { startTestApi } from "#lib/api/operations/testing";
import { dayMs } from "#lib/core/time";
import { prisma } from "#lib/db/client";
import { keepLogs } from "#lib/logs/retention-service";
import { readEvidence } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { raiseFinding } from "./raise-service.ts";
import { listTrusted } from "./store.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 12, minute));

async function newKey(owner: { email?: string } = {}): Promise<{ keyId: string; accountId: string }> {
  const { body } = await api.call(createAccountOperation, { body: { name: "Acme", ...owner } });
  const accountId: string = body.id;
  const key = await api.call(createKeyOperation, { body: { accountId, name: "Main" } });
  return { accountId, keyId: key.body.id };
}

function findingOf(key: { keyId: string; accountId: string }, more: Partial<Finding> = {}): Finding {
  return {
    ...key,
    at: at(5),
    score: 70,
    signals: [{ kind: "new_network", weight: 40, figures: { network: "203.0.113.0/24" } }],
    networks: ["203.0.113.0/24"],
    ips: [
      {
        ip: "203.0.113.9",
        requests: 20,
        nanoUsd: 2_000_000_000n,
        firstSeen: at(0),
        lastSeen: at(5),
        models: ["gpt-5"],
      },
    ],
    since: at(0),
    requests: 20,
    nanoUsd: 2_000_000_000n,
    ...more,
  };
}

const incidentsOf = (keyId: string) =>
  prisma().incident.findMany({ where: { keyId }, include: { events: { orderBy: { id: "asc" } } } });

describe("an incident", () => {
  it("forgets addresses when log rows do, and keeps its sums and networks", async () => {
    const key = await newKey();
    const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);
    const seen = (ip: string, days: number) => ({
      ...{ ip, requests: 10, nanoUsd: 5n, models: ["gpt-5"] },
      ...{ firstSeen: daysAgo(days + 1), lastSeen: daysAgo(days) },
    });
    await raiseFinding(findingOf(key, { ips: [seen("203.0.113.7", 100), seen("203.0.113.8", 80)] }));
    await keepLogs();
    const [kept] = await incidentsOf(key.keyId);
    expect(readEvidence(kept?.evidence).map(({ ip }) => ip)).toEqual(["203.0.113.8"]);
    expect(kept).toMatchObject({ requests: 20, networks: ["203.0.113.0/24"] });
  });

  it("is opened once per key and cause and grows with new evidence, though many find it at once", async () => {
    const key = await newKey();
    const raised = await Promise.all([1, 2, 3, 4].map(() => raiseFinding(findingOf(key))));
    expect(raised.map(({ outcome }) => outcome).sort()).toEqual(["grown", "grown", "grown", "opened"]);
    const ip = {
      ip: "198.51.100.7",
      requests: 5,
      nanoUsd: 5n,
      firstSeen: at(6),
      lastSeen: at(7),
      models: [],
    };
    await raiseFinding(
      findingOf(key, {
        at: at(7),
        score: 90,
        networks: ["198.51.100.0/24"],
        ips: [ip],
        requests: 25,
        nanoUsd: 9n,
      }),
    );
    await raiseFinding(findingOf(key), { cause: "leak" });
    const [found, leak] = await incidentsOf(key.keyId);
    expect(found).toMatchObject({
      state: "open",
      score: 90,
      networks: ["203.0.113.0/24", "198.51.100.0/24"],
      requests: 25,
      spentNanoUsd: 2_000_000_000n,
    });
    expect(found?.evidence).toMatchObject([
      { ip: "203.0.113.9", nanoUsd: "2000000000" },
      { ip: "198.51.100.7" },
    ]);
    expect(found?.events.map(({ kind }) => kind)).toEqual(["opened", "grown"]);
    expect(leak?.cause).toBe("leak");
  });

  it("keeps what the most expensive 200 of 100,000 addresses did, and the sums of all", async () => {
    const key = await newKey();
    const ips = Array.from({ length: 100_000 }, (_, index) => ({
      ip: `2001:db8::${index.toString(16)}`,
      requests: 1,
      nanoUsd: BigInt(index),
      firstSeen: at(0),
      lastSeen: at(1),
      models: ["gpt-5"],
    }));
    await raiseFinding(findingOf(key, { ips, requests: 100_000 }));
    const [found] = await incidentsOf(key.keyId);
    expect(found?.requests).toBe(100_000);
    const kept = readEvidence(found?.evidence);
    expect(kept).toHaveLength(200);
    expect(kept[0]?.nanoUsd).toBe(99_999n);
  });

  it("that opens again for the 41st time says so to its owner still", async () => {
    const key = await newKey({ email: "owner@example.com" });
    const { incidentId } = await raiseFinding(findingOf(key));
    const event = { incidentId, kind: "reopened", actorType: "system", actorName: "Tollgate" };
    await prisma().incidentEvent.createMany({ data: Array.from({ length: 40 }, () => event) });
    await prisma().incident.update({ where: { id: incidentId }, data: { state: "acted" } });
    const told = () => prisma().incidentEvent.count({ where: { incidentId, kind: "told" } });
    const before = await told();
    await raiseFinding(findingOf(key, { networks: ["192.0.2.0/24"], nanoUsd: 3_000_000_000n }));
    expect((await incidentsOf(key.keyId))[0]?.state).toBe("open");
    expect(await told()).toBe(before + 1);
  });

  it("that somebody dismissed is not opened again by the same networks, but by others", async () => {
    const key = await newKey();
    const { incidentId } = await raiseFinding(findingOf(key));
    await prisma().incident.update({
      where: { id: incidentId },
      data: { state: "dismissed", closedAt: at(6) },
    });
    expect(await raiseFinding(findingOf(key, { at: at(30) }))).toEqual({ incidentId, outcome: "settled" });
    const other = await raiseFinding(findingOf(key, { at: at(31), networks: ["192.0.2.0/24"] }));
    expect(other.outcome).toBe("opened");
    expect(await listTrusted([key.keyId])).toEqual([]);
  });
});
