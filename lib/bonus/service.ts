import { namesOfAccounts } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { formatUsd, parseUsd } from "#lib/core/money";
import { inTransaction } from "#lib/db/transaction";
import { log } from "#lib/runtime/log";
import { expireLots, giveBonus } from "./lot-service.ts";
import type { BonusCredit, GiveGift } from "./schema.ts";
import { accountsWithExpired, listLots } from "./store.ts";

/** Gives an account credit, spent before what it paid. Throws 404, 422. */
export async function giveGift(
  actor: Actor,
  accountId: string,
  body: GiveGift,
  now: Date,
): Promise<BonusCredit> {
  if ((await namesOfAccounts([accountId])).size === 0) throw notFound("account");
  const expiresAt = body.expiresAt == null ? null : new Date(body.expiresAt);
  if (expiresAt !== null && expiresAt <= now)
    throw invalidFields({ expiresAt: "a time to come is expected" });
  const amountNanoUsd = parseUsd(body.amount);
  const note = body.note.trim();
  await inTransaction(async (tx) => {
    const targetId = await giveBonus(tx, {
      ...{ accountId, amountNanoUsd, source: "gift", expiresAt, note, reference: "gift", at: now },
      by: actor.name,
    });
    await audit(tx, actor, {
      ...{ action: "gift.create", targetType: "gift", targetId },
      after: { accountId, amount: body.amount, expiresAt: body.expiresAt ?? null, note },
    });
  });
  const [given] = await listBonus(accountId, 1);
  if (given === undefined) throw new Error("the gift is gone");
  return given;
}

/** An account's bonus credit, newest first, up to `limit` + 1, after an id. */
export async function listBonus(accountId: string, limit: number, after?: string): Promise<BonusCredit[]> {
  return (await listLots(accountId, limit, after)).map((row) => {
    const spent = row.amountNanoUsd - row.left - row.takenNanoUsd - row.expiredNanoUsd;
    return {
      id: row.id,
      accountId,
      source: row.source === "gift" ? "gift" : "recharge",
      rechargeId: row.rechargeId,
      amount: formatUsd(row.amountNanoUsd),
      left: formatUsd(row.left),
      // What was spent and then taken back stands among what was taken.
      spent: formatUsd(spent > 0n ? spent : 0n),
      taken: formatUsd(row.takenNanoUsd),
      expired: formatUsd(row.expiredNanoUsd),
      expiresAt: row.expiresAt?.toISOString() ?? null,
      note: row.note,
      createdBy: row.createdBy,
      createdAt: row.createdAt.toISOString(),
    };
  });
}

/** Ends bonus credit whose time is over. What calls hold or nodes have leased of it waits for the next run. */
export async function expireBonuses(now: Date): Promise<{ accounts: number; expired: string }> {
  let expired = 0n;
  let accounts = 0;
  for (const accountId of await accountsWithExpired(now)) {
    try {
      const ended = await inTransaction((tx) => expireLots(tx, accountId, now));
      expired += ended;
      if (ended > 0n) accounts += 1;
    } catch (error) {
      log().warn({ err: error, account: accountId }, "an account's bonus could not be ended");
    }
  }
  return { accounts, expired: formatUsd(expired) };
}
