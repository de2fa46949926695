import { listMembershipsOf } from "#lib/accounts/member-store";
import { canInAccount } from "#lib/auth/can";
import { AppError, isAppError, notFound } from "#lib/core/errors";
import type { Actor, Membership, Operation, UntypedContext } from "./operation.ts";

/** Which account the session looks at, where someone is a member of several: set by the portal's switch. */
export const accountCookie = "tollgate-account";

/**
 * The operation as a customer may use it: with the narrower shapes. Throws 403 `forbidden` for what is the
 * operators' alone, and where their role is too weak in every account; `enterAccount` then looks at the one.
 */
export function forCustomers(operation: Operation, own: readonly Membership[]): Operation {
  const use = operation.customers;
  if (use === undefined) {
    if (isPersonal(operation)) return operation;
    throw refusal();
  }
  if (own.length > 0 && !own.some((one) => mayIn(one, operation))) throw refusal();
  return {
    ...operation,
    query: use.query ?? operation.query,
    body: use.body ?? operation.body,
    answer: use.answer ?? operation.answer,
  };
}

/** What a person may do with themselves, whatever they are. */
export function isPersonal({ permission }: Pick<Operation, "permission">): boolean {
  return permission === "public" || permission === "me.read" || permission === "me.write";
}

/**
 * The context of a customer's call, bound to one of their accounts. Throws 404 for another account's, told in
 * the same words as what does not exist, and 403 where their role in the account is too weak.
 */
export async function enterAccount(
  operation: Operation,
  context: UntypedContext,
  own: readonly Membership[],
): Promise<UntypedContext> {
  const use = operation.customers;
  if (use === undefined || use.account === "own") return context;
  const bound = use.account === "query" ? withAccount(context, own) : context;
  const accountId = await accountOf(use.account, bound);
  const membership = own.find((one) => one.accountId === accountId);
  if (membership === undefined) throw notYours();
  if (!mayIn(membership, operation)) throw refusal();
  return bound;
}

function mayIn({ role }: Membership, { permission }: Operation): boolean {
  return permission === "public" || canInAccount(role, permission);
}

/** Someone's accounts, the oldest membership first; a management token has none. */
export async function membershipsOf(actor: Actor): Promise<Membership[]> {
  return actor.type === "user" ? listMembershipsOf(actor.id) : [];
}

/** The account that a session looks at: the chosen one, as long as it is theirs, else the oldest. */
export function chosenAccount(request: Request, own: readonly Membership[]): Membership | undefined {
  const cookies = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  const chosen = cookies.find(([name]) => name === accountCookie)?.[1];
  return own.find((one) => one.accountId === chosen) ?? own[0];
}

function withAccount(context: UntypedContext, own: readonly Membership[]): UntypedContext {
  const query = context.query as { accountId?: string };
  const accountId = query.accountId ?? chosenAccount(context.request, own)?.accountId;
  return { ...context, query: { ...query, accountId } };
}

type Account = NonNullable<Operation["customers"]>["account"];

async function accountOf(account: Account, context: UntypedContext): Promise<string | undefined> {
  const { params, query, body } = context as {
    params: { id?: string };
    query: { accountId?: string };
    body: { accountId?: string };
  };
  if (account === "path") return params.id;
  if (account === "query") return query.accountId;
  if (account === "body") return body.accountId;
  if (account === "own") return undefined;
  try {
    return await account(context);
  } catch (error) {
    if (isAppError(error) && error.status === 404) throw notYours();
    throw error;
  }
}

function notYours(): AppError {
  return notFound("thing in your accounts");
}

function refusal(): AppError {
  return new AppError({ code: "forbidden", status: 403, message: "Your role may not do this." });
}
