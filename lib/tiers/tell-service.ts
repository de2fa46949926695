import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import type { Transaction } from "#lib/db/transaction";
import { readersOf } from "#lib/limits/reader-store";
import { queueMail } from "#lib/mail/service";
import { requestBase } from "#lib/runtime/request-base";
import { findGrant } from "./grant-store.ts";
import type { TierGrantAnswer } from "./schema.ts";
import { explain } from "./words.ts";

/** Writes down what became of a grant, with its figures. */
export async function auditGrant(
  tx: Transaction,
  actor: Actor,
  action: "offer" | "grant" | "decline" | "end",
  grant: TierGrantAnswer,
): Promise<void> {
  const { tierId, tierName, accountId, percent, figures, endFigures, reason } = grant;
  await audit(tx, actor, {
    action: `tier.${action}`,
    targetType: "tier-grant",
    targetId: grant.id,
    after: { tierId, tierName, accountId, percent, figures: endFigures ?? figures, reason },
  });
}

/** Writes to an account's admins what they have got or lost, and why. */
export async function tellGrant(tx: Transaction, grantId: string): Promise<void> {
  const grant = await findGrant(grantId, tx);
  if (grant === undefined || (grant.state !== "granted" && grant.state !== "ended")) return;
  const { accountId, accountName, percent, reward, state: outcome, reason } = grant;
  const isReached = outcome === "granted";
  for (const { email, locale } of await readersOf(tx, accountId, null)) {
    const explanation = explain(isReached ? grant.figures : grant.endFigures, isReached, locale);
    const tierName = locale === "zh" && grant.tierNameZh !== "" ? grant.tierNameZh : grant.tierName;
    const link = `${requestBase()}/recharge`;
    const data = { accountName, tierName, outcome, reward, percent, explanation, reason, link };
    await queueMail(tx, { to: email, template: "tier-change", locale, data });
  }
}
