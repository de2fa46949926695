import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isPersonal } from "#lib/api/customer-scope";
import { operations } from "#lib/api/operations/index";
import { startTestConsole } from "#lib/api/testing";
import { type Action, can, memberRoles } from "#lib/auth/can";
import { prisma } from "#lib/db/client";
import { call, makeSide, pathOf, type Side } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let mine: Side;
let theirs: Side;
beforeAll(async () => {
  app = await startTestConsole({ seeded: true });
  mine = await makeSide();
  theirs = await makeSide();
});
afterAll(() => app.stop());

const shared = operations.filter(
  ({ customers, permission }) => customers !== undefined && permission !== "public",
);
const ofOperators = operations.filter((one) => one.customers === undefined && !isPersonal(one));

describe("a customer and another account's things", () => {
  it.each(shared.map((operation) => [operation.id, operation] as const))(
    "%s: nothing is found, changed or told",
    async (_id, operation) => {
      for (const role of memberRoles) {
        for (const path of foreignPaths(operation)) {
          const answer = await call(operation, path, mine[role], foreignBody(operation.id));
          // A member who may not even do it in their own account is told so, whatever the id.
          const status = can("customer", operation.permission as Action, role) ? 404 : 403;
          if (operation.customers?.account === "own") expect(answer.text).not.toContain(theirs.accountId);
          else expect(answer, `${operation.method} ${path}`).toMatchObject({ status });
        }
      }
    },
  );

  it.each(ofOperators.map((operation) => [operation.id, operation] as const))(
    "%s: is the operators' alone",
    async (_id, operation) => {
      const answer = await call(operation, pathOf(operation, theirs), mine.admin);
      expect(answer).toMatchObject({ status: 403, code: "forbidden" });
    },
  );

  it("tells what exists elsewhere and what exists nowhere in the same words", async () => {
    const getKey = operations.find(({ id }) => id === "getKey");
    if (getKey === undefined) throw new Error("there is no operation getKey");
    const nowhere = { ...theirs, keyId: "00000000-0000-7000-8000-00000000aaaa" };
    const answers = [];
    for (const side of [theirs, nowhere]) {
      const { status, text } = await call(getKey, pathOf(getKey, side), mine.admin);
      answers.push({ status, text: text.replace(/"requestId":"[^"]+"/, "") });
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("shows no row of theirs, whatever filter names their key", async () => {
    for (const id of [
      "listLogs",
      "listKeys",
      "getMetrics",
      "listRecharges",
      "listInvitations",
      "listLimitRequests",
      "listIncidents",
    ]) {
      const operation = operations.find((one) => one.id === id);
      if (operation === undefined) throw new Error(`there is no operation ${id}`);
      const filters =
        id === "getMetrics"
          ? `metric=rpm&keyId=${theirs.keyId}`
          : id === "listLogs"
            ? `keyId=${theirs.keyId}`
            : "";
      const { status, text } = await call(operation, `${operation.path}?${filters}`, mine.admin);
      expect(status, id).toBe(200);
      for (const foreign of Object.values(theirs)) {
        if (filters.includes(foreign)) continue;
        expect(text, id).not.toContain(foreign);
      }
    }
  });
});

it("a customer's log rows tell nothing of channels, attempts and upstream's names", async () => {
  for (const id of ["listLogs", "getLog"]) {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`there is no operation ${id}`);
    const { status, text } = await call(operation, pathOf(operation, mine), mine.member);
    expect(status).toBe(200);
    expect(text).toContain(mine.requestId);
    expect(text).not.toMatch(/channel|attempt|upstreamModel|operators-own-name/i);
  }
});

it("who belongs to no account finds nothing, and to several looks at the one the session chose", async () => {
  const listKeys = operations.find(({ id }) => id === "listKeys");
  if (listKeys === undefined) throw new Error("there is no operation listKeys");
  await prisma().membership.create({ data: { accountId: theirs.accountId, userId: mine.extraId } });
  const asked = await call(listKeys, `/api/keys?accountId=${theirs.accountId}`, mine.extraId);
  expect(asked.text).toContain(theirs.keyId);
  expect((await call(listKeys, "/api/keys", mine.extraId)).text).toContain(mine.keyId);
  await prisma().membership.deleteMany({ where: { userId: mine.extraId } });
  expect((await call(listKeys, "/api/keys", mine.extraId)).status).toBe(404);
});

/** The operation's path with each id in turn another account's, or the account in the query. */
function foreignPaths(operation: (typeof operations)[number]): string[] {
  const { account } = operation.customers ?? {};
  if (account === "query") return [`${operation.path}?accountId=${theirs.accountId}${asked(operation.id)}`];
  if (operation.id === "listAppliedLimits") return [`${operation.path}?keyId=${theirs.keyId}&model=sim-chat`];
  const all = pathOf(operation, theirs);
  if (!operation.path.includes("{userId}")) return [all];
  return [all, pathOf(operation, theirs, { extraId: mine.extraId })];
}

/** What a call cannot do without. */
function asked(id: string): string {
  if (id === "countIncidentDays") return "&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z";
  return id === "getMetrics" || id === "getLimitHistory" ? "&metric=rpm" : "";
}

/** Whole bodies: an operation must refuse them for whose they are, not for what they lack. */
function foreignBody(id: string): unknown {
  const bodies: Record<string, unknown> = {
    createLimitRequest: { accountId: theirs.accountId, metric: "rpm", wanted: 10, reason: "Theirs" },
    beginRecharge: { accountId: theirs.accountId, method: "stripe", amount: "10", currency: "USD" },
    createClaim: { accountId: theirs.accountId, orderNo: "Stolen" },
    redeemCode: { accountId: theirs.accountId, code: "AAAA-AAAA-AAAA-AAAA" },
    createKey: { accountId: theirs.accountId, name: "Stolen" },
    updateKey: { name: "Stolen" },
    rotateKey: { overlapSeconds: 0 },
    changeKeys: { action: "delete", ids: [theirs.keyId] },
    createInvitation: { accountId: theirs.accountId, email: "thief@example.com" },
    inviteMember: { email: "thief@example.com" },
    updateMember: { role: "admin" },
    updateBalanceCare: { lowBalanceDays: 1 },
    putIncidentPolicy: { accountId: theirs.accountId, policy: null },
    updateIncident: { state: "resolved" },
  };
  // What can be done in an incident needs nothing to be said.
  return bodies[id] ?? (/Incident/.test(id) ? {} : undefined);
}
