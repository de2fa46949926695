import { findAdmins } from "#lib/accounts/member-store";
import { formatUsd } from "#lib/core/money";
import type { Transaction } from "#lib/db/transaction";
import { findFunds } from "#lib/ledger/store";
import { queueMail } from "#lib/mail/service";
import type { Locale } from "#lib/users/schema";

/** A payment that was credited to an account in the caller's transaction. */
type Credited = {
  account: { id: string; name: string; email: string | null };
  amount: string;
  currency: string;
  creditNanoUsd: bigint;
  orderNo: string;
  at: Date;
};

/**
 * Tells an account by mail that money has come in: the account's own address, and its admins. Call it after the
 * entries are posted, in their transaction: a receipt goes out exactly if they stand. `base`: where the console is.
 */
export async function queueReceipts(tx: Transaction, credited: Credited, base: string): Promise<void> {
  const { account, amount, currency, creditNanoUsd, orderNo, at } = credited;
  const balance = (await findFunds([account.id], tx)).get(account.id)?.balance ?? 0n;
  const data = {
    accountName: account.name,
    amount,
    currency,
    credit: formatUsd(creditNanoUsd),
    balance: formatUsd(balance),
    orderNo,
    at: at.toISOString(),
    link: `${base}/`,
  };
  const readers = new Map<string, Locale>();
  if (account.email !== null) readers.set(account.email.toLowerCase(), "en");
  for (const { email, locale } of await findAdmins(account.id, tx)) readers.set(email, locale ?? "en");
  for (const [to, locale] of readers) {
    await queueMail(tx, { to, template: "recharge-receipt", data, locale });
  }
}
