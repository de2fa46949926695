import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prisma } from "#lib/db/client";
import { listOwnPrices } from "#lib/pricing/own-prices-service";
import { loadPublishedVersions } from "#lib/pricing/store";
import { makePriceTable } from "#lib/pricing/versions";
import { createAccountOperation } from "./accounts.ts";
import { listOwnPricesOperation as list, putOwnPriceOperation as put } from "./own-prices.ts";
import { createPriceVersionOperation, publishPriceVersionOperation } from "./prices.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const newAccount = async () =>
  (await api.call(createAccountOperation, { body: { name: "Acme", email: "acme@example.com" } })).body.id;
const LATER_MS = 10_000;

describe("an account's own prices", () => {
  it("are made on its page: a version for it alone, from then on billed, with drift beside them", async () => {
    const id = await newAccount();
    expect((await api.call(list, { params: { id } })).body.items).toEqual([]);
    const body = { model: "claude-sonnet-4-5", modelMultiplier: "1.2", reason: "Yearly contract" };
    const made = await api.call(put, { params: { id }, body });
    expect(made.status).toBe(200);
    const [before] = made.body.items;
    expect(before).toMatchObject({ price: null, upcoming: [{ price: { input: "2.4", output: "12" } }] });

    const atMs = Date.parse(before.upcoming[0].effectiveAt);
    const { items } = await listOwnPrices(id, atMs);
    expect(items).toMatchObject([
      {
        model: "claude-sonnet-4-5",
        vendor: "anthropic",
        price: { input: "2.4", output: "12" },
        multipliers: { model: "1.2", completion: "5" },
        list: { input: "3", output: "15" },
        official: { input: "3", output: "15" },
        ofOfficial: "80",
        outside: false,
        reason: "Yearly contract",
        upcoming: [],
        priceVersionId: before.upcoming[0].priceVersionId,
      },
    ]);
    const table = makePriceTable(await loadPublishedVersions());
    const paid = (whose: string) => table.resolve("claude-sonnet-4-5", "default", whose, atMs)?.components;
    expect(paid(id)?.input).toEqual({ num: 2400n, den: 1n });
    expect(paid(await newAccount())?.input).toEqual({ num: 3000n, den: 1n });
  });

  it("are the same to who edits them before and after a change takes effect, and others once there is a next", async () => {
    const id = await newAccount();
    const etagAt = async (atMs: number) => JSON.stringify(list.etagOf?.(await listOwnPrices(id, atMs)));
    const none = await etagAt(Date.now());
    const seen = new Set([none]);
    for (const input of ["2.5", "2"]) {
      await api.call(put, { params: { id }, body: { model: "claude-sonnet-4-5", price: { input } } });
      const now = await etagAt(Date.now());
      expect(seen).not.toContain(now);
      expect(await etagAt(Date.now() + LATER_MS)).toBe(now);
      seen.add(now);
    }
    await api.call(put, { params: { id }, body: { model: "claude-sonnet-4-5", withdrawn: true } });
    expect(await etagAt(Date.now())).toBe(none);
    expect(await etagAt(Date.now() + LATER_MS)).toBe(none);
  });

  it("outside 0.5 to 1.0 times the official one ask why, and change nothing until it is said", async () => {
    const id = await newAccount();
    const body = { model: "claude-sonnet-4-5", price: { input: "1" } };
    const refused = await api.call(put, { params: { id }, body });
    expect(refused).toMatchObject({ status: 422, body: { code: "reason_required" } });
    expect(Object.keys(refused.body.fields)).toEqual(["reason"]);
    expect(await prisma().priceEntry.count({ where: { accountId: id } })).toBe(0);
    const taken = await api.call(put, { params: { id }, body: { ...body, reason: "A pilot" } });
    const { items } = await listOwnPrices(id, Date.now() + LATER_MS);
    expect([taken.status, items[0]]).toMatchObject([
      200,
      { outside: true, ofOfficial: "100/3", reason: "A pilot" },
    ]);
  });

  it("are taken away by another version, after which it pays what all others do", async () => {
    const id = await newAccount();
    const params = { id };
    await api.call(put, { params, body: { model: "gpt-4o", price: { input: "2" } } });
    const again = await api.call(put, { params, body: { model: "gpt-4o", price: { input: "2" } } });
    expect(again).toMatchObject({ status: 422, body: { fields: { model: "it pays this for it already" } } });
    await api.call(put, { params, body: { model: "gpt-4o", withdrawn: true } });
    expect((await listOwnPrices(id, Date.now() + LATER_MS)).items).toEqual([]);
    const none = await api.call(put, { params, body: { model: "gpt-4o", withdrawn: true } });
    expect(none.body.fields).toEqual({ model: "it has no price of its own" });
    const atMs = Date.now() + LATER_MS;
    const resolved = makePriceTable(await loadPublishedVersions()).resolve("gpt-4o", "default", id, atMs);
    expect(resolved?.components.input).toEqual({ num: 2500n, den: 1n });
  });

  it("stand beside the discount that it has on everything", async () => {
    const id = await newAccount();
    const entries = [{ accountId: id, discount: "7.5", reason: "A tier" }];
    const { body } = await api.call(createPriceVersionOperation, { body: { entries } });
    await api.call(publishPriceVersionOperation, { params: { id: body.id }, body: {} });
    expect(await listOwnPrices(id, Date.now() + LATER_MS)).toMatchObject({ items: [], discount: "7.5" });
  });

  it("are of accounts and models that there are, and the operators' alone to set", async () => {
    const id = await newAccount();
    const body = { model: "no-such-model", price: { input: "1" } };
    expect((await api.call(put, { params: { id }, body })).body.fields).toMatchObject({
      model: expect.stringContaining("neither the catalogue nor a channel"),
    });
    expect((await api.call(list, { params: { id: "none" } })).status).toBe(404);
    const support = await api.as("support");
    expect((await support(list, { params: { id } })).status).toBe(200);
    expect((await support(put, { params: { id }, body })).status).toBe(403);
  });
});
