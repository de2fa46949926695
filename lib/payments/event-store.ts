import type { Transaction } from "#lib/db/transaction";

/** What a provider's message came to. */
export type PaymentOutcome =
  | "credited"
  | "review"
  | "waiting"
  | "refunded"
  | "chargeback"
  | "reinstated"
  | "expired"
  | "known"
  | "ignored";

/**
 * Takes a provider's message, once: false for one that was taken before; a twin whose transaction still runs is waited
 * for. Rolled back with the transaction, so that a message whose work fails is taken when it comes again.
 */
export async function takeEvent(
  tx: Transaction,
  event: { method: string; eventId: string; kind: string; at: Date },
): Promise<boolean> {
  const taken = await tx.paymentEvent.createMany({
    data: [{ ...event, outcome: "ignored" }],
    skipDuplicates: true,
  });
  return taken.count === 1;
}

/** Notes what a message came to, and for which order. */
export async function closeEvent(
  tx: Transaction,
  { method, eventId }: { method: string; eventId: string },
  outcome: PaymentOutcome,
  rechargeId: string | null,
): Promise<void> {
  await tx.paymentEvent.update({
    where: { method_eventId: { method, eventId } },
    data: { outcome, rechargeId },
  });
}
