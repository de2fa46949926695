import { expect, it } from "vitest";
import { emptyRow } from "#lib/logs/row";
import { collectGarbage } from "#lib/runtime/testing";
import { columnsOfSettlements } from "#lib/spool/settlement-columns";
import { planOf } from "./plan-store.ts";

const ID = "00000000-0000-7000-8000-00000000000";

/** A batch of two billed calls and a refused one; what tells whether they are still held. */
function planned() {
  const row = { ...emptyRow, createdAtMs: 1_000, accountId: `${ID}a`, keyId: `${ID}b`, ip: "203.0.113.9" };
  const batch = [
    { held: true, periodStartMs: 0, row: { ...row, requestId: `${ID}1`, costNanoUsd: 5n, model: "a" } },
    { held: true, periodStartMs: 0, row: { ...row, requestId: `${ID}2`, costNanoUsd: 6n, model: "b" } },
    { held: false, periodStartMs: null, row: { ...row, requestId: `${ID}3`, addsToRow: true, repeats: 40 } },
  ];
  const columns = columnsOfSettlements(batch);
  return { plan: planOf(columns, () => `${ID}f`, true), columns: new WeakRef(columns) };
}

it("says all that is written of a batch", () => {
  const { plan } = planned();
  expect(plan.days).toEqual(["1970-01-01"]);
  expect(plan.insert?.count).toBe(2);
  expect(plan.repeats).toEqual({ createdAt: [new Date(1_000)], requestIds: [`${ID}3`], counts: [40] });
  expect(plan.accounts).toEqual([`${ID}a`]);
  expect(plan.held).toEqual([`${ID}1`, `${ID}2`]);
  expect(plan.budgets).toEqual([{ keyId: `${ID}b`, periodStartMs: 0, spentNanoUsd: 11n }]);
  expect(plan.rollups.keyMinutes.map(({ model, requests }) => [model, requests])).toEqual([
    ["", 40],
    ["a", 1],
    ["b", 1],
  ]);
  expect(plan.sightings.map(({ requests }) => requests)).toEqual([42]);
});

it("holds none of its rows", async () => {
  const { plan, columns } = planned();
  await collectGarbage();
  expect(columns.deref()).toBeUndefined();
  expect(plan.insert?.values).toContainEqual(Buffer.from(`{"${ID}1","${ID}2"}`));
});
