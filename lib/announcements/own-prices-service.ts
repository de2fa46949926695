import type { Transaction } from "#lib/db/transaction";
import { readersOf } from "#lib/limits/reader-store";
import { queueMail } from "#lib/mail/service";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import { requestBase } from "#lib/runtime/request-base";
import { readSettings } from "#lib/settings/store";
import { inForceText, ownRows } from "./words.ts";

/**
 * Writes to the accounts whose own prices a version changes, in the transaction that publishes it: to their admins, or to
 * the address that stands in the account. Nobody else is told of them. Await lib/mail/compose's `loadLayout` before.
 */
export async function tellAccounts(
  tx: Transaction,
  version: { changes: readonly PriceChangeAnswer[]; effectiveAt: Date },
): Promise<void> {
  const byAccount = Map.groupBy(
    version.changes.filter(({ kind }) => kind === "account"),
    ({ accountId }) => accountId ?? "",
  );
  if (byAccount.size === 0) return;
  const timeZone = (await readSettings())["site.timeZone"];
  for (const [accountId, changes] of byAccount) {
    const [first] = changes;
    const reason = [...new Set(changes.flatMap((one) => one.reason ?? []))].join(" ");
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      await queueMail(tx, {
        to: email,
        template: "own-prices",
        locale,
        data: {
          accountName: first?.accountName ?? "",
          inForce: inForceText(version.effectiveAt.toISOString(), timeZone, locale),
          rows: changes.flatMap((change) => ownRows(change, locale)),
          reason,
          link: `${requestBase()}/pricing`,
        },
      });
    }
  }
}
