import { namesOfAccounts } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { dayMs } from "#lib/core/time";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { queueMail } from "#lib/mail/service";
import { config } from "#lib/runtime/config";
import type { Metric } from "./metrics.ts";
import { areCountedSince } from "./peak-store.ts";
import { readersOf } from "./reader-store.ts";
import { reductionOf } from "./reduction.ts";
import { limitOfAccount, minutesOf } from "./report-service.ts";
import {
  findEnding,
  findRunningGrants,
  insertLimitRequest,
  isWaiting,
  lockRequestsOf,
  markReminded,
  type RunningGrant,
} from "./request-store.ts";

const TOLD_BEFORE_MS = 3 * dayMs;
const WEEK_MS = 7 * dayMs;
const tollgate: Actor = { type: "system", id: "limit-reductions", name: "Tollgate", role: "owner", ip: null };

/** Writes to customers whose granted limit ends within 3 days, once each. Answers how many grants were told of. */
export async function remindOfEnding(now: Date): Promise<number> {
  let told = 0;
  for (const grant of await findEnding(now, new Date(now.getTime() + TOLD_BEFORE_MS))) {
    if (await remind(grant, now)) told += 1;
  }
  return told;
}

async function remind(grant: RunningGrant, now: Date): Promise<boolean> {
  const { accountId, model, metric, value, until } = grant;
  const afterwards = (await limitOfAccount(grant, { without: "grant" }))?.limit ?? null;
  const accountName = (await namesOfAccounts([accountId])).get(accountId) ?? "";
  await loadLayout();
  return inTransaction(async (tx) => {
    if (!(await markReminded(tx, grant.id, now)) || until === null) return false;
    for (const { email, locale } of await readersOf(tx, accountId, grant.askedById)) {
      await queueMail(tx, {
        to: email,
        template: "limit-grant-ending",
        locale,
        data: {
          accountName,
          model,
          metric,
          granted: Number(value),
          afterwards,
          until: until.toISOString(),
          link: limitsLink(),
        },
      });
    }
    return true;
  });
}

/**
 * Proposes to cut grants that a whole week needed less than half of; the proposals wait for an operator. Answers how many
 * were looked at and proposed.
 */
export async function proposeReductions(now: Date): Promise<{ grants: number; proposed: number }> {
  const weekAgo = new Date(now.getTime() - WEEK_MS);
  const grants = await findRunningGrants(weekAgo, now);
  const seen = new Set<string>();
  let proposed = 0;
  for (const grant of grants) {
    const about = JSON.stringify([grant.accountId, grant.model, grant.metric]);
    // The newest grant of a limit is the one that stands.
    if (seen.has(about)) continue;
    seen.add(about);
    if (await proposeReduction(grant, weekAgo)) proposed += 1;
  }
  return { grants: seen.size, proposed };
}

async function proposeReduction(grant: RunningGrant, since: Date): Promise<boolean> {
  const { accountId, model, metric } = grant;
  // Calls at once are counted since a release that may be younger than the week.
  if (metric === "concurrency" && !(await areCountedSince(since))) return false;
  const standing = await limitOfAccount(grant);
  // An operator has set something else since.
  if (standing?.scope !== "account" || standing.limit !== Number(grant.value)) return false;
  const peak = await peakOf(accountId, model, metric, since);
  const fallback = (await limitOfAccount(grant, { without: "own" }))?.limit;
  const target = reductionOf(standing.limit, peak, fallback);
  if (target === undefined) return false;
  const kind = "reduce" as const;
  return inTransaction(async (tx) => {
    await lockRequestsOf(tx, accountId);
    if (await isWaiting(tx, { accountId, model, metric, kind })) return false;
    const id = await insertLimitRequest(tx, {
      kind,
      accountId,
      model: model ?? "",
      metric,
      wanted: BigInt(target),
      wantedUntil: grant.until,
      stood: grant.value,
      peak: BigInt(Math.round(peak)),
      askedBy: tollgate.name,
      grantId: grant.id,
    });
    const after = { accountId, model, metric, stood: standing.limit, peak, wanted: target };
    await audit(tx, tollgate, {
      action: "limit-request.propose",
      targetType: "limit-request",
      targetId: id,
      after,
    });
    return true;
  });
}

async function peakOf(accountId: string, model: string | null, metric: Metric, since: Date): Promise<number> {
  const { minutes } = await minutesOf({ accountId, model: model ?? undefined, metric }, since);
  return minutes.reduce((most, { taken }) => Math.max(most, taken), 0);
}

/** Where a mail that nobody's request caused leads; null where the site does not know its own address. */
export function limitsLink(): string | null {
  const { publicUrl } = config();
  return publicUrl === undefined ? null : `${publicUrl.replace(/\/+$/, "")}/limits`;
}
