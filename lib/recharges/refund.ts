import { multiplyFractions, parseFraction, roundHalfUp } from "#lib/core/fraction";
import { parseUsd } from "#lib/core/money";

/** Amounts of any currency as whole billionths, exactly: "12.5" → 12_500_000_000n. */
export const parseAmount = parseUsd;

/** What an order's amount, credit and refunds so far are: amounts in billionths of its currency, credit in nano-USD. */
export type Refundable = {
  amount: bigint;
  refundedAmount: bigint;
  creditNanoUsd: bigint;
  refundedNanoUsd: bigint;
};

/**
 * What of the credit goes back with `amount` (billionths of the currency): the part of the credit that all refunds
 * together are of the amount, rounded half up once, less what went back before. So parts sum to the whole: what is left
 * takes back exactly what is left of the credit.
 */
export function creditOfRefund(order: Refundable, amount: bigint): bigint {
  const refunded = order.refundedAmount + amount;
  if (amount <= 0n || refunded > order.amount)
    throw new Error("a refund is more than 0 and at most what is left");
  const part = multiplyFractions(parseFraction(`${refunded}/${order.amount}`), {
    num: order.creditNanoUsd,
    den: 1n,
  });
  return roundHalfUp(part) - order.refundedNanoUsd;
}
