import { inTransaction, type Transaction } from "#lib/db/transaction";
import { readersOf } from "#lib/limits/reader-store";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import type { PriceChangeAnswer } from "#lib/pricing/version-schema";
import { requestBase } from "#lib/runtime/request-base";
import { readSettings } from "#lib/settings/store";
import { findDue, insertDue, type OwnPricesDue, takeDue } from "./own-prices-store.ts";
import { inForceText, ownRows } from "./words.ts";

const CHUNK = 100;

/** Notes whose own prices a version changes, in the transaction that publishes it; `tellAccounts` writes to them. */
export async function noteOwnPrices(
  tx: Transaction,
  version: { id: string; changes: readonly PriceChangeAnswer[]; effectiveAt: Date },
): Promise<void> {
  const { id: versionId, effectiveAt } = version;
  const byAccount = Map.groupBy(
    version.changes.filter(({ kind }) => kind === "account"),
    ({ accountId }) => accountId ?? "",
  );
  const base = requestBase();
  const due = [...byAccount].map(([accountId, changes]) => ({
    versionId,
    accountId,
    changes,
    effectiveAt,
    base,
  }));
  await insertDue(tx, due);
}

/**
 * Writes to the accounts whose own prices have changed: to their admins, or to the address that stands in the account.
 * Nobody else is told of them. Once each, wherever and however often this runs; says how many were told. Throws at the
 * end when some could not be: they are tried again the next time.
 */
export async function tellAccounts(signal?: AbortSignal): Promise<number> {
  const failed: unknown[] = [];
  let after: OwnPricesDue | null = null;
  let told = 0;
  for (;;) {
    const due: OwnPricesDue[] = await findDue(after, CHUNK);
    after = due.at(-1) ?? null;
    if (after === null) break;
    const timeZone = (await readSettings())["site.timeZone"];
    await loadLayout();
    for (const one of due) {
      if (signal?.aborted) return told;
      try {
        if (await tell(one, timeZone)) told += 1;
      } catch (error) {
        failed.push(error);
      }
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} accounts could not be told`);
  return told;
}

async function tell(due: OwnPricesDue, timeZone: string): Promise<boolean> {
  const { accountId, changes, effectiveAt, base } = due;
  const reason = [...new Set(changes.flatMap((one) => one.reason ?? []))].join(" ");
  return inTransaction(async (tx) => {
    if (!(await takeDue(tx, due))) return false;
    for (const { email, locale } of await readersOf(tx, accountId, null)) {
      await queueMail(tx, {
        to: email,
        template: "own-prices",
        locale,
        data: {
          accountName: changes[0]?.accountName ?? "",
          inForce: inForceText(effectiveAt.toISOString(), timeZone, locale),
          rows: changes.flatMap((change) => ownRows(change, locale)),
          reason,
          link: `${base}/pricing`,
        },
      });
    }
    return true;
  });
}
