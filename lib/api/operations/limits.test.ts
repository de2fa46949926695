import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "./accounts.ts";
import { createKeyOperation, getKeyOperation, updateKeyOperation } from "./keys.ts";
import {
  appliedLimitsOperation as applied,
  listLimitsOperation as list,
  putLimitOperation as put,
  deleteLimitOperation as remove,
} from "./limits.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let accountId: string;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  accountId = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
});
afterAll(() => api.stop());

const makeKey = async (more = {}) =>
  (await api.call(createKeyOperation, { body: { accountId, name: "Key", ...more } })).body;

describe("limits", () => {
  it("are the catalogue's table and the enterprise line's tokens on a fresh installation, nothing else", async () => {
    const { items } = (await api.call(list, { query: { limit: 100 } })).body;
    expect(items).toHaveLength(20);
    const find = (model: string) => items.find((item: { model: string | null }) => item.model === model);
    expect(find("txt2img_v3")).toMatchObject({ scope: "default", scopeId: null, metric: "ipm", value: 20 });
    expect(find("img2img_v3")).toMatchObject({ metric: "ipm", value: 10 });
    expect(find("txt2video")).toMatchObject({ metric: "rpm", value: 2 });
    expect(items.find((item: { scope: string }) => item.scope === "group")).toMatchObject({
      scopeId: "enterprise",
      scopeName: "Enterprise",
      model: null,
      metric: "tpm",
      value: 30_000_000,
    });
  });

  it("are set, set anew and taken away, one per scope, model and metric", async () => {
    const body = { scope: "account", scopeId: accountId, model: "sim-chat", metric: "rpm" };
    const made = await api.call(put, { body: { ...body, value: 5, note: "asked for" } });
    expect(made).toMatchObject({
      status: 200,
      body: { ...body, value: 5, scopeName: "Acme", note: "asked for" },
    });
    const changed = await api.call(put, { body: { ...body, value: 7 } });
    expect(changed.body).toMatchObject({ id: made.body.id, value: 7 });
    const params = { id: made.body.id };
    expect((await api.call(remove, { params })).status).toBe(204);
    expect((await api.call(remove, { params })).status).toBe(404);
    expect((await api.call(list, { query: { scopeId: accountId } })).body.items).toEqual([]);
    expect((await api.call(put, { body: { ...body, value: 9 } })).body).toMatchObject({
      id: made.body.id,
      value: 9,
    });
    await api.call(remove, { params });
  });

  it("of a key are its own field too", async () => {
    const key = await makeKey({
      limits: [
        { metric: "rpm", value: 60 },
        { metric: "tpm", value: 1000 },
      ],
    });
    expect(key.limits).toEqual([
      { metric: "rpm", value: 60 },
      { metric: "tpm", value: 1000 },
    ]);
    const params = { id: key.id };
    await api.call(updateKeyOperation, { params, body: { limits: [{ metric: "rpm", value: 5 }] } });
    expect((await api.call(getKeyOperation, { params })).body.limits).toEqual([{ metric: "rpm", value: 5 }]);
    expect((await api.call(list, { query: { scope: "key", scopeId: key.id } })).body.items).toHaveLength(1);
    await api.call(updateKeyOperation, { params, body: { name: "Renamed" } });
    expect((await api.call(getKeyOperation, { params })).body.limits).toHaveLength(1);
    await api.call(updateKeyOperation, { params, body: { limits: [] } });
    expect((await api.call(getKeyOperation, { params })).body.limits).toEqual([]);
  });

  it("tell which of them apply to a key and a model, and why", async () => {
    const key = await makeKey({ limits: [{ metric: "rpm", value: 60 }] });
    const scoped = await api.call(put, {
      body: { scope: "account", scopeId: accountId, model: "txt2img_v3", metric: "ipm", value: 50 },
    });
    const { items } = (await api.call(applied, { query: { keyId: key.id, model: "txt2img_v3" } })).body;
    expect(items).toMatchObject([
      {
        metric: "rpm",
        scope: "key",
        limit: 60,
        used: 0,
        because: "the key's own limit on all models together",
      },
      {
        metric: "ipm",
        scope: "account",
        limit: 50,
        because: expect.stringContaining("in place of its default"),
      },
    ]);
    await api.call(remove, { params: { id: scoped.body.id } });
    expect((await api.call(applied, { query: { keyId: crypto.randomUUID(), model: "m" } })).status).toBe(404);
  });

  it.each([
    [{ scope: "default", scopeId: "x", metric: "rpm", value: 1 }, "scopeId"],
    [{ scope: "account", metric: "rpm", value: 1 }, "scopeId"],
    [{ scope: "account", scopeId: "nobody", metric: "rpm", value: 1 }, "scopeId"],
    [{ scope: "group", scopeId: "nowhere", metric: "rpm", value: 1 }, "scopeId"],
    [{ scope: "default", metric: "rps", value: 1 }, "metric"],
    [{ scope: "default", metric: "rpm", value: -1 }, "value"],
    [{ scope: "default", metric: "rpm", value: 1.5 }, "value"],
    [{ scope: "default", metric: "rpm", value: "10" }, "value"],
    [{ scope: "default", metric: "rpm" }, "value"],
  ])("are refused by field: %j", async (body, field) => {
    const { status, body: problem } = await api.call(put, { body });
    expect(status).toBe(422);
    expect(Object.keys(problem.fields)).toEqual([field]);
  });
});
