import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "#lib/api/operation";
import { pool } from "#lib/db/pool";
import { createAccountOperation, getAccountOperation, updateAccountOperation } from "./accounts.ts";
import { getVersionAnnouncement, putVersionAnnouncement } from "./announcements.ts";
import { changeCreditLineOperation } from "./balance.ts";
import { getGrantOperation, putGrantOperation } from "./groups.ts";
import { getIncidentPoliciesOperation, putIncidentPolicyOperation } from "./incidents.ts";
import { operations } from "./index.ts";
import { createKeyOperation } from "./keys.ts";
import { getMe } from "./me.ts";
import { listOwnPricesOperation, putOwnPriceOperation } from "./own-prices.ts";
import {
  createPriceVersionOperation,
  getPriceVersionOperation,
  publishPriceVersionOperation,
  updatePriceVersionOperation,
} from "./prices.ts";
import { updateMe } from "./profile.ts";
import { startTestApi, type TestCall } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

type Edit = {
  read: Operation;
  write: Operation;
  at?: Pick<TestCall, "params">;
  /** Where the resource is named in the query when it is read. */
  query?: Record<string, string>;
  first: object;
  second: object;
  /** What the refusal shows of the first change. */
  shows: object;
};

const policy = { mode: "tell", atScore: 50, capTimes: 5, cutStreams: false };
const words = { title: "First", text: "Cheaper.", titleZh: "", textZh: "" };
const draft = async () => {
  const entries = [{ model: "gpt-4o", price: { input: "2.3" }, reason: "A contract" }];
  const { body } = await api.call(createPriceVersionOperation, { body: { entries } });
  return { params: { id: body.id } };
};

const edits: Record<string, () => Promise<Edit>> = {
  "an account's credit line": async () => ({
    read: getAccountOperation,
    write: changeCreditLineOperation,
    at: { params: { id: accountId } },
    first: { amount: "10", reason: "a good customer" },
    second: { amount: "20", reason: "a better one" },
    shows: { creditLine: "10" },
  }),
  "an account's policy of incidents": async () => ({
    read: getIncidentPoliciesOperation,
    write: putIncidentPolicyOperation,
    query: { accountId },
    first: { accountId, policy },
    second: { accountId, policy: { ...policy, atScore: 60 } },
    shows: { account: policy, key: null },
  }),
  "a key's policy of incidents": async () => {
    const keyId: string = (await api.call(createKeyOperation, { body: { accountId, name: "Main" } })).body.id;
    return {
      read: getIncidentPoliciesOperation,
      write: putIncidentPolicyOperation,
      query: { accountId, keyId },
      first: { accountId, keyId, policy },
      second: { accountId, keyId, policy: null },
      shows: { key: policy },
    };
  },
  "what of a line is activated": async () => {
    const at = { params: { id: "training", accountId } };
    await api.call(putGrantOperation, { ...at, body: { note: "Asked for" } });
    return {
      read: getGrantOperation,
      write: putGrantOperation,
      at,
      first: { models: ["gpt-4o"] },
      second: { models: ["o3"] },
      shows: { models: ["gpt-4o"] },
    };
  },
  "the words of a draft of prices": async () => ({
    read: getVersionAnnouncement,
    write: putVersionAnnouncement,
    at: await draft(),
    first: words,
    second: { ...words, title: "Second" },
    shows: { title: "First", isEdited: true },
  }),
  "a draft of prices": async () => ({
    read: getPriceVersionOperation,
    write: updatePriceVersionOperation,
    at: await draft(),
    first: { note: "First" },
    second: { note: "Second" },
    shows: { note: "First" },
  }),
  "an account's own prices": async () => ({
    read: listOwnPricesOperation,
    write: putOwnPriceOperation,
    at: { params: { id: accountId } },
    first: { model: "gpt-4o", price: { input: "2" } },
    second: { model: "gpt-4o", price: { input: "1.9" } },
    shows: { items: [{ model: "gpt-4o" }] },
  }),
  "one's own name": async () => ({
    read: getMe,
    write: updateMe,
    first: { name: "Ada" },
    second: { name: "Grace" },
    shows: { name: "Ada" },
  }),
};

describe("a change made on a stale copy", () => {
  it.each(Object.entries(edits))("of %s is refused, and the current one shown", async (_, prepare) => {
    const { read, write, at = {}, query, first, second, shows } = await prepare();
    const { headers } = await api.call(read, { ...at, ...(query === undefined ? {} : { query }) });
    const stale = { "if-match": headers.get("etag") ?? "none was sent" };
    expect(await api.call(write, { ...at, body: first, headers: stale })).toMatchObject({ status: 200 });
    const refused = await api.call(write, { ...at, body: second, headers: stale });
    expect(refused).toMatchObject({ status: 409, body: { code: "stale", current: shows } });
    const fresh = { "if-match": refused.headers.get("etag") ?? "none was sent" };
    expect(await api.call(write, { ...at, body: second, headers: fresh })).toMatchObject({ status: 200 });
    // Who sends none goes on as before.
    expect(await api.call(write, { ...at, body: first })).toMatchObject({ status: 200 });
  });

  it("of an account's name is one where its credit line has changed", async () => {
    const params = { id: accountId };
    const read = async () => {
      const { headers } = await api.call(getAccountOperation, { params });
      return { "if-match": headers.get("etag") ?? "" };
    };
    const rename = (headers: Record<string, string>) =>
      api.call(updateAccountOperation, { params, body: { name: "Acme Ltd" }, headers });
    const before = await read();
    const line = { amount: "30", reason: "the best" };
    await api.call(changeCreditLineOperation, { params, body: line, headers: before });
    expect((await rename(before)).status).toBe(409);
    expect((await rename(await read())).status).toBe(200);
  });

  it("of what is activated is one where somebody activated it first", async () => {
    const at = { params: { id: "enterprise", accountId } };
    const isNew = { "if-none-match": "*" };
    expect((await api.call(getGrantOperation, at)).status).toBe(404);
    expect(
      (await api.call(putGrantOperation, { ...at, body: { note: "Ours" }, headers: isNew })).status,
    ).toBe(200);
    const late = await api.call(putGrantOperation, { ...at, body: { note: "Late" }, headers: isNew });
    expect(late).toMatchObject({ status: 409, body: { code: "stale", current: { note: "Ours" } } });
  });
});

describe("a draft of prices that is published", () => {
  it("is the one that was looked at", async () => {
    const at = await draft();
    const { headers } = await api.call(getPriceVersionOperation, at);
    const seen = { "if-match": headers.get("etag") ?? "none was sent" };
    const entries = [{ model: "gpt-4o", price: { input: "2.4" }, reason: "Another contract" }];
    await api.call(updatePriceVersionOperation, { ...at, body: { entries } });
    const refused = await api.call(publishPriceVersionOperation, { ...at, body: {}, headers: seen });
    expect(refused).toMatchObject({ status: 409, body: { code: "stale", current: { state: "draft" } } });
    const fresh = { "if-match": refused.headers.get("etag") ?? "none was sent" };
    expect((await api.call(publishPriceVersionOperation, { ...at, body: {}, headers: fresh })).status).toBe(
      200,
    );
  });

  it("is not one that changes while its reasons are checked", async () => {
    const at = await draft();
    const other = await pool().connect();
    const isAwaited = async () =>
      (await pool().query("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"))
        .rowCount;
    try {
      await other.query("BEGIN");
      await other.query("SELECT 1 FROM price_version WHERE id = $1 FOR UPDATE", [at.params.id]);
      await other.query("UPDATE price_entry SET reason = 'none' WHERE version_id = $1", [at.params.id]);
      const published = api.call(publishPriceVersionOperation, { ...at, body: {} });
      await expect.poll(isAwaited).toBe(1);
      await other.query("COMMIT");
      expect(await published).toMatchObject({ status: 409, body: { code: "stale" } });
    } finally {
      other.release();
    }
    expect((await api.call(getPriceVersionOperation, at)).body.state).toBe("draft");
  });
});

/** Nothing of these is read before it is written: each sets what it names, whatever stood there. */
const commands = [
  // Each change names what it expects to find, or nothing.
  "PUT /api/limits",
  "PUT /api/limits/batch",
  // A state or a role that is chosen from a list, for many at once too.
  "PATCH /api/accounts/{id}/members/{userId}",
  "PATCH /api/incidents",
  "PATCH /api/incidents/{id}",
  // Entered anew as a whole, and never shown.
  "PUT /api/limit-server",
  "PUT /api/site-logo",
  "PUT /api/site-password",
  // One's own: nobody else writes it.
  "PUT /api/me/subscription",
  "PUT /api/subscriptions/manage",
];

describe("every PUT and PATCH", () => {
  it("refuses a stale copy, but for those that are about none", () => {
    const without = operations
      .filter(({ method, current }) => (method === "PUT" || method === "PATCH") && current === undefined)
      .map(({ method, path }) => `${method} ${path}`);
    expect(without.sort()).toEqual([...commands].sort());
  });

  it("that does answers with an ETag for the next one", () => {
    const guarded = operations.filter(({ current, method }) => current !== undefined && method !== "POST");
    expect(guarded.filter(({ etagOf }) => etagOf === undefined).map(({ id }) => id)).toEqual([]);
  });
});
