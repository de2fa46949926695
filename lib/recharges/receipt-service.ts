import { findAdmins } from "#lib/accounts/member-store";
import { formatUsd } from "#lib/core/money";
import type { Transaction } from "#lib/db/transaction";
import { findFunds } from "#lib/ledger/store";
import { queueMail } from "#lib/mail/service";
import { requestBase } from "#lib/runtime/request-base";
import type { Locale } from "#lib/users/schema";
import type { Order } from "./store.ts";

/** An order that was credited in the caller's transaction. */
type Credited = { order: Order; creditNanoUsd: bigint; bonusNanoUsd: bigint; at: Date };

/**
 * Tells an account by mail that money has come in, with the receipt as a PDF: the account's own address, and its admins.
 * Call it after the entries are posted, in their transaction: a receipt goes out exactly if they stand.
 */
export async function queueReceipts(tx: Transaction, credited: Credited): Promise<void> {
  const { order, creditNanoUsd, bonusNanoUsd, at } = credited;
  const balance = (await findFunds([order.accountId], tx)).get(order.accountId)?.balance ?? 0n;
  const data = {
    ...paymentOf(order),
    credit: formatUsd(creditNanoUsd),
    bonus: formatUsd(bonusNanoUsd),
    balance: formatUsd(balance),
    at: at.toISOString(),
    link: `${baseOf(order)}/`,
  };
  const attachment = `receipt ${order.id}`;
  for (const [to, locale] of await readersOf(tx, order)) {
    await queueMail(tx, { to, template: "recharge-receipt", data, locale, attachment });
  }
}

/** Tells an account that a payment is not credited, and why. */
export async function tellRejected(tx: Transaction, order: Order, reason: string): Promise<void> {
  const data = { ...paymentOf(order), outcome: "rejected" as const, reason, taken: null };
  await tell(tx, order, data);
}

/** Tells an account that credit was taken back. `taken`: USD, decimal. */
export async function tellTaken(
  tx: Transaction,
  order: Order,
  outcome: "refunded" | "chargeback" | "reinstated",
  { amount, taken, reason }: { amount: string; taken: string; reason: string },
): Promise<void> {
  await tell(tx, order, { ...paymentOf(order), amount, outcome, reason, taken });
}

async function tell(
  tx: Transaction,
  order: Order,
  data: ReturnType<typeof paymentOf> & {
    outcome: "rejected" | "refunded" | "chargeback" | "reinstated";
    reason: string;
    taken: string | null;
  },
): Promise<void> {
  const link = `${baseOf(order)}/recharge`;
  for (const [to, locale] of await readersOf(tx, order)) {
    await queueMail(tx, { to, template: "recharge-decision", data: { ...data, link }, locale });
  }
}

function paymentOf({ account, amount, currency, orderNo }: Order) {
  return { accountName: account.name, amount: amount.toFixed(), currency, orderNo };
}

/** A provider's message comes from nowhere that a link may lead to: then the order's own beginning counts. */
function baseOf({ base }: Order): string {
  return base === "" ? requestBase() : base;
}

/** Who is written to of an account's money, with their languages. */
export async function readersOfAccount(tx: Transaction, accountId: string): Promise<Map<string, Locale>> {
  const account = await tx.account.findUniqueOrThrow({ where: { id: accountId }, select: { email: true } });
  return readersOf(tx, { account, accountId });
}

async function readersOf(
  tx: Transaction,
  { account, accountId }: { account: { email: string | null }; accountId: string },
): Promise<Map<string, Locale>> {
  const readers = new Map<string, Locale>();
  if (account.email !== null) readers.set(account.email.toLowerCase(), "en");
  for (const { email, locale } of await findAdmins(accountId, tx)) readers.set(email, locale ?? "en");
  return readers;
}
