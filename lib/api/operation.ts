import type { ZodType } from "zod";
import type { Action, MemberRole, Role } from "#lib/auth/can";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who acts: a person with a session, a program with a management token, or Tollgate itself. */
export type Actor = {
  type: "user" | "token" | "system";
  id: string;
  name: string;
  role: Role;
  ip: string | null;
};

/** An account that someone is a member of, and as what. */
export type Membership = { accountId: string; name: string; role: MemberRole };

export type OperationContext<P, Q, B> = {
  actor: Actor;
  params: P;
  query: Q;
  body: B;
  request: Request;
  /** A customer's accounts; undefined for the operators' side, which sees all. */
  own: readonly Membership[] | undefined;
  /** Headers that the answer will carry besides the kit's own. */
  answerHeaders: Headers;
};

/** How members of an account use an operation, for that account alone. */
export type CustomerUse<P, Q, B> = {
  /**
   * The account that a call is about: the path's `{id}`, the query's `accountId` (put in where it is missing:
   * the account that the session looks at), the body's, or found out from what the path names; "own" for what
   * lists the caller's accounts. Any other account's is answered 404, as is what does not exist.
   */
  account: "path" | "query" | "body" | "own" | ((context: OperationContext<P, Q, B>) => Promise<string>);
  /** Narrower shapes than the operators': what customers may ask, and what they may see. */
  query?: ZodType<Q>;
  body?: ZodType<B>;
  answer?: ZodType;
};

export type OperationSpec<P, Q, B, A> = {
  /** Names the operation in OpenAPI: "createKey". */
  id: string;
  method: Method;
  /** "/api/keys/{id}"; `{id...}` takes the rest of the path, slashes included. */
  path: string;
  summary: string;
  tag: string;
  permission: Action | "public";
  /** Without it no customer may use the operation, whatever its permission; `me.*` needs none. */
  customers?: CustomerUse<NoInfer<P>, NoInfer<Q>, NoInfer<B>>;
  params?: ZodType<P>;
  query?: ZodType<Q>;
  body?: ZodType<B>;
  /** The longest body that is read; default 1 MiB. At most 8 MiB: what stands before the API cuts off more. */
  maxBodyBytes?: number;
  /** What is answered; members that it does not name are left out of the answer. */
  answer: ZodType<A>;
  /** Content types of an answer that is a file (downloadAnswer), not JSON. */
  download?: readonly string[];
  /** Default 200. With 204 nothing of `run`'s result is sent. */
  status?: 200 | 201 | 204;
  /** Honours Idempotency-Key: for every POST that creates or moves money. */
  idempotent?: boolean;
  /**
   * The answer carries an ETag. A function names the part of the resource that the ETag is made of, so that
   * what traffic changes (balance, last use) does not make it stale.
   */
  etag?: boolean | ((resource: A) => unknown);
  /**
   * The resource as it stands (404: there is none), for If-Match: a stale one is refused with 409 and this, and so is
   * If-None-Match: * where there is one.
   */
  current?(context: OperationContext<P, Q, B>): Promise<A>;
  /** 403 `reauthentication_required` unless the password was entered in the last 15 min. Never for tokens. */
  stepUp?: boolean | ((context: OperationContext<P, Q, B>) => boolean);
  run(context: OperationContext<P, Q, B>): Promise<A>;
};

/** One operation of the management API, its types forgotten: what `serve` runs and OpenAPI lists. */
export type Operation = {
  id: string;
  method: Method;
  path: string;
  summary: string;
  tag: string;
  permission: Action | "public";
  customers: CustomerUse<unknown, unknown, unknown> | undefined;
  params: ZodType | undefined;
  query: ZodType | undefined;
  body: ZodType | undefined;
  maxBodyBytes: number | undefined;
  answer: ZodType;
  download: readonly string[] | undefined;
  status: 200 | 201 | 204;
  idempotent: boolean;
  /** The part of a resource that its ETag is made of; undefined: no ETag. */
  etagOf: ((resource: unknown) => unknown) | undefined;
  current: ((context: UntypedContext) => Promise<unknown>) | undefined;
  stepUp(context: UntypedContext): boolean;
  run(context: UntypedContext): Promise<unknown>;
};

export type UntypedContext = OperationContext<unknown, unknown, unknown>;

/** Declares an operation. The types of `params`, `query` and `body` follow from their zod shapes. */
export function operation<P, Q, B, A>(spec: OperationSpec<P, Q, B, A>): Operation {
  const { etag = false, stepUp = false, current } = spec;
  // `serve` parses with this operation's own shapes before it calls, so the context has the types of the spec.
  const typed = (context: UntypedContext) => context as OperationContext<P, Q, B>;
  return {
    id: spec.id,
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    tag: spec.tag,
    permission: spec.permission,
    customers: untypedUse(spec.customers),
    params: spec.params,
    query: spec.query,
    body: spec.body,
    maxBodyBytes: spec.maxBodyBytes,
    answer: spec.answer,
    download: spec.download,
    status: spec.status ?? 200,
    idempotent: spec.idempotent ?? false,
    etagOf: etagPart(etag),
    current: current && ((context) => current(typed(context))),
    stepUp: (context) => (typeof stepUp === "function" ? stepUp(typed(context)) : stepUp),
    run: (context) => spec.run(typed(context)),
  };
}

function untypedUse<P, Q, B>(use: CustomerUse<P, Q, B> | undefined): Operation["customers"] {
  if (use === undefined) return undefined;
  const { account, ...shapes } = use;
  if (typeof account === "string") return { ...shapes, account };
  return { ...shapes, account: (context) => account(context as OperationContext<P, Q, B>) };
}

function etagPart<A>(
  etag: boolean | ((resource: A) => unknown),
): ((resource: unknown) => unknown) | undefined {
  if (etag === false) return undefined;
  if (etag === true) return (resource) => resource;
  return (resource) => etag(resource as A);
}
