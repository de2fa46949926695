import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { findModelRow } from "#lib/models/store";
import { targetType } from "./decision-service.ts";
import type { Metric } from "./metrics.ts";
import type { CreateLimitRequest, LimitRequest } from "./request-schema.ts";
import { findLimitRequest, insertLimitRequest, isWaiting, lockRequestsOf } from "./request-store.ts";

/** What is asked for: a higher limit, which `stood` so far, or a line. */
type Asked = { accountId: string; model: string | null } & (
  | { kind: "raise"; metric: Metric; wanted: bigint; stood: bigint }
  | { kind: "line"; groupId: string }
);

/** Keeps what an account asks for. Throws 409 `request_waiting` where the same waits for an answer already. */
export async function storeRequest(
  actor: Actor,
  body: CreateLimitRequest,
  asked: Asked,
  until: Date | null,
): Promise<LimitRequest> {
  const { accountId, model, kind } = asked;
  const what = asked.kind === "raise" ? { metric: asked.metric } : { groupId: asked.groupId };
  const id = await inTransaction(async (tx) => {
    await lockRequestsOf(tx, accountId);
    if (await isWaiting(tx, { accountId, model, kind, ...what })) throw waitsAlready();
    const id = await insertLimitRequest(tx, {
      metric: "",
      wanted: 0n,
      ...asked,
      model: model ?? "",
      reason: body.reason.trim(),
      wantedUntil: until,
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

/** Throws 422 for the name of a model that there is not; null is all models. */
export async function requireModel(model: string | null): Promise<void> {
  if (model !== null && (await findModelRow(model)) === undefined) {
    throw invalidFields({ model: "there is no such model" });
  }
}

function waitsAlready(): AppError {
  const message = "You have asked for this already: we will answer, or take that request back first.";
  return new AppError({ code: "request_waiting", status: 409, message });
}
