import { findAccount } from "#lib/accounts/store";
import { notFound } from "#lib/core/errors";
import { runningAt } from "./grant.ts";
import { listGrantsOf } from "./grant-store.ts";
import type { Line } from "./line-schema.ts";
import { listGroups } from "./service.ts";

const MOST_LINES = 500;

/** The lines as an account sees them, its own first. Throws 404. */
export async function linesOf(accountId: string, now: Date): Promise<Line[]> {
  const [account, groups, grants] = await Promise.all([
    findAccount(accountId),
    listGroups(MOST_LINES),
    listGrantsOf(accountId),
  ]);
  if (account === undefined) throw notFound("account");
  const lines = groups.map(({ id, name, description, access, grantedModels, multiplier }) => {
    const grant = grants.find(({ groupId }) => groupId === id);
    return {
      ...{ id, name, description, access, grantedModels, multiplier },
      isOwn: account.group === id,
      grant: (grant && runningAt(grant, now)) ?? null,
    };
  });
  return lines.sort((left, right) => Number(right.isOwn) - Number(left.isOwn));
}
