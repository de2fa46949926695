import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "#lib/auth/service";
import { prisma } from "#lib/db/client";
import { mailsTo, newestToken } from "#lib/mail/testing";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { deleteUser, updateUser } from "#lib/users/service";
import { testCookie, testOrigin, testPassword, testUser } from "../testing.ts";
import { createAccountOperation, getAccountOperation } from "./accounts.ts";
import {
  acceptInvitationOperation as accept,
  createInvitationOperation as invite,
  listInvitationsOperation as listInvitations,
  readInvitationOperation as read,
  resendInvitationOperation as resend,
  deleteInvitationOperation as takeBack,
} from "./invitations.ts";
import { createKeyOperation, listKeysOperation } from "./keys.ts";
import { getMe } from "./me.ts";
import {
  inviteMemberOperation as inviteMember,
  listMembersOperation as listMembers,
  removeMemberOperation as removeMember,
  updateMemberOperation as updateMember,
} from "./members.ts";
import { callerOf, nobody, startTestApi } from "./testing.ts";
import { createTokenOperation } from "./tokens.ts";
import {
  endUserSessionsOperation,
  getUserOperation as get,
  listUsersOperation as list,
  listAccountsOfUserOperation,
  deleteUserOperation as remove,
  updateUserOperation as update,
} from "./users.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  setConfig({ ...config(), publicUrl: testOrigin });
});
afterAll(() => api.stop());

const system = { type: "user", name: "owner", role: "owner", ip: null } as const;
const password = "twelve letters";
const address = () => `${newId()}@example.com`;
const newAccount = async (name: string) =>
  (await api.call(createAccountOperation, { body: { name } })).body.id as string;

/** Someone who accepted an invitation to an account; answers their calls. */
async function join(accountId: string, role: "admin" | "member") {
  const email = address();
  await api.call(inviteMember, { params: { id: accountId }, body: { email, role } });
  const token = await newestToken(email);
  const { body: user } = await nobody(accept, { body: { token, password, name: role } });
  return { email, id: user.id as string, call: callerOf(await testCookie(user.id)) };
}

describe("people", () => {
  it("are changed by owners: another role and disabling end their sessions at once", async () => {
    const { id, cookie } = await testUser("operator");
    const they = callerOf(cookie);
    expect((await they(getMe)).status).toBe(200);
    const changed = await api.call(update, {
      params: { id },
      body: { role: "support", name: "Sam", locale: "zh" },
    });
    expect(changed.body).toMatchObject({ id, role: "support", name: "Sam", locale: "zh", status: "active" });
    expect((await they(getMe)).status).toBe(401);
    const again = callerOf(await testCookie(id));
    expect((await again(getMe)).body.role).toBe("support");
    await api.call(update, { params: { id }, body: { status: "disabled" } });
    expect((await again(getMe)).status).toBe(401);
  });

  it("keep their session when only their name changes, and lose all of them on request", async () => {
    const { id, cookie } = await testUser("operator");
    await api.call(update, { params: { id }, body: { name: "New name" } });
    expect((await callerOf(cookie)(getMe)).body.user.name).toBe("New name");
    expect((await api.call(endUserSessionsOperation, { params: { id } })).status).toBe(204);
    expect((await callerOf(cookie)(getMe)).status).toBe(401);
  });

  it("keep at least one owner, also when two demote each other at once", async () => {
    const { id } = await testUser("owner");
    const owners = await prisma().user.findMany({ where: { role: "owner" } });
    expect(owners).toHaveLength(2);
    const [one, other] = owners.map((owner) => ({ ...system, id: owner.id }));
    if (one === undefined || other === undefined) throw new Error("two owners are expected");
    const demote = { role: "support" } as const;
    const outcomes = await Promise.allSettled([
      updateUser(one, other.id, demote),
      updateUser(other, one.id, { status: "disabled" }),
    ]);
    expect(await prisma().user.count({ where: { role: "owner", status: "active" } })).toBe(1);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "last_owner", status: 409 } }]);
    // Whoever lost, lost their sessions too: the owner who makes this file's calls needs theirs again.
    for (const { id: ownerId, role, status, sessionVersion } of owners) {
      await prisma().user.update({ where: { id: ownerId }, data: { role, status, sessionVersion } });
    }
    await prisma().user.update({ where: { id }, data: { role: "support" } });
  });

  it("are deleted by owners: every way in ends at once, what they did keeps their name, accounts stay", async () => {
    const { id, email, cookie } = await testUser("operator");
    await prisma().user.update({ where: { id }, data: { name: "Grace" } });
    const they = callerOf(cookie);
    const token = (await they(createTokenOperation, { body: { name: "bot" } })).body.secret;
    const made = (await they(createAccountOperation, { body: { name: "Stays" } })).body.id;
    await prisma().membership.create({ data: { userId: id, accountId: made, role: "admin" } });
    const accounts = (await api.call(listAccountsOfUserOperation, { params: { id } })).body.items;
    expect(accounts).toEqual([{ accountId: made, name: "Stays", role: "admin", isLastAdmin: true }]);
    expect((await (await api.as("operator"))(remove, { params: { id } })).status).toBe(403);
    expect((await api.call(remove, { params: { id } })).status).toBe(204);
    expect((await they(getMe)).status).toBe(401);
    const byToken = { headers: { authorization: `Bearer ${token}` } };
    expect((await nobody(getMe, byToken)).status).toBe(401);
    expect(await signIn({ email, password: testPassword, code: "" }, { ip: null })).toBeUndefined();
    const shown = (await api.call(get, { params: { id } })).body;
    expect(shown).toMatchObject({ id, name: "Grace", email: "", status: "deleted" });
    expect((await api.call(list, { query: { q: "Grace" } })).body.items).toEqual([]);
    expect((await api.call(list, { query: { q: "Grace", status: "deleted" } })).body.items).toHaveLength(1);
    const authored = await prisma().auditEntry.findFirstOrThrow({
      where: { actorId: id, action: "account.create" },
    });
    expect(authored.actorName).toBe("Grace");
    const kept = (await api.call(getAccountOperation, { params: { id: made } })).body;
    expect(kept).toMatchObject({ id: made, name: "Stays", status: "active" });
    expect((await api.call(listMembers, { params: { id: made } })).body.items).toEqual([]);
    const row = await prisma().$queryRaw<{ text: string }[]>`
      SELECT u::text AS text FROM app_user u WHERE id = ${id}::uuid`;
    expect(row[0]?.text).not.toContain(email);
    expect((await api.call(remove, { params: { id } })).status).toBe(404);
    const again = await api.call(update, { params: { id }, body: { status: "active" } });
    expect(again.status).toBe(404);
    // The address is free again.
    const invited = await api.call(invite, { body: { email, role: "support" } });
    expect(invited.status).toBe(201);
  });

  it("are not deleted when nobody would be an owner any more, also when two delete each other at once", async () => {
    const me = (await api.call(getMe)).body.user.id;
    expect(await api.call(remove, { params: { id: me } })).toMatchObject({
      status: 409,
      body: { code: "last_owner" },
    });
    const { id } = await testUser("owner");
    const by = (actor: string) => ({ ...system, id: actor });
    const owners = await prisma().user.findMany({ where: { role: "owner" } });
    const outcomes = await Promise.allSettled([deleteUser(by(me), id), deleteUser(by(id), me)]);
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    for (const { id: owner, ...data } of owners) await prisma().user.update({ where: { id: owner }, data });
    await prisma().user.update({ where: { id }, data: { role: "support" } });
  });

  it("are found by address, name, role and state, a page at a time", async () => {
    const { email } = await testUser("support");
    const found = await api.call(list, { query: { q: email.slice(0, 14).toUpperCase(), role: "support" } });
    expect(found.body.items.map((user: { email: string }) => user.email)).toContain(email);
    expect(JSON.stringify(found.body)).not.toMatch(/password|secret|hash/i);
    const page = await api.call(list, { query: { limit: 1 } });
    const next = await api.call(list, { query: { limit: 1, cursor: page.body.nextCursor } });
    expect(next.body.items[0].id).not.toBe(page.body.items[0].id);
  });
});

describe("invitations to the console", () => {
  it("make a person with the role once the mail's link is accepted, once", async () => {
    const email = address();
    const made = await api.call(invite, { body: { email: email.toUpperCase(), role: "operator" } });
    expect(made).toMatchObject({
      status: 201,
      body: { email, role: "operator", accountId: null, state: "open" },
    });
    const [mail] = await mailsTo(email);
    expect(mail?.text).toContain(`http://console.test/invitation?token=${mail?.token}`);
    const token = mail?.token ?? "";
    expect((await nobody(read, { query: { token } })).body).toEqual({
      email,
      accountName: null,
      isRegistration: false,
      isKnown: false,
    });
    expect((await nobody(accept, { body: { token } })).body.fields).toEqual({ password: "required" });
    const racers = [1, 2, 3].map(() => nobody(accept, { body: { token, password, name: "Olga" } }));
    const statuses = (await Promise.all(racers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 404, 404]);
    const [user] = (await api.call(list, { query: { q: email } })).body.items;
    expect(user).toMatchObject({ email, name: "Olga", role: "operator", status: "active" });
    const [invitation] = (await api.call(listInvitations, { query: { state: "accepted" } })).body.items;
    expect(invitation).toMatchObject({ id: made.body.id, state: "accepted" });
  });

  it("are the owners' alone, and not for an address that has a sign-in", async () => {
    const operator = await api.as("operator");
    expect((await operator(invite, { body: { email: address(), role: "support" } })).status).toBe(403);
    const { email } = await testUser("support");
    expect(await api.call(invite, { body: { email, role: "owner" } })).toMatchObject({
      status: 409,
      body: { code: "user_exists" },
    });
    const { body: open } = await api.call(invite, { body: { email: address(), role: "support" } });
    for (const operation of [resend, takeBack]) {
      expect((await operator(operation, { params: { id: open.id } })).status).toBe(403);
    }
  });

  it("name either a role or an account", async () => {
    const both = { email: address(), role: "support", accountId: newId() };
    expect((await api.call(invite, { body: both })).body.fields).toHaveProperty("role");
    expect((await api.call(invite, { body: { email: address() } })).body.fields).toHaveProperty("role");
  });

  it("end with a newer one, with a resent one and when they are taken back", async () => {
    const email = address();
    const body = { email, role: "support" };
    await api.call(invite, { body });
    const first = await newestToken(email);
    const { body: second } = await api.call(invite, { body });
    const secondToken = await newestToken(email);
    expect((await nobody(read, { query: { token: first } })).status).toBe(404);
    expect((await api.call(resend, { params: { id: second.id } })).status).toBe(200);
    expect((await nobody(read, { query: { token: secondToken } })).status).toBe(404);
    const third = await newestToken(email);
    expect((await nobody(read, { query: { token: third } })).status).toBe(200);
    expect((await api.call(takeBack, { params: { id: second.id } })).status).toBe(204);
    expect((await nobody(accept, { body: { token: third, password } })).status).toBe(404);
    expect((await api.call(takeBack, { params: { id: second.id } })).body.code).toBe("invitation_settled");
  });

  it("expire after 24 hours", async () => {
    const email = address();
    await api.call(invite, { body: { email, role: "support" } });
    const token = await newestToken(email);
    await prisma().oneTimeToken.updateMany({ where: { usedAt: null }, data: { expiresAt: new Date() } });
    expect((await nobody(accept, { body: { token, password } })).body.code).toBe("link_not_valid");
  });
});

describe("members of an account", () => {
  it("are invited by its admins, see it, and make keys in it", async () => {
    const accountId = await newAccount("Acme");
    const admin = await join(accountId, "admin");
    expect((await admin.call(getMe)).body).toMatchObject({
      role: "customer",
      accounts: [{ accountId, name: "Acme", role: "admin" }],
      accountId,
    });
    const email = address();
    const params = { id: accountId };
    const invited = await admin.call(inviteMember, { params, body: { email } });
    expect(invited).toMatchObject({ status: 201, body: { accountName: "Acme", memberRole: "member" } });
    const { body: user } = await nobody(accept, { body: { token: await newestToken(email), password } });
    const member = callerOf(await testCookie(user.id));
    const key = await member(createKeyOperation, { body: { accountId, name: "Mine" } });
    expect(key.status).toBe(201);
    expect((await member(listKeysOperation)).body.items).toHaveLength(1);
    expect((await member(inviteMember, { params, body: { email: address() } })).status).toBe(403);
    const { items } = (await member(listMembers, { params })).body;
    expect(items.map((one: { email: string; role: string }) => [one.email, one.role])).toEqual([
      [admin.email, "admin"],
      [email, "member"],
    ]);
  });

  it("put no key on another line: that is a matter of price", async () => {
    const accountId = await newAccount("Acme");
    const { call } = await join(accountId, "admin");
    const refused = await call(createKeyOperation, { body: { accountId, name: "Cheap", group: "default" } });
    expect(refused).toMatchObject({ status: 422, body: { fields: { group: "unknown field" } } });
  });

  it("join with the sign-in that they have, and see every account of theirs", async () => {
    const [one, other] = [await newAccount("One"), await newAccount("Other")];
    const { call, email } = await join(one, "member");
    await api.call(inviteMember, { params: { id: other }, body: { email, role: "admin" } });
    const token = await newestToken(email);
    expect((await nobody(read, { query: { token } })).body).toMatchObject({
      isKnown: true,
      accountName: "Other",
    });
    expect((await nobody(accept, { body: { token } })).status).toBe(201);
    expect((await call(getMe)).body.accounts).toHaveLength(2);
    const chosen = await call(getMe, { headers: { cookie: `tollgate-account=${other}` }, addsCookie: true });
    expect(chosen.body).toMatchObject({
      accountId: other,
      permissions: expect.arrayContaining(["members.write"]),
    });
  });

  it("answer an invitation of a known address as one of an unknown, after the same work", async () => {
    const accountId = await newAccount("Acme");
    const { call } = await join(accountId, "admin");
    const { email: staff } = await testUser("operator");
    const answers = [];
    for (const email of [staff, address()]) {
      const before = await prisma().mail.count();
      const { status, body } = await call(inviteMember, { params: { id: accountId }, body: { email } });
      const mails = (await prisma().mail.count()) - before;
      answers.push({ status, fields: Object.keys(body), state: body.state, mails });
    }
    expect(answers[0]).toMatchObject({ status: 201, mails: 1 });
    expect(answers[1]).toEqual(answers[0]);
  });

  it("lose it at once when they are removed; one admin stays, also when two remove each other at once", async () => {
    const accountId = await newAccount("Acme");
    const [first, second] = [await join(accountId, "admin"), await join(accountId, "admin")];
    const remove = (who: string) => ({ params: { id: accountId, userId: who } });
    const statuses = await Promise.all([
      first.call(removeMember, remove(second.id)),
      second.call(removeMember, remove(first.id)),
    ]);
    expect(await prisma().membership.count({ where: { accountId, role: "admin" } })).toBe(1);
    expect(statuses.filter(({ status }) => status === 204)).toHaveLength(1);
    const left = (await prisma().membership.findFirstOrThrow({ where: { accountId } })).userId;
    const [stays, gone] = left === first.id ? [first, second] : [second, first];
    expect((await gone.call(listKeysOperation)).status).toBe(404);
    for (const operation of [removeMember, updateMember]) {
      const body = operation === updateMember ? { body: { role: "member" } } : {};
      expect((await stays.call(operation, { ...remove(stays.id), ...body })).body.code).toBe("last_admin");
    }
    expect((await api.call(removeMember, remove(stays.id))).status).toBe(204);
  });
});
