import { addMember } from "#lib/accounts/member-store";
import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";
import { startTestConsole, testCookie, testRequest, testUser } from "#lib/api/testing";
import { personOf } from "#lib/api/walk/testing";
import type { MemberRole, Role } from "#lib/auth/can";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { inTransaction } from "#lib/db/transaction";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { loadPublishedVersions } from "#lib/pricing/store";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { createAccountOperation } from "./accounts.ts";
import { createKeyOperation } from "./keys.ts";

export type TestCall = {
  params?: Record<string, string>;
  query?: Record<string, string | number>;
  body?: unknown;
  headers?: Record<string, string>;
  /** The cookie in `headers` comes beside the session's. */
  addsCookie?: boolean;
};

/** A JSON answer of unknown shape, as a program sees it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers the way a program without types does
export type TestAnswer = { status: number; body: any; headers: Headers };

/** Operations over HTTP shapes on a database of their own, as someone signed in with a role. */
export async function startTestApi(options: { seeded?: boolean } = {}) {
  const app = await startTestConsole(options);
  const call = callerOf((await testUser("owner")).cookie);
  return {
    stop: () => app.stop(),
    call,
    /** An account with one member, who calls the API. */
    async customer(name: string, role: MemberRole) {
      const accountId: string = (await call(createAccountOperation, { body: { name } })).body.id;
      const userId = await personOf("customer");
      await inTransaction((tx) => addMember(tx, { accountId, userId, role }));
      const { email } = await prisma().user.findUniqueOrThrow({ where: { id: userId } });
      return { accountId, userId, email, call: callerOf(await testCookie(userId)) };
    },
    /** Someone else, whose password was entered `ageMs` ago. */
    as: async (role: Role, ageMs = 0) => callerOf((await testUser(role, ageMs)).cookie),
  };
}

/** Someone who is not signed in. */
export const nobody = callerOf(undefined);

/** Calls with a session cookie. */
export function callerOf(cookie: string | undefined) {
  return async (operation: Operation, call: TestCall = {}): Promise<TestAnswer> => {
    const search = new URLSearchParams(
      Object.entries(call.query ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const path = operation.path.replace(/\{(\w+)(?:\.\.\.)?\}/g, (_, name: string) =>
      encodeURIComponent(call.params?.[name] ?? ""),
    );
    const { headers } = call.addsCookie
      ? { headers: { ...call.headers, cookie: `${call.headers?.cookie}; ${cookie}` } }
      : call;
    const request = testRequest(operation.method, `${path}?${search}`, {
      ...(cookie === undefined ? {} : { cookie }),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(headers === undefined ? {} : { headers }),
    });
    const response = await serve(operation)(request);
    const text = await response.text();
    return {
      status: response.status,
      body: bodyOf(response, text),
      headers: response.headers,
    };
  };
}

/** JSON as what it says, a file as its text. */
function bodyOf(response: Response, text: string): unknown {
  if (text === "") return null;
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
}

export type LoggedCalls = Awaited<ReturnType<typeof startLoggedCalls>>;

export const channelId = "00000000-0000-7000-8000-000000000001";

/** A console with one account, its key, and five calls within one minute: two served, one failed, two refused. */
export async function startLoggedCalls() {
  // The last whole minute but one, so that every row lies in one minute of the past.
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000 - 120_000;

  const api = await startTestApi({ seeded: true });
  const accountId: string = (await api.call(createAccountOperation, { body: { name: "Acme" } })).body.id;
  const keyId: string = (await api.call(createKeyOperation, { body: { accountId, name: "Main" } })).body.id;
  const [version] = await loadPublishedVersions();
  const base = {
    ...emptyRow,
    accountId,
    keyId,
    groupId: "default",
    endpoint: "/v1/chat/completions",
    ip: "203.0.113.7",
  };
  const served = {
    ...base,
    model: "sim-chat",
    channelId,
    status: 200,
    usageSource: "upstream" as const,
    priceVersionId: version?.id ?? null,
    modelMultiplier: "3/40",
    completionMultiplier: "25/3",
    groupMultiplier: "1",
    attempts: [{ channelId, status: 200, errorClass: null, startMs: 1, durationMs: 99 }],
    latencyMs: 100,
  };
  const rows: RequestLogRow[] = [
    {
      ...served,
      promptTokens: 1000,
      completionTokens: 500,
      costNanoUsd: 450_000n,
      stream: true,
      firstTokenMs: 20,
    },
    {
      ...served,
      promptTokens: 10,
      completionTokens: 1,
      costNanoUsd: 2_100n,
      ip: "2001:db8::9",
      latencyMs: 3000,
    },
    { ...served, usageSource: "none" as const, status: 502, errorCode: "upstream_error", ip: "198.51.100.4" },
    { ...base, status: 429, errorCode: "rate_limit_exceeded", model: "sim-chat" },
    { ...base, accountId: null, keyId: null, groupId: null, status: 401, errorCode: "invalid_api_key" },
  ].map((row, index) => {
    const createdAtMs = minuteMs + index * 1000;
    return { ...row, createdAtMs, requestId: newId(createdAtMs) };
  });
  const batch = rows.map((row) => ({ row, held: false, periodStartMs: null }));
  await writeSettlements(batch, newId, pool());
  return { api, accountId, keyId, rows, minuteMs };
}
