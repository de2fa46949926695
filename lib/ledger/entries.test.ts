import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceChange, balancesAfter, rechargeEntries } from "./entries.ts";

describe("ledger lines", () => {
  it("of a recharge give the customer what the cash account owes", () => {
    expect(balanceChange(rechargeEntries(5n))).toBe(5n);
  });

  it("are refused unless they sum to 0 and each moves something", () => {
    const customer = (amountNanoUsd: bigint) => ({ ledgerAccount: "customer" as const, amountNanoUsd });
    expect(() => balanceChange([customer(5n)])).toThrow(/sum/);
    expect(() => balanceChange([customer(5n), { ledgerAccount: "cash", amountNanoUsd: -4n }])).toThrow(/sum/);
    expect(() => balanceChange([])).toThrow(/sum/);
    expect(() => balanceChange(rechargeEntries(0n))).toThrow(/nothing/);
  });
});

describe("balances after each entry", () => {
  it("lead from the newest balance down to 0 before the first entry", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -1000n, max: 1000n })), (amounts) => {
        const newest = amounts.reduce((sum, amount) => sum + amount, 0n);
        const balances = balancesAfter(newest, amounts);
        balances.forEach((balance, index) => {
          const older = amounts.slice(index).reduce((sum, amount) => sum + amount, 0n);
          expect(balance).toBe(older);
        });
      }),
    );
  });
});
