import { expect, it } from "vitest";
import { rechargeMoves, rechargeStatuses, statusAfter, statusesBefore } from "./machine.ts";

it("lets an order move as this table says and no other way", () => {
  const rows = rechargeStatuses.map((status) => {
    const open = rechargeMoves.flatMap((move) => {
      const to = statusAfter(status, move);
      return to === undefined ? [] : [`${move} → ${to}`];
    });
    return `${status}: ${open.join(", ")}`;
  });
  expect(rows).toEqual([
    "pending: credit → credited, review → review, reject → rejected, expire → expired",
    "credited: refund → refunded, partial-refund → credited, chargeback → refunded, partial-chargeback → credited, reinstate → credited",
    "review: credit → credited, reject → rejected",
    "rejected: review → review",
    "refunded: reinstate → credited",
    "expired: credit → credited, review → review",
  ]);
});

it("never credits what has been credited, rejected or refunded", () => {
  expect(statusesBefore("credit")).toEqual(["pending", "review", "expired"]);
});
