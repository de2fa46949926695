import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import {
  blockIpOperation,
  dismissIncidentOperation,
  limitNetworksOperation,
  refundIncidentOperation,
  rotateIncidentKeyOperation,
  suspendKeyOperation,
  trustIpOperation,
  undoIncidentOperation,
} from "#lib/api/operations/incident-actions";
import { readIncidentLinkOperation, useIncidentLinkOperation } from "#lib/api/operations/incident-links";
import {
  actOnIncidentsOperation,
  countIncidentDaysOperation,
  getIncidentOperation,
  listIncidentsOperation,
  putIncidentPolicyOperation,
  updateIncidentOperation,
} from "#lib/api/operations/incidents";
import { createKeyOperation, getKeyOperation } from "#lib/api/operations/keys";
import { listLedgerOperation } from "#lib/api/operations/ledger";
import { nobody, startTestApi } from "#lib/api/operations/testing";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { emptyPattern } from "#lib/detection/pattern";
import { writePatterns } from "#lib/detection/pattern-store";
import { mailsTo } from "#lib/mail/testing";
import type { Finding } from "./finding.ts";
import { raiseFinding } from "./raise-service.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 12, minute));

async function raise(more: Partial<Finding> = {}) {
  const email = `owner-${Math.random().toString(36).slice(2)}@example.com`;
  const accountId: string = (await api.call(createAccountOperation, { body: { name: "Acme", email } })).body
    .id;
  const keyId: string = (await api.call(createKeyOperation, { body: { accountId, name: "Main" } })).body.id;
  const finding: Finding = {
    ...{ accountId, keyId, at: at(5), since: at(0), score: 70, requests: 20, nanoUsd: 2_000_000_000n },
    signals: [{ kind: "leaked_secret", weight: 40, figures: { source: "a test" } }],
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
    ...more,
  };
  const { incidentId: id } = await raiseFinding(finding);
  return { id, keyId, accountId, email, finding, params: { id } };
}

/** Networks as detection has learnt them, with their requests; one is on probation. */
async function learn(keyId: string, networks: Record<string, number>): Promise<void> {
  const pattern = emptyPattern(at(0).getTime());
  const seen = { firstMs: at(0).getTime(), lastMs: at(1).getTime(), hours: 3 };
  const whose = { area: "64496", areaName: "Home", country: "DE", isHosting: false };
  for (const [network, weight] of Object.entries(networks)) {
    pattern.networks[network] = { ...seen, ...whose, weight };
  }
  pattern.pending["100.64.9.0/24"] = {
    ...{
      ...seen,
      ...whose,
      requests: 3,
      refused: 0,
      retired: 0,
      nanoUsd: 0n,
      ips: [],
      agents: {},
      models: {},
    },
    ...{ isSuspect: false, atOnce: 1, countriesAtOnce: 1, silenceMs: 0, hourShare: 1 },
  };
  await writePatterns(pool(), new Map([[keyId, pattern]]));
}

const keyOf = async (id: string) => (await api.call(getKeyOperation, { params: { id } })).body;
const incidentOf = async (id: string) => (await api.call(getIncidentOperation, { params: { id } })).body;
const kindsOf = ({ events }: { events: { kind: string }[] }) => events.map(({ kind }) => kind);

describe("in an incident", () => {
  it("the key is suspended, and taken back as long as nobody changed it since", async () => {
    const { keyId, params } = await raise();
    const acted = await api.call(suspendKeyOperation, { params, body: { reason: "stolen" } });
    expect(acted.body).toMatchObject({ state: "acted", keyStatus: "disabled", loss: "2" });
    expect((await keyOf(keyId)).status).toBe("disabled");
    const [row] = await prisma().apiKey.findMany({ where: { id: keyId } });
    expect(row?.cutAt).not.toBeNull();
    const undone = await api.call(undoIncidentOperation, { params });
    expect(undone.body).toMatchObject({ state: "open", keyStatus: "active" });
    expect(kindsOf(undone.body)).toEqual(["opened", "told", "suspend-key", "undo"]);
    expect(undone.body.events[2]).toMatchObject({
      isUndone: true,
      canUndo: false,
      detail: { reason: "stolen" },
    });
    expect((await api.call(undoIncidentOperation, { params })).body.code).toBe("nothing_to_undo");
  });

  it("networks are blocked for this key alone, and trusted again, which resolves what is explained", async () => {
    const { keyId, params } = await raise();
    const blocked = await api.call(blockIpOperation, { params, body: { ip: "203.0.113.9" } });
    expect(blocked.body).toMatchObject({ state: "acted", deniedCidrs: ["203.0.113.9/32"] });
    expect(blocked.body.addresses).toMatchObject([{ isBlocked: true, isTrusted: false, spent: "2" }]);
    await api.call(blockIpOperation, { params });
    expect((await keyOf(keyId)).deniedCidrs).toEqual(["203.0.113.9/32", "203.0.113.0/24"]);
    const wrong = await api.call(blockIpOperation, { params, body: { ip: "not an address" } });
    expect([wrong.status, wrong.body.fields]).toMatchObject([422, { ip: expect.any(String) }]);
    const trusted = await api.call(trustIpOperation, { params });
    expect(trusted.body).toMatchObject({
      state: "resolved",
      deniedCidrs: ["203.0.113.9/32"],
      trustedCidrs: ["203.0.113.0/24"],
    });
    const closed = await api.call(suspendKeyOperation, { params });
    expect(closed.body.code).toBe("incident_closed");
    const undone = await api.call(undoIncidentOperation, { params });
    expect(undone.body).toMatchObject({
      state: "acted",
      trustedCidrs: [],
      deniedCidrs: ["203.0.113.9/32", "203.0.113.0/24"],
    });
  });

  it("the key is limited to the networks of its usual pattern and to those that are trusted", async () => {
    const { keyId, accountId, params } = await raise();
    expect((await api.call(limitNetworksOperation, { params })).body.code).toBe("no_familiar_networks");
    await pool().query(
      `INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, requests, first_seen, last_seen, cost)
       VALUES ('2026-10-30', $1, '198.51.100.4', $2, 50, '2026-10-30T08:00Z', '2026-10-30T09:00Z', 3000000000),
         ('2026-10-31', $1, '2001:db8:7::1', $2, 10, '2026-10-31T08:00Z', '2026-10-31T09:00Z', 1000000000),
         ('2026-11-01', $1, '203.0.113.9', $2, 20, '2026-11-01T12:00Z', '2026-11-01T12:05Z', 2000000000)`,
      [keyId, accountId],
    );
    await learn(keyId, { "2001:db8:7::/48": 10, "198.51.100.0/24": 50, "203.0.113.0/24": 5, other: 90 });
    await prisma().trustedNetwork.create({ data: { keyId, cidr: "192.0.2.0/24" } });
    const expected = ["192.0.2.0/24", "198.51.100.0/24", "2001:db8:7::/48"];
    expect((await incidentOf(params.id)).familiar).toEqual(expected);
    const limited = await api.call(limitNetworksOperation, { params });
    expect(limited.body.allowedCidrs).toEqual(expected);
    expect(limited.body.usualDay).toEqual({ spent: "2", requests: 30 });
    expect((await api.call(undoIncidentOperation, { params })).body.allowedCidrs).toEqual([]);
  });

  it("rotation answers the new secret once, and the old one ends", async () => {
    const { params, keyId } = await raise();
    const before = await keyOf(keyId);
    const rotated = await api.call(rotateIncidentKeyOperation, { params });
    expect(rotated.body.rotatedSecret).toMatch(/^sk-tg-/);
    expect(rotated.body.state).toBe("acted");
    expect((await keyOf(keyId)).prefix).not.toBe(before.prefix);
    expect((await incidentOf(params.id)).rotatedSecret).toBeUndefined();
    const [retired] = await prisma().retiredSecret.findMany({ where: { keyId } });
    expect(retired?.validUntil.getTime()).toBe(retired?.retiredAt.getTime());
  });

  it("dismissing teaches the networks; the same finding opens nothing, and it can be opened again", async () => {
    const { id, params, finding } = await raise();
    const dismissed = await api.call(dismissIncidentOperation, { params, body: { reason: "we moved" } });
    expect(dismissed.body).toMatchObject({ state: "dismissed", trustedCidrs: ["203.0.113.0/24"] });
    expect(await raiseFinding({ ...finding, at: new Date() })).toEqual({
      incidentId: id,
      outcome: "settled",
    });
    const open = await api.call(updateIncidentOperation, { params, body: { state: "open" } });
    expect(open.body).toMatchObject({ state: "open", closedAt: null });
  });

  it("a closed one stands open again only while no other of the key does, by undo or by hand, also all at once", async () => {
    const { params, finding } = await raise();
    await api.call(dismissIncidentOperation, { params });
    const other = { ...finding, at: at(31), networks: ["192.0.2.0/24"] };
    const { incidentId, outcome } = await raiseFinding(other);
    expect(outcome).toBe("opened");
    const undo = () => api.call(undoIncidentOperation, { params });
    const reopen = (id: string) =>
      api.call(updateIncidentOperation, { params: { id }, body: { state: "open" } });
    for (const answer of [await undo(), await reopen(params.id)])
      expect([answer.status, answer.body.code]).toEqual([409, "incident_open"]);
    await api.call(dismissIncidentOperation, { params: { id: incidentId } });
    const answers = await Promise.all([undo(), reopen(params.id), reopen(incidentId), raiseFinding(finding)]);
    expect(answers).toHaveLength(4);
    const standing = { keyId: finding.keyId, state: { in: ["open", "acted"] } };
    expect(await prisma().incident.count({ where: standing })).toBe(1);
  });

  it("many are closed at once; those that cannot be are told", async () => {
    const [one, two] = [await raise(), await raise()];
    await api.call(dismissIncidentOperation, { params: one.params });
    const body = { ids: [one.id, two.id], action: "resolve", reason: "checked" };
    const done = await api.call(actOnIncidentsOperation, { body });
    expect(done.body).toMatchObject({ done: 1, left: [{ id: one.id, code: "incident_closed" }] });
  });

  it("a refund is a ledger entry that names it, at most the loss unless a reason is given, once per Idempotency-Key", async () => {
    const { id, params, accountId } = await raise();
    const headers = { "idempotency-key": "refund-1" };
    const body = { amount: "1.5" };
    expect((await api.call(refundIncidentOperation, { params, body, headers })).body.refunded).toBe("1.5");
    expect((await api.call(refundIncidentOperation, { params, body, headers })).body.refunded).toBe("1.5");
    const more = await api.call(refundIncidentOperation, { params, body: { amount: "1" } });
    expect(more.body.code).toBe("reason_required");
    await api.call(refundIncidentOperation, { params, body: { amount: "1", reason: "our fault too" } });
    const ledger = await api.call(listLedgerOperation, { query: { accountId } });
    expect(ledger.body.items).toMatchObject([
      { kind: "adjustment", amount: "1", reference: `incident ${id}`, note: "our fault too" },
      { kind: "adjustment", amount: "1.5", reference: `incident ${id}` },
    ]);
    const late = await api.as("operator", 20 * 60_000);
    expect((await late(refundIncidentOperation, { params, body })).body.code).toBe(
      "reauthentication_required",
    );
  });
});

describe("a policy", () => {
  it("suspends at a score, once: what a person took back is not done again", async () => {
    const { keyId, accountId, finding, params } = await raise();
    const policy = { mode: "suspend", atScore: 90, capTimes: 5, cutStreams: true };
    await api.call(putIncidentPolicyOperation, { body: { accountId, policy } });
    await raiseFinding({ ...finding, score: 89 });
    expect((await keyOf(keyId)).status).toBe("active");
    await raiseFinding({ ...finding, score: 90 });
    expect((await keyOf(keyId)).status).toBe("disabled");
    await api.call(undoIncidentOperation, { params });
    await raiseFinding({ ...finding, score: 95 });
    expect((await keyOf(keyId)).status).toBe("active");
    expect(await incidentOf(params.id)).toMatchObject({ state: "open", score: 95 });
  });

  it("caps a key's spend at a multiple of its usual day; the key's own policy wins over its account's", async () => {
    const { keyId, accountId, finding, params } = await raise();
    const policy = { mode: "suspend", atScore: 50, capTimes: 5, cutStreams: true };
    await api.call(putIncidentPolicyOperation, { body: { accountId, policy } });
    const own = { ...policy, mode: "cap", capTimes: 3 };
    const put = await api.call(putIncidentPolicyOperation, { body: { accountId, keyId, policy: own } });
    expect(put.body).toMatchObject({ inForce: { mode: "cap" }, account: { mode: "suspend" } });
    await pool().query(
      `INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, requests, first_seen, last_seen, cost)
       VALUES ('2026-10-30', $1, '198.51.100.4', $2, 50, '2026-10-30T08:00Z', '2026-10-30T09:00Z', 4000000000)`,
      [keyId, accountId],
    );
    await raiseFinding(finding);
    expect(await keyOf(keyId)).toMatchObject({ status: "active", budget: { amount: "12", period: "day" } });
    await api.call(undoIncidentOperation, { params });
    expect((await keyOf(keyId)).budget).toBeNull();
  });
});

describe("the mail of an incident", () => {
  const linksIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/\/incident-link\/([a-z-]+)\?token=([A-Za-z0-9_-]+)/g)].map(([, action, token]) => [
        action,
        token,
      ]),
    );

  it("goes to the owner once, with links that show by GET and act by POST, once, each its own thing alone", async () => {
    const { id, keyId, email, finding } = await raise();
    await raiseFinding({ ...finding, score: 75 });
    const mails = await mailsTo(email);
    expect(mails).toHaveLength(1);
    const links = linksIn(mails[0]?.text ?? "");
    expect(Object.keys(links).sort()).toEqual(["block-ip", "suspend-key", "trust-ip"]);
    const [token, block] = [links["suspend-key"] ?? "", links["block-ip"] ?? ""];
    const suspend = { action: "suspend-key", token };
    const shown = await nobody(readIncidentLinkOperation, { query: suspend });
    expect(shown.body).toMatchObject({
      action: "suspend-key",
      incidentId: id,
      keyName: "Main",
      state: "open",
    });
    await nobody(readIncidentLinkOperation, { query: suspend });
    expect((await keyOf(keyId)).status).toBe("active");
    for (const [action, wrong] of [
      ["trust-ip", token],
      ["suspend-key", block],
      ["suspend-key", `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`],
    ]) {
      const refused = await nobody(useIncidentLinkOperation, { body: { action, token: wrong } });
      expect([refused.status, refused.body.code]).toEqual([404, "link_not_valid"]);
    }
    const both = await Promise.all([1, 2].map(() => nobody(useIncidentLinkOperation, { body: suspend })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect((await keyOf(keyId)).status).toBe("disabled");
    const { events } = await incidentOf(id);
    expect(events.at(-1)).toMatchObject({ kind: "suspend-key", actorType: "link", actorName: email });
  });

  it("has links that end after 24 h", async () => {
    const { email, keyId } = await raise();
    const token = linksIn((await mailsTo(email))[0]?.text ?? "")["suspend-key"] ?? "";
    await pool().query(
      "UPDATE one_time_token SET expires_at = now() - interval '1 second' WHERE subject LIKE $1",
      [`%${email}`],
    );
    const late = await nobody(useIncidentLinkOperation, { body: { action: "suspend-key", token } });
    expect(late.body.code).toBe("link_not_valid");
    expect((await keyOf(keyId)).status).toBe("active");
  });
});

describe("the review of a period", () => {
  it("lists by state, account, score and network, and counts days with what they cost", async () => {
    const { id, accountId } = await raise();
    const listed = async (query: Record<string, string | number>) =>
      (await api.call(listIncidentsOperation, { query })).body.items.map((one: { id: string }) => one.id);
    expect(await listed({ accountId })).toEqual([id]);
    expect(await listed({ accountId, state: "acted" })).toEqual([]);
    expect(await listed({ accountId, minScore: 71 })).toEqual([]);
    expect(await listed({ accountId, q: "203.0.113.0/24" })).toEqual([id]);
    const query = { accountId, from: at(0).toISOString(), to: at(30).toISOString() };
    const days = (await api.call(countIncidentDaysOperation, { query })).body.days;
    expect(days).toEqual([{ day: "2026-11-01", open: 1, acted: 0, resolved: 0, dismissed: 0, loss: "2" }]);
  });
});
