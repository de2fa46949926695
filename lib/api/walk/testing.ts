import { randomBytes } from "node:crypto";
import type { Operation } from "#lib/api/operation";
import { serve } from "#lib/api/serve";
import { testCookie, testRequest } from "#lib/api/testing";
import { memberRoles, type Role } from "#lib/auth/can";
import { prisma } from "#lib/db/client";
import { pool } from "#lib/db/pool";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";

/** Who calls: nobody, a member of an account by role, or someone of the console. */
export const callers = ["nobody", ...memberRoles, "support", "operator", "owner"] as const;
export type Caller = (typeof callers)[number];

export type Side = Awaited<ReturnType<typeof makeSide>>;

/** An account with one of everything that belongs to it: an admin, members, and things of each kind. */
export async function makeSide() {
  const account = await prisma().account.create({ data: { name: "Side" } });
  const accountId = account.id;
  await prisma().$executeRaw`INSERT INTO hot.account_funds (account_id) VALUES (${accountId}::uuid)`;
  const key = await prisma().apiKey.create({
    data: { accountId, name: "Key", hash: randomBytes(32), prefix: "sk-tg-abcdef", last4: "wxyz" },
  });
  const [admin, member, extra, person] = [
    await personOf("customer"),
    await personOf("customer"),
    await personOf("customer"),
    await personOf("support"),
  ];
  await prisma().membership.createMany({
    data: [
      { accountId, userId: admin, role: "admin" },
      { accountId, userId: member, role: "member" },
      { accountId, userId: extra, role: "member" },
    ],
  });
  const invitation = await prisma().invitation.create({
    data: {
      email: `${newId()}@example.com`,
      accountId,
      memberRole: "member",
      invitedBy: admin,
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  const recharge = await prisma().recharge.create({
    data: {
      accountId,
      method: "manual",
      orderNo: newId(),
      amount: "1",
      currency: "USD",
      rate: "1",
      rateDate: "2026-11-22",
      creditNanoUsd: 1_000_000_000n,
      status: "credited",
    },
  });
  const statement = await prisma().statement.create({
    data: {
      accountId,
      month: "2026-10",
      timeZone: "UTC",
      startsAt: new Date("2026-10-01"),
      endsAt: new Date("2026-11-01"),
      openingNanoUsd: 0n,
      lateNanoUsd: 0n,
      closingNanoUsd: 0n,
      lines: [],
    },
  });
  const request = await prisma().limitRequest.create({
    data: { accountId, metric: "rpm", wanted: 10n, askedBy: "Side" },
  });
  const incident = await prisma().incident.create({
    data: {
      accountId,
      keyId: key.id,
      cause: "pattern",
      score: 50,
      networks: ["203.0.113.0/24"],
      since: new Date(),
      lastSeenAt: new Date(),
    },
  });
  return {
    accountId,
    incidentId: incident.id,
    limitRequestId: request.id,
    keyId: key.id,
    requestId: await makeLogRow(accountId, key.id),
    invitationId: invitation.id,
    rechargeId: recharge.id,
    statementId: statement.id,
    extraId: extra,
    personId: person,
    admin,
    member,
  };
}

async function makeLogRow(accountId: string, keyId: string): Promise<string> {
  const createdAtMs = Date.now() - 60_000;
  const row = {
    ...emptyRow,
    requestId: newId(createdAtMs),
    createdAtMs,
    accountId,
    keyId,
    groupId: "default",
    endpoint: "/v1/chat/completions",
    model: "sim-chat",
    upstreamModel: "operators-own-name",
    channelId: "00000000-0000-7000-8000-000000000001",
    status: 429,
    errorCode: "rate_limit_exceeded",
  };
  await writeSettlements([{ row, held: false, periodStartMs: null }], newId, pool());
  return row.requestId;
}

/**
 * The path of an operation about a side's things. Throws for one that customers use and whose parameters nobody has
 * told it about: a new operation has to say here whose things it takes.
 */
export function pathOf(operation: Operation, side: Side, foreign: Partial<Side> = {}): string {
  const ids = { ...side, ...foreign };
  const idOf: Record<string, string> = {
    "/api/accounts/{id}": ids.accountId,
    "/api/keys/{id}": ids.keyId,
    "/api/logs/{requestId}": ids.requestId,
    "/api/invitations/{id}": ids.invitationId,
    "/api/recharges/{id}": ids.rechargeId,
    "/api/limit-requests/{id}": ids.limitRequestId,
    "/api/incidents/{id}": ids.incidentId,
    "/api/statements/{id}": ids.statementId,
    "/api/users/{id}": ids.personId,
    "/api/accounts/{id}/members/{userId}": ids.extraId,
  };
  let template = "";
  const parts = operation.path.split("/").map((part) => {
    template = template === "" && part === "" ? "" : `${template}/${part}`;
    if (!part.startsWith("{")) return part;
    const id = idOf[template];
    if (id !== undefined) return id;
    if (operation.customers === undefined) return unknownId;
    throw new Error(`${operation.id}: tell lib/api/walk/testing.ts what ${template} is`);
  });
  return parts.join("/");
}

const unknownId = "00000000-0000-7000-8000-00000000ffff";

/** Calls an operation; a body that no shape takes keeps a write from being done once it was allowed. */
export async function call(
  operation: Operation,
  path: string,
  userId: string | undefined,
  body?: unknown,
): Promise<{ status: number; code: string; text: string }> {
  const request = testRequest(operation.method, path, {
    ...(userId === undefined ? {} : { cookie: await testCookie(userId) }),
    ...(operation.body === undefined ? {} : { body: body ?? { noSuchField: true } }),
  });
  const response = await serve(operation)(request);
  const text = await response.text();
  const { code } = (response.ok || text === "" ? {} : JSON.parse(text)) as { code?: string };
  return { status: response.status, code: code ?? "", text };
}

/** Someone who can sign in; nobody knows their password. */
export async function personOf(role: Role): Promise<string> {
  const data = { email: `${newId()}@example.com`, passwordHash: "none", role };
  return (await prisma().user.create({ data })).id;
}
