import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { open } from "#lib/secrets/live";
import {
  createChannelOperation as create,
  getChannelOperation as get,
  listChannelsOperation as list,
  deleteChannelOperation as remove,
  updateChannelOperation as update,
} from "./channels.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const credential = "sk-upstream-canary-1";
const make = (more: Record<string, unknown> = {}) =>
  api.call(create, {
    body: {
      name: "Upstream",
      provider: "openai-compatible",
      baseUrl: "http://127.0.0.1:9999/v1",
      credential,
      models: ["gpt-4o-mini", { model: "no-such-model", upstreamModel: "m1" }],
      ...more,
    },
  });

describe("channels", () => {
  it("never give their credential back, and store it sealed", async () => {
    const made = await make();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      hasCredential: true,
      groups: [],
      priority: 0,
      weight: 1,
      timeouts: {},
      injectUsage: true,
      status: "active",
      models: [
        { model: "gpt-4o-mini", upstreamModel: "gpt-4o-mini", priced: true },
        { model: "no-such-model", upstreamModel: "m1", priced: false },
      ],
    });
    const answers = [
      made.body,
      (await api.call(get, { params: { id: made.body.id } })).body,
      (await api.call(list)).body,
    ];
    expect(JSON.stringify(answers)).not.toContain("canary");
    const row = await prisma().channel.findUniqueOrThrow({ where: { id: made.body.id } });
    expect(open(row.credential ?? new Uint8Array(), "channel.credential")).toBe(credential);
    const kept = await prisma().$queryRaw<{ text: string }[]>`
      SELECT c::text AS text FROM channel c UNION ALL SELECT a::text FROM audit_entry a
      UNION ALL SELECT i::text FROM idempotent_answer i`;
    const hex = Buffer.from(credential).toString("hex");
    expect(kept.filter(({ text }) => text.includes("canary") || text.includes(hex))).toEqual([]);
  });

  it("keep the credential while the address stays, and want it again when it moves", async () => {
    const { body: channel } = await make();
    const params = { id: channel.id };
    const samePlace = await api.call(update, { params, body: { baseUrl: "http://127.0.0.1:9999/v2" } });
    expect(samePlace.body).toMatchObject({ baseUrl: "http://127.0.0.1:9999/v2", hasCredential: true });
    for (const baseUrl of [
      "https://127.0.0.1:9999/v1",
      "http://127.0.0.1:9998/v1",
      "http://evil.example/v1",
    ]) {
      const moved = await api.call(update, { params, body: { baseUrl } });
      expect(moved).toMatchObject({ status: 422, body: { fields: { credential: expect.any(String) } } });
    }
    const body = { baseUrl: "https://api.example.com/v1", credential: "sk-new" };
    expect((await api.call(update, { params, body })).status).toBe(200);
    const gone = await api.call(update, { params, body: { credential: null } });
    expect(gone.body.hasCredential).toBe(false);
  });

  it.each([
    [{ baseUrl: "ftp://example.com" }, "baseUrl"],
    [{ baseUrl: "http://169.254.169.254/v1" }, "baseUrl"],
    [{ baseUrl: undefined }, "baseUrl"],
    [{ provider: "telepathy" }, "provider"],
    [{ models: ["a", "a"] }, "models"],
    [{ groups: ["nowhere"] }, "groups"],
    [{ weight: -1 }, "weight"],
    [{ priority: 1.5 }, "priority"],
    [{ timeouts: { idleMs: 0 } }, "timeouts.idleMs"],
    [{ timeouts: { naps: 1 } }, "timeouts.naps"],
    [{ credential: "two\nlines" }, "credential"],
    [{ concurrency: 5 }, "concurrency"],
  ])("are refused by field: %j", async (more, field) => {
    const refused = await make(more);
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_fields" } });
    expect(Object.keys(refused.body.fields)).toEqual([field]);
  });

  it("take a credential only from someone who entered their password lately", async () => {
    const idle = await api.as("operator", 16 * 60_000);
    const body = { name: "Idle", provider: "simulator", models: [] };
    const refused = await idle(create, { body: { ...body, credential } });
    expect(refused).toMatchObject({ status: 403, body: { code: "reauthentication_required" } });
    const made = await idle(create, { body });
    expect(made.status).toBe(201);
    const params = { id: made.body.id };
    expect((await idle(update, { params, body: { credential } })).status).toBe(403);
    expect((await idle(update, { params, body: { weight: 2 } })).status).toBe(200);
  });

  it("may be a simulator with any address, with or without a credential", async () => {
    for (const more of [{ baseUrl: "x" }, { baseUrl: undefined, credential: undefined }]) {
      const made = await make({ provider: "simulator", models: ["sim-chat"], ...more });
      expect(made.status).toBe(201);
    }
  });

  it("replace their models as a whole and change in nothing that is not named", async () => {
    const { body: channel } = await make({ priority: 7, timeouts: { totalMs: 1000 } });
    const changed = await api.call(update, {
      params: { id: channel.id },
      body: { models: ["gpt-4o"], status: "disabled" },
    });
    expect(changed.body).toMatchObject({
      models: [{ model: "gpt-4o", upstreamModel: "gpt-4o", priced: true }],
      status: "disabled",
      priority: 7,
      timeouts: { totalMs: 1000 },
      hasCredential: true,
    });
  });

  it("are sorted by name or age, up and down, each once over all pages", async () => {
    const wanted = ["Sorted a", "Sorted a", "Sorted b", "Sorted c"];
    for (const name of [wanted[3], wanted[0], wanted[2], wanted[1]]) await make({ name });
    const named = async (sort: string) => {
      const names: string[] = [];
      let cursor: string | null = null;
      do {
        const query: Record<string, string> = {
          q: "Sorted",
          limit: "1",
          sort,
          ...(cursor ? { cursor } : {}),
        };
        const page = await api.call(list, { query });
        names.push(...page.body.items.map((item: { name: string }) => item.name));
        cursor = page.body.nextCursor;
      } while (cursor !== null);
      return names;
    };
    expect(await named("name")).toEqual(wanted);
    expect(await named("-name")).toEqual([...wanted].reverse());
    const byAge = await named("createdAt");
    expect(byAge).toEqual([wanted[3], wanted[0], wanted[2], wanted[1]]);
    expect(await named("-createdAt")).toEqual([...byAge].reverse());
  });

  it("lose their credential when they are deleted, and are gone", async () => {
    const { body: channel } = await make({ name: "Doomed" });
    const params = { id: channel.id };
    expect((await api.call(remove, { params })).status).toBe(204);
    expect((await api.call(get, { params })).status).toBe(404);
    const row = await prisma().channel.findUniqueOrThrow({ where: { id: channel.id } });
    expect(row).toMatchObject({ name: "Doomed", credential: null });
  });

  it("show the last hour's calls and server errors", async () => {
    const { body: channel } = await make();
    await prisma().$executeRaw`
      INSERT INTO hot.rollup_minute_model (minute, model, group_id, channel_id, status_class, requests, latency_histogram, first_token_histogram)
      SELECT date_trunc('minute', now()) - ago, 'm', 'default', ${channel.id}, class, n, '{0}', '{0}'
      FROM (VALUES (interval '1 minute', 2, 5), (interval '2 minutes', 5, 2), (interval '3 minutes', 4, 1), (interval '2 hours', 2, 100)) v (ago, class, n)`;
    const read = await api.call(get, { params: { id: channel.id } });
    expect(read.body).toMatchObject({ requestsLastHour: 8, errorsLastHour: 2 });
  });
});
