import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noCredential } from "#lib/channels/credential-id";
import { disableDrained } from "#lib/channels/service";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { newId } from "#lib/runtime/id";
import { open } from "#lib/secrets/live";
import { getChannelHealthOperation as health } from "./channel-health.ts";
import {
  createChannelOperation as create,
  getChannelOperation as get,
  listChannelsOperation as list,
  updateChannelOperation as update,
} from "./channels.ts";
import { getOverviewOperation } from "./overview.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const make = async (more: Record<string, unknown> = {}) => {
  const body = { name: "Upstream", provider: "openai-compatible", baseUrl: "http://127.0.0.1:9999/v1" };
  return api.call(create, { body: { ...body, models: ["gpt-4o-mini", "gpt-4o"], ...more } });
};

/** What a node writes when it sees a breaker change. */
const see = (channelId: string, subject: string, state: string, reason: string | null) =>
  queryRows(
    `INSERT INTO hot.channel_health (channel_id, subject, state, reason, error_class, trips, since, next_probe_at, changed_at, node_id)
     VALUES ($1, $2, $3, $4, $4, 1, now(), now() + interval '1 minute', now(), $1)`,
    [channelId, subject, state, reason],
  );

describe("several credentials", () => {
  const stored = async (id: string) => {
    const row = await prisma().channel.findUniqueOrThrow({ where: { id } });
    return [row.credential, ...row.moreCredentials].map(
      (sealed) => sealed && open(sealed, "channel.credential"),
    );
  };

  it("are stored sealed, told apart by ids, kept and replaced one by one", async () => {
    const { status, body } = await make({ credentials: ["sk-one-canary", "sk-two-canary"] });
    expect(status).toBe(201);
    expect(body.credentials).toMatchObject([{ index: 0 }, { index: 1 }]);
    expect(JSON.stringify(body)).not.toContain("canary");
    expect(await stored(body.id)).toEqual(["sk-one-canary", "sk-two-canary"]);
    const params = { id: body.id };
    const [, second] = body.credentials;
    const changed = await api.call(update, {
      params,
      body: { credentials: [{ id: second.id }, "sk-three-canary"] },
    });
    expect(changed.body.credentials[0]).toEqual({ ...second, index: 0 });
    expect(await stored(body.id)).toEqual(["sk-two-canary", "sk-three-canary"]);
    // The form's single field replaces the first.
    await api.call(update, { params, body: { credential: "sk-four-canary" } });
    expect(await stored(body.id)).toEqual(["sk-four-canary", "sk-three-canary"]);
    await api.call(update, { params, body: { credential: null } });
    expect(await stored(body.id)).toEqual([null]);
  });

  it("all go to the new place or none: a kept one does not follow a channel to another host", async () => {
    const { body } = await make({ credentials: ["sk-one", "sk-two"] });
    const params = { id: body.id };
    const baseUrl = "https://elsewhere.example/v1";
    const [first] = body.credentials;
    for (const credentials of [undefined, [{ id: first.id }], ["sk-new", { id: first.id }]]) {
      const refused = await api.call(update, {
        params,
        body: { baseUrl, ...(credentials && { credentials }) },
      });
      expect(refused).toMatchObject({ status: 422, body: { fields: { credential: expect.any(String) } } });
    }
    // Replacing the first alone would take the second along.
    expect((await api.call(update, { params, body: { baseUrl, credential: "sk-new" } })).status).toBe(422);
    expect((await api.call(update, { params, body: { baseUrl, credentials: ["sk-new"] } })).status).toBe(200);
    expect((await api.call(update, { params, body: { credentials: [{ id: first.id }] } })).status).toBe(422);
  });

  it("are asked for a fresh password only when a new one comes", async () => {
    const { body } = await make({ credentials: ["sk-one", "sk-two"] });
    const idle = await api.as("operator", 16 * 60_000);
    const params = { id: body.id };
    const [first] = body.credentials;
    expect((await idle(update, { params, body: { credentials: ["sk-x"] } })).status).toBe(403);
    expect((await idle(update, { params, body: { credentials: [{ id: first.id }] } })).status).toBe(200);
    // The audit log tells the two apart, and neither shows a credential.
    expect((await api.call(update, { params, body: { credentials: ["sk-replaced"] } })).status).toBe(200);
    const entries = await prisma().auditEntry.findMany({
      where: { targetId: body.id, action: "channel.update" },
      orderBy: { id: "asc" },
    });
    expect(entries.map(({ after }) => (after as { hasNewCredential?: true }).hasNewCredential)).toEqual([
      undefined,
      true,
    ]);
    expect(JSON.stringify(entries)).not.toContain("sk-");
  });
});

describe("a channel's options", () => {
  it("come back as they were set, and are refused by field when they make no sense", async () => {
    const options = {
      caps: { concurrency: 50, rpm: 3_000 },
      costMultiplier: "0.85",
      timeouts: { firstTokenMs: 5_000, modalities: { reasoning: { firstTokenMs: 90_000 } } },
      models: [{ model: "gpt-4o", contextWindow: 32_000 }],
    };
    const { body } = await make(options);
    expect(body).toMatchObject({ ...options, accounts: [] });
    for (const [wrong, field] of [
      [{ caps: { rpm: 0 } }, "caps.rpm"],
      [{ costMultiplier: "cheap" }, "costMultiplier"],
      [{ timeouts: { modalities: { poetry: {} } } }, "timeouts.modalities"],
      [{ accounts: [newId()] }, "accounts"],
      [{ credential: "a", credentials: ["b"] }, "credentials"],
    ] as const) {
      const refused = await make(wrong);
      expect(refused.status, field).toBe(422);
      expect(Object.keys(refused.body.fields)[0]).toContain(field);
    }
  });
});

describe("how a channel does", () => {
  it("is told in one word, by model and by credential", async () => {
    const { body } = await make({ credentials: ["sk-one", "sk-two"] });
    const params = { id: body.id };
    expect(body.health).toMatchObject({ state: "healthy", attempts: 0, successRate: null, inFlight: 0 });
    await see(body.id, "model:gpt-4o", "open", "model_missing");
    await see(body.id, `credential:${body.credentials[1].id}`, "half_open", "bad_credential");
    const some = await api.call(health, { params });
    expect(some.body).toMatchObject({
      state: "degraded",
      channel: { state: "closed" },
      models: [
        { model: "gpt-4o", state: "open", reason: "model_missing", nextProbeAt: expect.any(String) },
        { model: "gpt-4o-mini", state: "closed", reason: null, nextProbeAt: null },
      ],
      credentials: [{ state: "closed" }, { state: "half_open", lastErrorClass: "bad_credential" }],
    });
    await see(body.id, "", "open", "connect_refused");
    expect((await api.call(get, { params })).body.health).toMatchObject({ state: "half_open" });
    const off = await api.call(update, { params, body: { status: "disabled" } });
    expect(off.body.health.state).toBe("disabled");
  });

  it("never calls a channel healthy that nobody is sent to because upstream limits its rate", async () => {
    const limit = (channelId: string, credentialId: string, model: string, seconds: number) =>
      queryRows(
        `INSERT INTO hot.channel_cooling (channel_id, credential_id, model, since, until, changed_at)
         VALUES ($1, $2, $3, now(), now() + $4 * interval '1 second', now())`,
        [channelId, credentialId, model, seconds],
      );
    const { body } = await make({ credentials: ["sk-one", "sk-two"] });
    const [one, two] = body.credentials as { id: string }[];
    const params = { id: body.id };
    const live = async () => (await api.call(get, { params })).body.health;
    await limit(body.id, one?.id ?? "", "gpt-4o", 30);
    expect(await live()).toMatchObject({ state: "degraded", reason: "rate_limited" });
    await limit(body.id, two?.id ?? "", "gpt-4o", 20);
    await limit(body.id, one?.id ?? "", "gpt-4o-mini", 0);
    expect(await live()).toMatchObject({ state: "degraded", reason: "rate_limited" });
    await see(body.id, `credential:${two?.id}`, "open", "quota_exhausted");
    await limit(body.id, two?.id ?? "", "gpt-4o-mini", 25);
    expect(await live()).toMatchObject({ state: "degraded" });
    await queryRows(
      "UPDATE hot.channel_cooling SET until = now() + interval '40 s' WHERE credential_id = $1",
      [one?.id ?? ""],
    );
    const all = (await api.call(health, { params })).body;
    expect(all).toMatchObject({
      state: "rate_limited",
      reason: "rate_limited",
      lastErrorClass: "rate_limited",
      models: [{ state: "rate_limited" }, { state: "rate_limited" }],
      credentials: [
        { state: "rate_limited", rateLimited: [{ model: "gpt-4o" }, { model: "gpt-4o-mini" }] },
        { state: "open", reason: "quota_exhausted" },
      ],
    });
    // It is asked again when the first of them may be, not when the exhausted one is.
    expect(Date.parse(all.nextProbeAt) - Date.now()).toBeGreaterThan(30_000);
    expect(Date.parse(all.nextProbeAt) - Date.now()).toBeLessThan(41_000);
    await see(body.id, `credential:${one?.id}`, "open", "bad_credential");
    expect(await live()).toMatchObject({ state: "open", reason: expect.stringMatching(/quota|credential/) });
  });

  it("says so of a channel that needs no credential as well", async () => {
    const { body } = await make({ models: ["gpt-4o"] });
    await queryRows(
      `INSERT INTO hot.channel_cooling (channel_id, credential_id, model, since, until, changed_at)
       VALUES ($1, $2, 'gpt-4o', now(), now() + interval '9 s', now())`,
      [body.id, noCredential(body.id)],
    );
    const answer = await api.call(get, { params: { id: body.id } });
    // The overview counts it among those that nobody is sent to, and links to a list of them.
    const found = await api.call(list, { query: { health: "out" } });
    expect(found.body.items.map(({ id }: { id: string }) => id)).toContain(body.id);
    const { channels } = (await api.call(getOverviewOperation)).body;
    expect(channels.out).toBe(found.body.items.length);
    await api.call(update, { params: { id: body.id }, body: { status: "disabled" } });
    expect((await api.call(getOverviewOperation)).body.channels.out).toBe(channels.out - 1);
    expect(answer.body.health).toMatchObject({ state: "rate_limited", nextProbeAt: expect.any(String) });
  });

  it("shows attempts, first tokens and running calls of all nodes, and the margin on its answers", async () => {
    const { body } = await make();
    await queryRows(
      `INSERT INTO hot.channel_minute (minute, channel_id, model, attempts, failures, first_token_histogram)
       SELECT date_trunc('minute', now()) - ago, $1, model, attempts, failures, histogram
       FROM (VALUES (interval '1 minute', 'gpt-4o', 90, 10, ARRAY[0,0,90]), (interval '2 minutes', 'gpt-4o-mini', 10, 0, ARRAY[0,0,0,10]),
         (interval '20 minutes', 'gpt-4o', 500, 500, ARRAY[0])) v (ago, model, attempts, failures, histogram)`,
      [body.id],
    );
    for (const [seen, calls] of [
      ["0 s", 3],
      ["5 s", 4],
      ["1 minute", 99],
    ] as const) {
      await queryRows(
        "INSERT INTO hot.channel_node (node_id, in_flight, seen_at) VALUES ($1, $2, clock_timestamp() - $3::interval)",
        [newId(), JSON.stringify({ [body.id]: calls }), seen],
      );
    }
    await queryRows(
      `INSERT INTO hot.rollup_minute_model (minute, model, group_id, channel_id, status_class, requests, cost, upstream_cost,
         latency_histogram, first_token_histogram)
       VALUES (date_trunc('minute', now()), 'gpt-4o', 'default', $1, 2, 7, 5000000000, 4250000000, '{0}', '{0}')`,
      [body.id],
    );
    const answer = await api.call(health, { params: { id: body.id } });
    expect(answer.body).toMatchObject({
      state: "healthy",
      attempts: 100,
      failures: 10,
      successRate: 0.9,
      inFlight: 7,
      money: { requests: 7, spend: "5", officialCost: "4.25", margin: "0.75" },
    });
    expect(answer.body.firstTokenP95Ms).toBeGreaterThan(answer.body.firstTokenP50Ms);
    expect(answer.body.models).toMatchObject([
      { model: "gpt-4o", attempts: 90, failures: 10 },
      { model: "gpt-4o-mini", attempts: 10, successRate: 1 },
    ]);
  });

  it("does not move the ETag, so that a form stays valid while traffic flows", async () => {
    const { body } = await make();
    const params = { id: body.id };
    const before = await api.call(get, { params });
    await see(body.id, "", "open", "dns_failed");
    expect((await api.call(get, { params })).headers.get("etag")).toBe(before.headers.get("etag"));
  });
});

describe("draining", () => {
  it("ends in disabled once nothing runs on the channel any more, with an audit entry", async () => {
    const { body } = await make();
    const params = { id: body.id };
    const drained = await api.call(update, { params, body: { status: "draining" } });
    expect(drained.body.health.state).toBe("draining");
    const running = newId();
    await queryRows("UPDATE channel SET updated_at = now() - interval '1 minute' WHERE id = $1", [body.id]);
    await queryRows("INSERT INTO hot.channel_node (node_id, in_flight) VALUES ($1, $2)", [
      running,
      JSON.stringify({ [body.id]: 1 }),
    ]);
    await disableDrained();
    expect((await api.call(get, { params })).body.status).toBe("draining");
    await queryRows("DELETE FROM hot.channel_node WHERE node_id = $1", [running]);
    await disableDrained();
    expect((await api.call(get, { params })).body.status).toBe("disabled");
    const entries = await prisma().auditEntry.findMany({ where: { targetId: body.id, actorId: "drain" } });
    expect(entries).toMatchObject([{ action: "channel.update", after: { status: "disabled" } }]);
  });
});
