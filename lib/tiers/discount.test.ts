import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation, getAccountOperation } from "#lib/api/operations/accounts";
import { createPriceVersionOperation } from "#lib/api/operations/prices";
import { startTestApi } from "#lib/api/operations/testing";
import {
  approveOfferOperation,
  countOffersOperation,
  createTierOperation,
  endGrantOperation,
  getProgressOperation,
  grantTierOperation,
  listGrantsOperation,
  previewTierOperation,
  removeTierOperation,
  updateTierOperation,
} from "#lib/api/operations/tiers";
import { dayMs } from "#lib/core/time";
import { prisma } from "#lib/db/client";
import { queryRows } from "#lib/db/pool";
import { loadPublishedVersions } from "#lib/pricing/store";
import { standing } from "#lib/pricing/version-service";
import { makePriceTable } from "#lib/pricing/versions";
import { judgeConsumption } from "./judge-service.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

const dailyTier = "00000000-0000-7000-8000-000000000012";
// Auckland: UTC+13 in summer, so that its days begin at 11:00 UTC of the day before.
const now = new Date("2026-11-20T12:00:00Z");
const newAccount = async (timeZone = "Pacific/Auckland"): Promise<string> =>
  (await api.call(createAccountOperation, { body: { name: "Spender", timeZone } })).body.id;

/** So much spent at a moment, as the settlement rolls it up. */
async function spend(accountId: string, at: Date, usd: string): Promise<void> {
  const cost = BigInt(Math.round(Number(usd) * 1e9)).toString();
  await queryRows(
    `INSERT INTO hot.rollup_minute_key (minute, account_id, key_id, model, requests, errors, failures, prompt_tokens,
       completion_tokens, images, videos, audios, cost) VALUES ($1, $2, 'k', 'm', 1, 0, 0, 0, 0, 0, 0, 0, $3)`,
    [at, accountId, cost],
  );
  await queryRows(
    `INSERT INTO hot.rollup_day_usage AS r (day, account_id, group_id, model, context_step, requests, tokens, images,
       seconds, characters, cost) VALUES (($1::timestamptz AT TIME ZONE 'UTC')::date, $2, 'default', 'm', 0, 1, '{}', 0, 0, 0, $3)
     ON CONFLICT (day, account_id, group_id, model, context_step) DO UPDATE SET cost = r.cost + excluded.cost`,
    [at, accountId, cost],
  );
}

/** The seven whole days before `now` in Auckland: 14 to 20 November; each is spent in at its first minute. */
async function sevenDays(accountId: string, amounts: readonly string[]): Promise<void> {
  const first = Date.parse("2026-11-13T11:00:00Z");
  for (const [index, usd] of amounts.entries()) await spend(accountId, new Date(first + index * dayMs), usd);
}
const offersOf = (accountId: string) =>
  prisma().tierGrant.findMany({ where: { accountId }, orderBy: { id: "asc" } });
const progressOf = async (accountId: string) =>
  (await api.call(getProgressOperation, { query: { accountId } })).body.items;

describe("stable daily consumption", () => {
  it("offers the tier for seven days above 100 USD of the account's own days, and not with one at 99.99", async () => {
    const [reaching, short, utc] = [await newAccount(), await newAccount(), await newAccount("UTC")];
    await sevenDays(reaching, Array<string>(7).fill("100.01"));
    await sevenDays(short, [...Array<string>(6).fill("150"), "99.99"]);
    // The same minutes are other days elsewhere: the last one is not over in UTC.
    await sevenDays(utc, Array<string>(7).fill("100.01"));
    await judgeConsumption(now);
    expect(await offersOf(reaching)).toMatchObject([{ state: "offered", tierId: dailyTier }]);
    expect(await offersOf(short)).toEqual([]);
    expect(await offersOf(utc)).toMatchObject([{ state: "offered" }]);
    const [grant] = await offersOf(reaching);
    expect(grant?.figures).toMatchObject({
      ...{ value: "100.01", threshold: "100", timeZone: "Pacific/Auckland" },
      days: [{ day: "2026-11-14" }, {}, {}, {}, {}, {}, { day: "2026-11-20", spent: "100.01" }],
    });
    // Looked at again, it is not offered twice.
    await judgeConsumption(now);
    expect(await offersOf(reaching)).toHaveLength(1);
  });
});

describe("a consumption discount", () => {
  it("is approved by an operator, in force by a published version, a term of the bill, and gone when it is ended", async () => {
    const accountId = await newAccount();
    await sevenDays(accountId, Array<string>(7).fill("200"));
    await judgeConsumption(now);
    const waiting = (await api.call(countOffersOperation)).body.waiting;
    const { items } = (await api.call(listGrantsOperation, { query: { accountId, state: "offered" } })).body;
    expect((await standing()).discounts.has(accountId)).toBe(false);
    const yes = await api.call(approveOfferOperation, { params: { id: items[0].id }, body: {} });
    expect(yes.body).toMatchObject({ state: "granted", percent: "5", decidedBy: expect.any(String) });
    expect((await api.call(countOffersOperation)).body.waiting).toBe(waiting - 1);
    expect((await api.call(approveOfferOperation, { params: { id: items[0].id }, body: {} })).status).toBe(
      409,
    );
    const table = makePriceTable(await loadPublishedVersions());
    const inForce = Date.now() + 5_000;
    const price = table.resolve("sim-chat", "default", accountId, inForce);
    expect(price).toMatchObject({
      discountMultiplier: { num: 19n, den: 20n },
      multiplier: { num: 19n, den: 20n },
    });
    expect(
      table.resolve("sim-chat", "default", "somebody else", inForce)?.discountMultiplier,
    ).toBeUndefined();
    const { tier } = (await api.call(getAccountOperation, { params: { id: accountId } })).body;
    expect(tier).toEqual({ id: dailyTier, name: "$100 a day" });
    // Nothing of it is told to the public.
    expect(await prisma().announcement.count()).toBe(0);
    const body = { reason: "Left the programme" };
    await api.call(endGrantOperation, { params: { id: items[0].id }, body });
    expect((await standing()).discounts.has(accountId)).toBe(false);
    await judgeConsumption(now);
    expect(await offersOf(accountId)).toHaveLength(1);
  });

  it("given by hand through a version stays, where it is better than the tier's", async () => {
    const accountId = await newAccount();
    const tier = {
      name: "Friends",
      kind: "single",
      threshold: "1000000",
      reward: "consumption_discount",
      percent: "10",
    };
    const { id } = (await api.call(createTierOperation, { body: tier })).body;
    const given = await api.call(grantTierOperation, {
      params: { id },
      body: { accountId, reason: "Friends" },
    });
    expect(given.status).toBe(201);
    expect((await standing()).discounts.get(accountId)).toEqual({ num: 9n, den: 10n });
    const draft = await api.call(createPriceVersionOperation, {
      body: { entries: [{ accountId, discount: "20" }] },
    });
    expect(draft.body.entries).toMatchObject([{ kind: "discount", accountId, multiplier: "0.8" }]);
    const wrong = await api.call(createPriceVersionOperation, {
      body: { entries: [{ accountId, discount: "101" }] },
    });
    expect(wrong.status).toBe(422);
    expect(
      (await api.call(grantTierOperation, { params: { id }, body: { accountId, reason: "x" } })).status,
    ).toBe(409);
    // Who holds it keeps it when it counts no more.
    await api.call(removeTierOperation, { params: { id } });
    await judgeConsumption(now);
    expect((await standing()).discounts.get(accountId)).toEqual({ num: 9n, den: 10n });
  });
});

describe("a tier", () => {
  it("that lasts while it is held ends with the day that falls short, with its figures", async () => {
    const body = {
      ...{
        name: "Busy",
        kind: "daily",
        threshold: "10",
        days: 2,
        reward: "consumption_discount",
        percent: "2.5",
      },
      ...{ policy: "automatic", duration: "while_held" },
    };
    const { id } = (await api.call(createTierOperation, { body })).body;
    const accountId = await newAccount("UTC");
    await spend(accountId, new Date("2026-11-18T00:00:00Z"), "11");
    await spend(accountId, new Date("2026-11-19T23:59:00Z"), "11");
    expect((await api.call(previewTierOperation, { body })).body).toMatchObject({
      qualifying: expect.any(Number),
    });
    await judgeConsumption(now);
    expect((await standing()).discounts.get(accountId)).toEqual({ num: 39n, den: 40n });
    await judgeConsumption(new Date("2026-11-21T12:00:00Z"));
    const [grant] = await offersOf(accountId);
    expect(grant).toMatchObject({ tierId: id, state: "ended", endFigures: { value: "0" } });
    expect((await standing()).discounts.has(accountId)).toBe(false);
    await api.call(removeTierOperation, { params: { id } });
  });

  it("shows an account how far it is, and keeps wrong figures out by field", async () => {
    const accountId = await newAccount();
    const [recharges, daily] = await progressOf(accountId);
    expect(recharges).toMatchObject({
      state: "open",
      share: 0,
      missing: "3000",
      tier: { threshold: "3000" },
    });
    expect(daily).toMatchObject({ state: "open", daysReached: 0, missing: null });
    for (const [wrong, field] of [
      [{ percent: "0" }, "percent"],
      [{ percent: "101" }, "percent"],
      [{ threshold: "-1" }, "threshold"],
      [{ threshold: "1e400" }, "threshold"],
      [{ currency: "yuan" }, "currency"],
      [{ days: 3 }, "days"],
    ] as const) {
      const body = {
        name: "X",
        kind: "single",
        threshold: "1",
        reward: "recharge_bonus",
        percent: "1",
        ...wrong,
      };
      const answer = await api.call(createTierOperation, { body });
      expect([answer.status, Object.keys(answer.body.fields ?? {})]).toEqual([422, [field]]);
    }
    const changed = await api.call(updateTierOperation, {
      params: { id: dailyTier },
      body: { percent: "25/3" },
    });
    expect(changed.body.percent).toBe("25/3");
  });
});
