import { findAccount, lockAccount, updateAccountRow } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { endOf, runningAt, widened } from "#lib/groups/grant";
import type { Grant } from "#lib/groups/grant-schema";
import { auditedGrant, storeGrant } from "#lib/groups/grant-service";
import { findGrant } from "#lib/groups/grant-store";
import { findGroupRow, type GroupRow } from "#lib/groups/store";
import { loadLayout } from "#lib/mail/compose";
import { applied } from "#lib/runtime/applied";
import { requireModel, storeRequest } from "./ask-service.ts";
import { decide, momentOf, tell } from "./decision-service.ts";
import type { CreateLimitRequest, GrantLimitRequest, LimitRequest } from "./request-schema.ts";
import { findLimitRequest } from "./request-store.ts";

/**
 * Asks to be let onto a line, or for one model of it. Throws 422 where that is open to the account already, 409
 * `request_waiting` where the same was asked and is not answered yet.
 */
export async function askForLine(
  actor: Actor,
  body: CreateLimitRequest & { line: string },
  now: Date,
): Promise<LimitRequest> {
  const { accountId } = body;
  const model = body.model ?? null;
  const until = momentOf(body.until, now);
  await requireModel(model);
  const line = await findGroupRow(body.line);
  if (line === undefined) throw invalidFields({ line: "there is no such line" });
  const grant = await findGrant(line.id, accountId);
  if ((await findAccount(accountId))?.group === line.id && isUsable(line, grant, model, now))
    throw invalidFields({ [model === null ? "line" : "model"]: "it is open to your account already" });
  return storeRequest(actor, body, { kind: "line", accountId, model, groupId: line.id }, until);
}

/**
 * Activates what was asked for, beside what is active already: on this node when it returns, and the customer is written
 * to. `move` puts the account onto the line. Throws 404, 422, 409 `request_decided`.
 */
export async function grantLine(
  actor: Actor,
  id: string,
  body: GrantLimitRequest,
  { now, base }: { now: Date; base: string },
): Promise<LimitRequest> {
  const asked = await findLimitRequest(id);
  const line = await findGroupRow(asked?.line?.id ?? "");
  if (asked === undefined || line === undefined) throw notFound("limit request");
  if (body.value !== undefined) throw invalidFields({ value: "a line has no value" });
  const until = momentOf(body.until, now);
  const { accountId } = asked;
  const isElsewhere = (await findAccount(accountId))?.group !== line.id;
  const moves = body.move === true && isElsewhere;
  requireLasting(line, { moves, isElsewhere, until });
  const models = body.models ?? (asked.model === null ? [] : [asked.model]);
  await loadLayout();
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const decision = { state: "granted", answer: body.answer ?? "", grantedUntil: until } as const;
    const request = await decide(tx, actor, id, decision, now);
    if (line.access === "granted") {
      const before = await findGrant(line.id, accountId);
      const given = widened(before, models, until?.toISOString() ?? null, now);
      const about = { note: `limit request ${id}`, createdBy: actor.name, revision };
      await storeGrant(tx, { groupId: line.id, accountId }, { ...given, ...about });
      await audit(tx, actor, {
        action: "line-grant.set",
        targetType: "account",
        targetId: accountId,
        before: before && auditedGrant(before),
        after: auditedGrant({ groupId: line.id, ...given }),
      });
    }
    if (moves) await move(tx, actor, { accountId, line: line.id, revision });
    await tell(tx, request, base);
    return revision;
  });
  await applied(revision);
  return (await findLimitRequest(id)) ?? asked;
}

/** A line that is open has nothing to activate: an account is on it or not, and does not leave it by itself. */
function requireLasting(
  { access }: GroupRow,
  { moves, isElsewhere, until }: { moves: boolean; isElsewhere: boolean; until: Date | null },
): void {
  if (access === "granted") return;
  if (isElsewhere && !moves) throw invalidFields({ move: "this line is open: put the account onto it" });
  if (until !== null)
    throw invalidFields({ until: "an account stays on an open line until it is moved: leave it out" });
}

async function move(
  tx: Transaction,
  actor: Actor,
  { accountId, line, revision }: { accountId: string; line: string; revision: bigint },
): Promise<void> {
  const before = await lockAccount(tx, accountId);
  if (before === undefined) throw notFound("account");
  await updateAccountRow(tx, accountId, { groupId: line, revision });
  await audit(tx, actor, {
    action: "account.update",
    targetType: "account",
    targetId: accountId,
    before: { group: before.groupId },
    after: { group: line },
  });
}

/** Whether a model of the line, or with null all of it, is open to an account with this grant. */
function isUsable(line: GroupRow, grant: Grant | undefined, model: string | null, now: Date): boolean {
  if (line.access === "open") return true;
  const runs = grant && runningAt(grant, now);
  const isWhole = runs?.models.length === 0;
  if (model === null) return isWhole;
  if (line.grantedModels.length > 0 && !line.grantedModels.includes(model)) return true;
  if (runs === undefined) return false;
  const end = endOf(runs, model);
  return (isWhole || runs.models.includes(model)) && (end === null || new Date(end) > now);
}
