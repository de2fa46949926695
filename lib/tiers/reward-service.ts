import type { Transaction } from "#lib/db/transaction";

/** What an order earns besides its credit. */
export type Reward = { bonusNanoUsd: bigint; tier: { id: string; name: string } | null };

/** Gives the bonus of a credited order, in the crediting transaction. There are no tiers yet: nothing. */
export async function rewardCredit(
  _tx: Transaction,
  _credit: {
    accountId: string;
    rechargeId: string;
    amount: string;
    currency: string;
    creditNanoUsd: bigint;
    at: Date;
  },
): Promise<Reward> {
  return { bonusNanoUsd: 0n, tier: null };
}

/** Takes back the bonus of what is refunded, in proportion. Answers what it took. */
export async function revokeReward(
  _tx: Transaction,
  _refund: {
    rechargeId: string;
    accountId: string;
    refundedNanoUsd: bigint;
    creditNanoUsd: bigint;
    at: Date;
  },
): Promise<{ bonusNanoUsd: bigint }> {
  return { bonusNanoUsd: 0n };
}
