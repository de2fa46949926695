import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { formatUsd, parseUsd } from "#lib/core/money";
import { inTransaction } from "#lib/db/transaction";
import { goodwillEntries } from "#lib/ledger/entries";
import { postTransaction } from "#lib/ledger/store";
import { newId } from "#lib/runtime/id";
import { actsAs } from "./apply-service.ts";
import type { RefundIncident } from "./schema.ts";
import { insertEvent, lockIncident, updateIncident } from "./store.ts";

/**
 * Gives the account back what an incident cost it, as goodwill: a ledger entry that names the incident. All refunds of an
 * incident together may exceed the estimated loss only with a reason. Throws 404, 422 `invalid_fields`, 422
 * `reason_required`.
 */
export async function refundIncident(actor: Actor, id: string, body: RefundIncident): Promise<void> {
  const amount = parseUsd(body.amount);
  if (amount <= 0n) throw invalidFields({ amount: "more than 0 is expected" });
  const reason = body.reason?.trim() ?? "";
  await inTransaction(async (tx) => {
    const incident = await lockIncident(tx, id);
    if (incident === undefined) throw notFound("incident");
    const refunded = incident.refundedNanoUsd + amount;
    if (refunded > incident.spentNanoUsd && reason === "") {
      throw reasonRequired(incident.spentNanoUsd - incident.refundedNanoUsd);
    }
    const transactionId = newId();
    await postTransaction(tx, {
      id: transactionId,
      kind: "adjustment",
      accountId: incident.accountId,
      entries: goodwillEntries(amount),
      reference: `incident ${id}`,
      note: reason,
      actor: `${actor.type}:${actor.id}`,
    });
    await updateIncident(tx, id, { refundedNanoUsd: refunded });
    const detail = { amount: formatUsd(amount), transactionId, ...(reason === "" ? {} : { reason }) };
    await insertEvent(tx, id, {
      kind: "refund",
      actor: { type: actsAs({ actor }), name: actor.name },
      detail,
    });
    await audit(tx, actor, {
      action: "incident.refund",
      targetType: "incident",
      targetId: id,
      after: { accountId: incident.accountId, ...detail },
    });
  });
}

function reasonRequired(leftNanoUsd: bigint): AppError {
  const left = formatUsd(leftNanoUsd > 0n ? leftNanoUsd : 0n);
  const message = `This is more than what is left of the estimated loss ($${left}): say why.`;
  return new AppError({ code: "reason_required", status: 422, message, fields: { reason: "say why" } });
}
