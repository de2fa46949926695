import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import type { PaymentMethod } from "#lib/db/generated/client";
import { inTransaction } from "#lib/db/transaction";
import { seal } from "#lib/secrets/live";
import { methodKinds, type PaymentMethodAnswer, type PutPaymentMethod } from "./method-schema.ts";
import { findMethod, listMethods, removeMethod, writeMethod } from "./method-store.ts";

/** Ways of paying, the oldest first; with `isOffered` those that customers may use now. */
export async function paymentMethods({ isOffered }: { isOffered: boolean }): Promise<PaymentMethodAnswer[]> {
  const methods = await listMethods();
  return methods.filter(({ enabled }) => enabled || !isOffered).map(toAnswer);
}

/** One way of paying. Throws 404. */
export async function getPaymentMethod(id: string): Promise<PaymentMethodAnswer> {
  const method = await findMethod(id);
  if (method === undefined) throw notFound("payment method");
  return toAnswer(method);
}

/** Makes or changes a way of paying. Secrets are sealed and never shown again. Throws 422 by field. */
export async function putPaymentMethod(
  actor: Actor,
  id: string,
  body: PutPaymentMethod,
): Promise<PaymentMethodAnswer> {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(id))
    throw invalidFields({ id: "letters, digits and dashes are expected" });
  if (id === "manual" || id === "code") throw invalidFields({ id: "this name has a meaning of its own" });
  if ((body.kind === "stripe") !== (id === "stripe")) {
    throw invalidFields({ kind: "Stripe is called stripe, and nothing else is" });
  }
  return inTransaction(async (tx) => {
    const before = await findMethod(id, tx);
    const { secret, apiKey, ...open } = body;
    const written = await writeMethod(tx, {
      ...open,
      id,
      ...sealedOf(body, before),
      apiBase: body.apiBase === undefined || body.apiBase === "" ? null : body.apiBase,
      most: body.most ?? null,
      currencies: [...new Set(body.currencies)],
    });
    await audit(tx, actor, {
      ...{ action: "payment-method.put", targetType: "payment-method", targetId: id },
      before: before && toAnswer(before),
      after: { ...toAnswer(written), newSecret: secret !== undefined, newApiKey: apiKey !== undefined },
    });
    return toAnswer(written);
  });
}

/** Forgets a way of paying; its orders stay. Throws 404. */
export async function deletePaymentMethod(actor: Actor, id: string): Promise<void> {
  await inTransaction(async (tx) => {
    if (!(await removeMethod(tx, id))) throw notFound("payment method");
    await audit(tx, actor, { action: "payment-method.delete", targetType: "payment-method", targetId: id });
  });
}

function sealedOf({ kind, secret, apiKey, apiBase }: PutPaymentMethod, before: PaymentMethod | undefined) {
  const isElsewhere = before !== undefined && (before.apiBase ?? "") !== (apiBase ?? "");
  // The key goes to whoever answers there.
  if (kind === "stripe" && apiKey === undefined && (isElsewhere || !before?.apiKey)) {
    throw invalidFields({
      apiKey: before ? "another address needs the key again" : "Stripe's secret key is expected",
    });
  }
  if (secret === undefined && before === undefined) {
    throw invalidFields({ secret: "the secret that signs webhooks is expected" });
  }
  const kept = before === undefined ? new Uint8Array() : Uint8Array.from(before.secret);
  return {
    secret: secret === undefined ? kept : seal(secret, "payment.secret"),
    ...(apiKey === undefined ? {} : { apiKey: seal(apiKey, "payment.api-key") }),
  };
}

function toAnswer(row: PaymentMethod): PaymentMethodAnswer {
  const { id, name, nameZh, enabled, apiBase, payUrl, instructions, currencies } = row;
  return {
    ...{ id, name, nameZh, enabled, apiBase, payUrl, instructions, currencies },
    kind: methodKinds.find((kind) => kind === row.kind) ?? "webhook",
    least: row.least.toFixed(),
    most: row.most?.toFixed() ?? null,
    webhookPath: id === "stripe" ? "/api/webhooks/stripe" : `/api/webhooks/payments/${id}`,
    updatedAt: row.updatedAt.toISOString(),
  };
}
