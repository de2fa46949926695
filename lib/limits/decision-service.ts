import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { dayMs } from "#lib/core/time";
import type { Transaction } from "#lib/db/transaction";
import { queueMail } from "#lib/mail/service";
import { readersOf } from "./reader-store.ts";
import type { LimitRequest } from "./request-schema.ts";
import { decideRow, findLimitRequest } from "./request-store.ts";

const FURTHEST_DAYS = 731;
export const targetType = "limit-request";

type Verdict = {
  state: "granted" | "refused" | "withdrawn";
  answer: string;
  granted?: bigint;
  grantedUntil?: Date | null;
};
export type Decided = NonNullable<Awaited<ReturnType<typeof findLimitRequest>>>;

/** Decides a request that waits. Throws 404, 409 `request_decided`. Of two who decide at once one wins: the condition stands in the update. */
export async function decide(
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

/** Writes to those who asked, and to the account's admins, what was decided. */
export async function tell(tx: Transaction, request: Decided, base: string): Promise<void> {
  for (const { email, locale } of await readersOf(tx, request.accountId, request.askedById)) {
    await queueMail(tx, { to: email, locale, ...decisionMail(request, base) });
  }
}

function decisionMail(request: Decided, base: string) {
  const { kind, state, accountName, line, model, metric, wanted, granted, answer } = request;
  const told = { accountName, model, until: request.grantedUntil, answer };
  if (line !== null || metric === null || wanted === null) {
    const outcome = state === "refused" ? ("refused" as const) : ("granted" as const);
    const data = { ...told, outcome, line: line?.name ?? "", link: `${base}/groups` };
    return { template: "line-decision", data } as const;
  }
  const outcome =
    state === "refused"
      ? ("refused" as const)
      : kind === "reduce"
        ? ("reduced" as const)
        : ("granted" as const);
  const data = { ...told, outcome, metric, wanted, granted, link: `${base}/limits` };
  return { template: "limit-decision", data } as const;
}

/** When something ends; null: it stays. Throws 422 for the past and for more than two years ahead. */
export function momentOf(text: string | null | undefined, now: Date): Date | null {
  if (text === null || text === undefined) return null;
  const moment = new Date(text);
  if (moment <= now) throw invalidFields({ until: "a time to come is expected" });
  if (moment.getTime() > now.getTime() + FURTHEST_DAYS * dayMs) {
    throw invalidFields({ until: "at most two years; leave it out for what stays" });
  }
  return moment;
}

function decidedAlready(request: LimitRequest): AppError {
  const message = `This request is ${request.state} already, by ${request.decidedBy ?? "somebody else"}.`;
  return new AppError({ code: "request_decided", status: 409, message, extra: { current: request } });
}
