import type { AlertCause } from "#lib/alerts/kinds";
import { openSubjects } from "#lib/alerts/store";
import { dayMs, minuteMs } from "#lib/core/time";
import type { Queryable } from "#lib/db/pool";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { log } from "#lib/runtime/log";
import { singleton } from "#lib/runtime/singletons";
import { readSettings } from "#lib/settings/store";
import { limitsLink } from "./grant-service.ts";
import { type NearLimit, nearLimits } from "./near.ts";
import { claimNotice, readKeyMinutes } from "./near-store.ts";
import { readPeaks } from "./peak-store.ts";
import { readersOf } from "./reader-store.ts";
import { limitTable } from "./resolve.ts";
import { loadLimits } from "./store.ts";

const MINUTES_LOOKED_AT = 5;
/** By then what a minute took has been written. */
const WRITTEN_AFTER_MS = 5_000;
/** More of them are no news: the Limits page has them all. */
const MOST_ALERTS = 20;

/**
 * Limits that accounts come near, as causes of alerts; looks anew once a minute. Where the setting says so the account
 * is written to when it begins, at most once in 24 h for each limit.
 */
export async function findNearLimits(on: Queryable, now: Date): Promise<AlertCause[]> {
  const lastMs = Math.floor((now.getTime() - WRITTEN_AFTER_MS) / minuteMs) * minuteMs - minuteMs;
  const seen = singleton("limits-near", () => ({ lastMs: 0, causes: [] as AlertCause[] }));
  if (seen.lastMs === lastMs) return seen.causes;
  const limits = await loadLimits();
  const open = await openSubjects(on, "limit_near");
  const fromMs = lastMs - (MINUTES_LOOKED_AT - 1) * minuteMs;
  const minutes = limits.length === 0 ? [] : await readKeyMinutes(on, fromMs, lastMs);
  const running = limits.length === 0 ? [] : await readPeaks(on, fromMs, lastMs);
  const near = nearLimits(minutes, limitTable(limits), { lastMs, open, running }).slice(0, MOST_ALERTS);
  await tellCustomers(
    near.filter(({ subject }) => !open.has(subject)),
    now,
  );
  seen.lastMs = lastMs;
  seen.causes = near.map(toCause);
  return seen.causes;
}

function toCause({
  subject,
  accountId,
  accountName,
  keyId,
  model,
  metric,
  used,
  limit,
}: NearLimit): AlertCause {
  const share = Math.round((used / Math.max(1, limit)) * 100);
  const data = { accountId, account: accountName, model: model ?? "", metric, used, limit, share };
  return { subject, data: keyId === null ? data : { ...data, keyId } };
}

async function tellCustomers(fresh: readonly NearLimit[], now: Date): Promise<void> {
  if (fresh.length === 0 || !(await readSettings())["limits.mailNear"]) return;
  await loadLayout();
  for (const near of fresh) {
    try {
      await tellCustomer(near, now);
    } catch (error) {
      log().warn({ err: error, account: near.accountId }, "an account could not be written to about a limit");
    }
  }
}

function tellCustomer(near: NearLimit, now: Date): Promise<void> {
  return inTransaction(async (tx) => {
    if (!(await claimNotice(tx, near, { now, before: new Date(now.getTime() - dayMs) }))) return;
    const { accountName, model, metric, used, limit } = near;
    for (const { email, locale } of await readersOf(tx, near.accountId, null)) {
      const data = { accountName, model, metric, used, limit, link: limitsLink() };
      await queueMail(tx, { to: email, template: "limit-near", locale, data });
    }
  });
}
