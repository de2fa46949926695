import { z } from "zod";
import { mailBase } from "#lib/api/mail-base";
import { operation } from "#lib/api/operation";
import { invalidFields, notFound } from "#lib/core/errors";
import { decodeCursor, toPage } from "#lib/core/page";
import { idInput, idParams, pageAnswer } from "#lib/core/shapes";
import { getLimitRequest } from "#lib/limits/ask-service";
import { askForLine } from "#lib/limits/line-request-service";
import {
  createLimitRequestBody,
  grantLimitRequestBody,
  limitRequestAnswer,
  limitRequestPage,
  listLimitRequestsQuery,
  refuseLimitRequestBody,
  waitingRequestsAnswer,
} from "#lib/limits/request-schema";
import { askForLimit, grantLimit, refuseLimit, withdrawRequest } from "#lib/limits/request-service";
import { countWaiting, listLimitRequests } from "#lib/limits/request-store";

const tag = "Limit requests";

/** Which of the operators decided is between operators. */
const customersView = limitRequestAnswer.omit({ decidedBy: true });

/** Whose request it is; proposals to cut a grant are between operators. */
async function accountOfRequest(id: string): Promise<string> {
  const { kind, accountId } = await getLimitRequest(id);
  if (kind === "reduce") throw notFound("limit request");
  return accountId;
}

export const listLimitRequestsOperation = operation({
  id: "listLimitRequests",
  method: "GET",
  path: "/api/limit-requests",
  summary:
    "Higher limits, lines and models that customers ask for, and grants that could be cut, newest first",
  tag,
  permission: "limitRequests.read",
  customers: { account: "query", answer: pageAnswer(customersView) },
  query: listLimitRequestsQuery,
  answer: limitRequestPage,
  async run({ query, own }) {
    const [after] = decodeCursor(query.cursor, z.tuple([idInput])) ?? [];
    return toPage(
      await listLimitRequests(query, after, { withProposals: own === undefined }),
      query.limit,
      (request) => request,
      (request) => [request.id],
    );
  },
});

export const createLimitRequestOperation = operation({
  id: "createLimitRequest",
  method: "POST",
  path: "/api/limit-requests",
  summary: "Ask for a higher limit, or for a line or a model on it; one at a time for each",
  tag,
  permission: "limitRequests.write",
  customers: { account: "body", answer: customersView },
  body: createLimitRequestBody,
  answer: limitRequestAnswer,
  status: 201,
  idempotent: true,
  run({ actor, body }) {
    const { line, metric, wanted } = body;
    if (line !== undefined) return askForLine(actor, { ...body, line }, new Date());
    if (metric === undefined || wanted === undefined) throw invalidFields({ metric: "a metric is expected" });
    return askForLimit(actor, { ...body, metric, wanted }, new Date());
  },
});

export const countLimitRequestsOperation = operation({
  id: "countWaitingLimitRequests",
  method: "GET",
  path: "/api/limit-requests/waiting",
  summary: "How many limit requests wait for an answer",
  tag,
  permission: "limits.write",
  answer: waitingRequestsAnswer,
  run: async () => ({ waiting: await countWaiting() }),
});

export const getLimitRequestOperation = operation({
  id: "getLimitRequest",
  method: "GET",
  path: "/api/limit-requests/{id}",
  summary: "One limit request",
  tag,
  permission: "limitRequests.read",
  customers: { account: ({ params }) => accountOfRequest(params.id), answer: customersView },
  params: idParams,
  answer: limitRequestAnswer,
  run: ({ params }) => getLimitRequest(params.id),
});

export const grantLimitRequestOperation = operation({
  id: "grantLimitRequest",
  method: "POST",
  path: "/api/limit-requests/{id}/grant",
  summary: "Grant it, or less or more; in force at once, the customer is written to; decided once",
  tag,
  permission: "limits.write",
  params: idParams,
  body: grantLimitRequestBody,
  answer: limitRequestAnswer,
  run: ({ actor, params, body, request }) =>
    grantLimit(actor, params.id, body, { now: new Date(), base: mailBase(request, actor) }),
});

export const refuseLimitRequestOperation = operation({
  id: "refuseLimitRequest",
  method: "POST",
  path: "/api/limit-requests/{id}/refuse",
  summary: "Refuse it with a reason that the customer is sent; decided once",
  tag,
  permission: "limits.write",
  params: idParams,
  body: refuseLimitRequestBody,
  answer: limitRequestAnswer,
  run: ({ actor, params, body, request }) =>
    refuseLimit(actor, params.id, body.answer, { now: new Date(), base: mailBase(request, actor) }),
});

export const withdrawLimitRequestOperation = operation({
  id: "withdrawLimitRequest",
  method: "POST",
  path: "/api/limit-requests/{id}/withdraw",
  summary: "Take back what was asked, as long as nobody has answered",
  tag,
  permission: "limitRequests.write",
  customers: { account: ({ params }) => accountOfRequest(params.id), answer: customersView },
  params: idParams,
  answer: limitRequestAnswer,
  run: ({ actor, params }) => withdrawRequest(actor, params.id, new Date()),
});
