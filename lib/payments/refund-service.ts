import type { Actor } from "#lib/api/operation";
import { notFound } from "#lib/core/errors";
import { refundByHand } from "#lib/recharges/refund-service";
import { gatherForRefund } from "#lib/recharges/refund-store";
import type { Recharge } from "#lib/recharges/schema";
import { getRecharge } from "#lib/recharges/service";
import { findMoney } from "#lib/recharges/store";

/**
 * Takes back all or a part of a credited order: idle money is asked back from the nodes first. Throws 404; 409
 * `insufficient_balance`, `recharge_decided`; 422 for more than is left.
 */
export async function refundRecharge(
  actor: Actor,
  id: string,
  { amount, reason }: { amount?: string | undefined; reason: string },
): Promise<Recharge> {
  const money = await findMoney(id);
  if (money === undefined) throw notFound("recharge");
  await gatherForRefund(money);
  await refundByHand(actor, id, { kind: "refund", amount, reason: reason.trim() });
  return getRecharge(id);
}
