import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditOfRefund } from "./refund.ts";

describe("what a refund takes of the credit", () => {
  it.each([
    [100n, 0n, 1_000n, 0n, 100n, 1_000n],
    [100n, 0n, 1_000n, 0n, 1n, 10n],
    [3n, 0n, 100n, 0n, 1n, 33n],
    [3n, 1n, 100n, 33n, 1n, 34n],
    [3n, 2n, 100n, 67n, 1n, 33n],
  ])(
    "of %s less %s, credited %s less %s: %s takes %s",
    (amount, refundedAmount, creditNanoUsd, refundedNanoUsd, back, taken) => {
      expect(creditOfRefund({ amount, refundedAmount, creditNanoUsd, refundedNanoUsd }, back)).toBe(taken);
    },
  );

  it("sums to the credit exactly, in however many parts the amount goes back", () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 12n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(parts, fc.bigInt({ min: 1n, max: 10n ** 15n }), (given, creditNanoUsd) => {
        const amount = given.reduce((sum, part) => sum + part, 0n);
        let [refundedAmount, refundedNanoUsd] = [0n, 0n];
        for (const part of given) {
          refundedNanoUsd += creditOfRefund({ amount, refundedAmount, creditNanoUsd, refundedNanoUsd }, part);
          refundedAmount += part;
        }
        expect(refundedNanoUsd).toBe(creditNanoUsd);
      }),
    );
  });

  it("is refused for nothing and for more than is left", () => {
    const order = { amount: 100n, refundedAmount: 60n, creditNanoUsd: 10n, refundedNanoUsd: 6n };
    expect(() => creditOfRefund(order, 0n)).toThrow();
    expect(() => creditOfRefund(order, 41n)).toThrow();
  });
});
