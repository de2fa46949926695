import { can } from "#lib/auth/can";
import { checkOrigin } from "#lib/auth/csrf";
import { authenticate, type Caller, requiresTotp } from "#lib/auth/live";
import { requireRecentPassword } from "#lib/auth/step-up";
import { AppError, isAppError } from "#lib/core/errors";
import { withLock } from "#lib/db/lock";
import { config } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { log } from "#lib/runtime/log";
import { withRequestBase } from "#lib/runtime/request-base";
import type { UserRecord } from "#lib/users/store";
import { enterAccount, forCustomers, isPersonal, membershipsOf } from "./customer-scope.ts";
import { downloadAnswer, downloadResponse } from "./download.ts";
import { etagOf, refuseExisting, refuseStale } from "./etag.ts";
import { runOnce } from "./idempotency.ts";
import { parseInput, type RouteParams } from "./input.ts";
import { mailBase } from "./mail-base.ts";
import type { Operation, UntypedContext } from "./operation.ts";
import { problemResponse } from "./problem.ts";

export type RouteHandler = (
  request: Request,
  context?: { params: Promise<RouteParams> },
) => Promise<Response>;

/**
 * The route handler of an operation. In this order: who calls, from where (cookies only), may they, is the input
 * whole, is it about an account of theirs (customers only), was the password entered lately, is the If-Match fresh (or,
 * with If-None-Match: *, is there none yet), was this POST answered before; then it runs. Answers are JSON by the operation's shape; errors are problem documents.
 */
export function serve(operation: Operation): RouteHandler {
  return async (request, routeContext) => {
    const requestId = newId();
    try {
      const params = (await routeContext?.params) ?? {};
      const response = await answer(operation, request, params);
      response.headers.set("x-request-id", requestId);
      return response;
    } catch (error) {
      if (!isAppError(error))
        log().error({ err: error, requestId, operation: operation.id }, "request failed");
      return problemResponse(error, requestId);
    }
  };
}

async function answer(asked: Operation, request: Request, routeParams: RouteParams): Promise<Response> {
  const caller = await authenticate(request);
  if (asked.permission !== "public") allow(asked, caller, request);
  if (caller.kind === "session" && !isPersonal(asked)) await requireSecondFactor(caller.user);
  const isCustomer = caller.kind !== "nobody" && caller.actor.role === "customer";
  const own = isCustomer ? await membershipsOf(caller.actor) : undefined;
  const operation = own === undefined ? asked : forCustomers(asked, own);
  const input = await parseInput(operation, request, routeParams, caller.kind === "session");
  const answerHeaders = new Headers({ "cache-control": "no-store" });
  const given: UntypedContext = { ...input, actor: caller.actor, request, own, answerHeaders };
  const context = own === undefined ? given : await enterAccount(operation, given, own);
  if (caller.kind === "session") {
    if (operation.stepUp(context)) requireRecentPassword(caller.session, Date.now());
    if (caller.refreshedCookie !== undefined) answerHeaders.append("set-cookie", caller.refreshedCookie);
  }
  return withRequestBase(
    () => mailBase(request, caller.actor),
    () =>
      operation.idempotent
        ? runOnce(request, context, () => run(operation, context))
        : run(operation, context),
  );
}

function allow(operation: Operation, caller: Caller, request: Request): void {
  if (caller.kind === "nobody") throw caller.refusal;
  if (caller.kind === "session") checkOrigin(request, config().publicUrl);
  // What a customer may is decided account by account, in customer-scope.ts.
  if (caller.actor.role === "customer") return;
  if (operation.permission !== "public" && can(caller.actor.role, operation.permission)) return;
  throw new AppError({
    code: "forbidden",
    status: 403,
    message: `The role ${caller.actor.role} may not do this.`,
  });
}

/** Who has to have a second factor and has none can only see to that. */
async function requireSecondFactor({ role, totpEnabledAt }: UserRecord): Promise<void> {
  if (totpEnabledAt !== null || !(await requiresTotp(role))) return;
  throw new AppError({
    code: "totp_required",
    status: 403,
    message: "Set up a second factor first, in your profile: the operator requires it.",
  });
}

async function run(operation: Operation, context: UntypedContext): Promise<Response> {
  const { current } = operation;
  if (current === undefined) return render(operation, context, await operation.run(context));
  // Check and change are one step for everybody who changes this resource.
  return withLock(`resource ${resourcePath(context.request)}`, async () => {
    const { headers } = context.request;
    if (headers.has("if-match")) {
      refuseStale(operation, context.request, operation.answer.parse(await current(context)));
    } else if (headers.get("if-none-match")?.trim() === "*") {
      const existing = await orNone(current(context));
      if (existing !== undefined) refuseExisting(operation, operation.answer.parse(existing));
    }
    return render(operation, context, await operation.run(context));
  });
}

/** What a request is about: a POST's last part is what is done with it. */
function resourcePath({ url, method }: Request): string {
  const { pathname } = new URL(url);
  return method === "POST" ? pathname.slice(0, pathname.lastIndexOf("/")) : pathname;
}

/** What a 404 says, as a value. */
async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (isAppError(error) && error.status === 404) return undefined;
    throw error;
  });
}

function render(operation: Operation, context: UntypedContext, result: unknown): Response {
  const headers = context.answerHeaders;
  if (operation.status === 204) return new Response(null, { status: 204, headers });
  // Parsing drops what the answer's shape does not name: no secret leaves by accident.
  const body = operation.answer.parse(result);
  if (operation.download) return downloadResponse(downloadAnswer.parse(body), headers);
  if (operation.etagOf) headers.set("etag", etagOf(operation.etagOf(body)));
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(body), { status: operation.status, headers });
}
