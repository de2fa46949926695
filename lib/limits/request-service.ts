import type { Actor } from "#lib/api/operation";
import { invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { loadLayout } from "#lib/mail/compose";
import { applied } from "#lib/runtime/applied";
import { getLimitRequest, requireModel, storeRequest } from "./ask-service.ts";
import { decide, momentOf, tell } from "./decision-service.ts";
import { grantLine } from "./line-request-service.ts";
import type { Metric } from "./metrics.ts";
import { limitOfAccount } from "./report-service.ts";
import type { CreateLimitRequest, GrantLimitRequest, LimitRequest } from "./request-schema.ts";
import { isSameLimit, type Limit } from "./resolve.ts";
import { writeLimit } from "./service.ts";
import { loadLimits } from "./store.ts";

type AskForLimit = CreateLimitRequest & { metric: Metric; wanted: number };

/**
 * Asks for a higher limit. Throws 422 where nothing limits this or the limit is as high already, 409 `request_waiting`
 * where one about the same limit is not answered yet.
 */
export async function askForLimit(actor: Actor, body: AskForLimit, now: Date): Promise<LimitRequest> {
  const { accountId, metric, wanted } = body;
  const model = body.model ?? null;
  const until = momentOf(body.until, now);
  await requireModel(model);
  const stands = (await limitOfAccount({ accountId, model, metric }))?.limit;
  if (stands === undefined) throw invalidFields({ metric: "nothing limits this: there is nothing to raise" });
  if (wanted <= stands) throw invalidFields({ wanted: `the limit is ${stands} already` });
  const asked = {
    kind: "raise",
    accountId,
    model,
    metric,
    wanted: BigInt(wanted),
    stood: BigInt(stands),
  } as const;
  return storeRequest(actor, body, asked, until);
}

/**
 * Says yes, to what was asked or to something else: the limit stands on this node when it returns, and the customer is
 * written to. Throws 404; 409 `request_decided` where somebody else has decided.
 */
export async function grantLimit(
  actor: Actor,
  id: string,
  body: GrantLimitRequest,
  { now, base }: { now: Date; base: string },
): Promise<LimitRequest> {
  const until = momentOf(body.until, now);
  const { accountId, model, metric } = await getLimitRequest(id);
  if (metric === null) return grantLine(actor, id, body, { now, base });
  if (body.value === undefined) throw invalidFields({ value: "the new limit is expected" });
  await requireEffect({ accountId, model, metric }, body.value);
  const value = BigInt(body.value);
  await loadLayout();
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const decision = {
      state: "granted",
      answer: body.answer ?? "",
      granted: value,
      grantedUntil: until,
    } as const;
    const request = await decide(tx, actor, id, decision, now);
    const key = { scope: "account", scopeId: accountId, model, metric } as const;
    const data = until === null ? { value } : { grant: { value, until } };
    await writeLimit(tx, actor, key, { ...data, note: `limit request ${id}`, revision });
    await tell(tx, request, base);
    return revision;
  });
  await applied(revision);
  return getLimitRequest(id);
}

/** A grant that another limit undercuts would be a promise that is not kept. Throws 422. */
async function requireEffect(
  about: { accountId: string; model: string | null; metric: Metric },
  value: number,
) {
  const { accountId, model, metric } = about;
  const own: Limit = { scope: "account", scopeId: accountId, model, metric, value };
  const limits = [...(await loadLimits()).filter((limit) => !isSameLimit(limit, own)), own];
  const check = await limitOfAccount(about, { limits });
  if (check === undefined || check.limit >= value) return;
  const whose = check.scope === "group" ? "the group" : "the default on all models together";
  throw invalidFields({
    value: `${whose} allows ${check.limit}, and the strictest counts: raise that, or move the account to another group`,
  });
}

/** Says no, with a reason that the customer is sent. Throws 404, 409 `request_decided`. */
export async function refuseLimit(
  actor: Actor,
  id: string,
  answer: string,
  { now, base }: { now: Date; base: string },
): Promise<LimitRequest> {
  await loadLayout();
  await inTransaction(async (tx) => {
    const request = await decide(tx, actor, id, { state: "refused", answer: answer.trim() }, now);
    // A proposal that is not followed changes nothing for the customer.
    if (request.kind !== "reduce") await tell(tx, request, base);
  });
  return getLimitRequest(id);
}

/** Takes back what was asked, as long as nobody has decided. Throws 404, 409 `request_decided`. */
export async function withdrawRequest(actor: Actor, id: string, now: Date): Promise<LimitRequest> {
  const { kind } = await getLimitRequest(id);
  if (kind === "reduce") throw notFound("limit request");
  await inTransaction((tx) => decide(tx, actor, id, { state: "withdrawn", answer: "" }, now));
  return getLimitRequest(id);
}
