import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { dayMs } from "#lib/core/time";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { queueMail } from "#lib/mail/service";
import { findModelRow } from "#lib/models/store";
import { applied } from "#lib/runtime/applied";
import { readersOf } from "./reader-store.ts";
import { limitOfAccount } from "./report-service.ts";
import type { CreateLimitRequest, GrantLimitRequest, LimitRequest } from "./request-schema.ts";
import {
  decideRow,
  findLimitRequest,
  insertLimitRequest,
  isWaiting,
  lockRequestsOf,
} from "./request-store.ts";
import { isSameLimit, type Limit } from "./resolve.ts";
import { writeLimit } from "./service.ts";
import { loadLimits } from "./store.ts";

const FURTHEST_DAYS = 731;
const targetType = "limit-request";

/**
 * Asks for a higher limit. Throws 422 where nothing limits this or the limit is as high already, 409 `request_waiting`
 * where one about the same limit is not answered yet.
 */
export async function askForLimit(actor: Actor, body: CreateLimitRequest, now: Date): Promise<LimitRequest> {
  const { accountId, metric, wanted, reason } = body;
  const model = body.model ?? null;
  const until = momentOf(body.until, now);
  if (model !== null && (await findModelRow(model)) === undefined) {
    throw invalidFields({ model: "there is no such model" });
  }
  const stands = (await limitOfAccount({ accountId, model, metric }))?.limit;
  if (stands === undefined) throw invalidFields({ metric: "nothing limits this: there is nothing to raise" });
  if (wanted <= stands) throw invalidFields({ wanted: `the limit is ${stands} already` });
  const about = { accountId, model, metric, kind: "raise" } as const;
  const id = await inTransaction(async (tx) => {
    await lockRequestsOf(tx, accountId);
    if (await isWaiting(tx, about)) throw waitsAlready();
    const id = await insertLimitRequest(tx, {
      ...about,
      model: model ?? "",
      wanted: BigInt(wanted),
      reason: reason.trim(),
      wantedUntil: until,
      stood: BigInt(stands),
      askedBy: actor.name,
      askedById: actor.type === "user" ? actor.id : null,
    });
    await audit(tx, actor, { action: "limit-request.create", targetType, targetId: id, after: body });
    return id;
  });
  return getLimitRequest(id);
}

/** Throws 404. */
export async function getLimitRequest(id: string): Promise<LimitRequest> {
  const request = await findLimitRequest(id);
  if (request === undefined) throw notFound("limit request");
  return request;
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
  await requireEffect({ accountId, model, metric }, body.value);
  const value = BigInt(body.value);
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
async function requireEffect(about: Pick<LimitRequest, "accountId" | "model" | "metric">, value: number) {
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
  await inTransaction(async (tx) => {
    const request = await decide(tx, actor, id, { state: "refused", answer: answer.trim() }, now);
    // A proposal that is not followed changes nothing for the customer.
    if (request.kind === "raise") await tell(tx, request, base);
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

type Verdict = {
  state: "granted" | "refused" | "withdrawn";
  answer: string;
  granted?: bigint;
  grantedUntil?: Date | null;
};
type Decided = NonNullable<Awaited<ReturnType<typeof findLimitRequest>>>;

/** Of two who decide at once one wins: the condition stands in the update. */
async function decide(
  tx: Transaction,
  actor: Actor,
  id: string,
  verdict: Verdict,
  now: Date,
): Promise<Decided> {
  const won = await decideRow(tx, id, { ...verdict, decidedBy: actor.name, decidedAt: now });
  const request = await findLimitRequest(id, tx);
  if (request === undefined) throw notFound("limit request");
  if (!won) throw decidedAlready(request);
  const { state, granted, grantedUntil, answer } = request;
  const action = { granted: "grant", refused: "refuse", withdrawn: "withdraw" }[verdict.state];
  await audit(tx, actor, {
    action: `limit-request.${action}`,
    targetType,
    targetId: id,
    before: { state: "waiting", wanted: request.wanted },
    after: { state, granted, grantedUntil, answer },
  });
  return request;
}

async function tell(tx: Transaction, request: Decided, base: string): Promise<void> {
  const { kind, accountName, model, metric, wanted, granted, grantedUntil, answer } = request;
  const outcome = request.state === "refused" ? "refused" : kind === "reduce" ? "reduced" : "granted";
  const data = { outcome, accountName, model, metric, wanted, granted, until: grantedUntil, answer } as const;
  for (const { email, locale } of await readersOf(tx, request.accountId, request.askedById)) {
    const order = { to: email, template: "limit-decision", locale } as const;
    await queueMail(tx, { ...order, data: { ...data, link: `${base}/limits` } });
  }
}

function momentOf(text: string | null | undefined, now: Date): Date | null {
  if (text === null || text === undefined) return null;
  const moment = new Date(text);
  if (moment <= now) throw invalidFields({ until: "a time to come is expected" });
  if (moment.getTime() > now.getTime() + FURTHEST_DAYS * dayMs) {
    throw invalidFields({ until: "at most two years; leave it out for a limit that stays" });
  }
  return moment;
}

function waitsAlready(): AppError {
  const message = "You have asked about this limit already: we will answer, or take that request back first.";
  return new AppError({ code: "request_waiting", status: 409, message });
}

function decidedAlready(request: LimitRequest): AppError {
  const message = `This request is ${request.state} already, by ${request.decidedBy ?? "somebody else"}.`;
  return new AppError({ code: "request_decided", status: 409, message, extra: { current: request } });
}
