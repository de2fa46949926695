import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signIn } from "#lib/auth/service";
import { codeAt } from "#lib/auth/totp";
import { prisma } from "#lib/db/client";
import { mailsTo } from "#lib/mail/testing";
import { testCookie, testPassword, testUser } from "../testing.ts";
import { listAccountsOperation } from "./accounts.ts";
import { getMe } from "./me.ts";
import {
  changePasswordOperation as changePassword,
  confirmTotpOperation as confirm,
  disableTotpOperation as disable,
  listMySignIns,
  makeRecoveryCodesOperation,
  signOutEverywhereOperation,
  startTotpOperation as start,
  updateMe,
} from "./profile.ts";
import { patchSettings } from "./settings.ts";
import { callerOf, startTestApi } from "./testing.ts";
import { deleteUserTotpOperation } from "./users.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const stepMs = 30_000;
const ip = "203.0.113.7";
type Person = Awaited<ReturnType<typeof testUser>>;

/** The one after that of now: taken, too, where the half minute ends on its way. */
const nextCode = (secret: string) => codeAt(secret, Date.now() + stepMs);

/** Turns the second factor on with the code of now, which is taken for half a minute more: the next is still unused. */
async function withTotp(person: Person): Promise<{ secret: string; recoveryCodes: string[] }> {
  const call = callerOf(person.cookie);
  const { secret } = (await call(start)).body;
  const { body } = await call(confirm, { body: { code: codeAt(secret, Date.now()) } });
  return { secret, recoveryCodes: body.recoveryCodes };
}

const enter = (email: string, code: string, from: string | null = ip) =>
  signIn({ email, password: testPassword, code }, { ip: from });

describe("one's own profile", () => {
  it("has a name and a language", async () => {
    const call = callerOf((await testUser("support")).cookie);
    const changed = await call(updateMe, { body: { name: "  Ada ", locale: "zh" } });
    expect(changed.body).toMatchObject({ name: "Ada", locale: "zh", role: "support" });
    expect((await call(updateMe, { body: { role: "owner" } })).body.fields).toHaveProperty("role");
    expect((await call(updateMe, { body: { locale: "tlh" } })).status).toBe(422);
  });

  it("lists the last sign-ins with their addresses", async () => {
    const person = await testUser("support");
    await enter(person.email, "", "198.51.100.9");
    const { body } = await callerOf(person.cookie)(listMySignIns);
    expect(body.items).toEqual([{ at: expect.any(String), ip: "198.51.100.9" }]);
  });
});

describe("a new password", () => {
  it("ends every other session; the one that asked goes on", async () => {
    const person = await testUser("operator");
    const elsewhere = callerOf(await testCookie(person.id));
    const body = { currentPassword: testPassword, newPassword: "a whole new secret" };
    const changed = await callerOf(person.cookie)(changePassword, { body });
    expect(changed.status).toBe(204);
    expect((await elsewhere(getMe)).status).toBe(401);
    const cookie = changed.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect((await callerOf(cookie)(getMe)).status).toBe(200);
    expect(await enter(person.email, "")).toBeUndefined();
    const signedIn = await signIn({ email: person.email, password: body.newPassword, code: "" }, { ip });
    expect(signedIn?.id).toBe(person.id);
    expect((await mailsTo(person.email)).at(-1)?.subject).toMatch(/password/i);
  });

  it("takes the current one and at least twelve characters", async () => {
    const call = callerOf((await testUser("operator")).cookie);
    const wrong = { currentPassword: "wrong", newPassword: "a whole new secret" };
    expect((await call(changePassword, { body: wrong })).body.fields).toHaveProperty("currentPassword");
    const short = { currentPassword: testPassword, newPassword: "short" };
    expect((await call(changePassword, { body: short })).body.fields).toHaveProperty("newPassword");
  });
});

it("signing out everywhere ends all of one's sessions", async () => {
  const person = await testUser("support");
  const calls = [callerOf(person.cookie), callerOf(await testCookie(person.id))];
  expect((await calls[0]?.(signOutEverywhereOperation))?.status).toBe(204);
  for (const call of calls) expect((await call(getMe)).status).toBe(401);
});

describe("a second factor", () => {
  it("is asked for at sign-in once a first code has confirmed it, and not before", async () => {
    const person = await testUser("operator");
    const call = callerOf(person.cookie);
    const { body } = await call(start);
    expect(body.uri).toContain(body.secret);
    expect((await enter(person.email, ""))?.id).toBe(person.id);
    expect((await call(confirm, { body: { code: "000000" } })).status).toBe(422);
    const confirmed = await call(confirm, { body: { code: codeAt(body.secret, Date.now()) } });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    await expect(enter(person.email, "")).rejects.toMatchObject({ code: "totp_required", status: 401 });
    await expect(enter(person.email, "000000")).rejects.toMatchObject({ code: "totp_invalid" });
    expect((await enter(person.email, nextCode(body.secret)))?.id).toBe(person.id);
    expect((await call(getMe)).body.user.totp).toBe(true);
    expect((await mailsTo(person.email)).length).toBe(1);
  });

  it("says nothing before the password is right", async () => {
    const person = await testUser("operator");
    await withTotp(person);
    expect(await signIn({ email: person.email, password: "wrong", code: "" }, { ip })).toBeUndefined();
  });

  it("takes each code once, also when it comes twice at once", async () => {
    const person = await testUser("operator");
    const { secret } = await withTotp(person);
    const code = nextCode(secret);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => enter(person.email, code)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(enter(person.email, code)).rejects.toMatchObject({ code: "totp_invalid" });
    await expect(enter(person.email, codeAt(secret, Date.now()))).rejects.toMatchObject({
      code: "totp_invalid",
    });
  });

  it("takes each recovery code once; new ones end the older ones; only hashes are kept", async () => {
    const person = await testUser("operator");
    const { recoveryCodes } = await withTotp(person);
    const [first = "", second = ""] = recoveryCodes;
    expect((await enter(person.email, first.toUpperCase()))?.id).toBe(person.id);
    await expect(enter(person.email, first)).rejects.toMatchObject({ code: "totp_invalid" });
    const renewed = await callerOf(person.cookie)(makeRecoveryCodesOperation);
    await expect(enter(person.email, second)).rejects.toMatchObject({ code: "totp_invalid" });
    expect((await enter(person.email, renewed.body.recoveryCodes[0]))?.id).toBe(person.id);
    const rows = await prisma().recoveryCode.findMany({ where: { userId: person.id } });
    expect(rows.map((row) => row.hash.length)).toEqual(Array(9).fill(32));
  });

  it("lets nobody guess: ten wrong codes and it is closed for 15 minutes, from everywhere", async () => {
    const person = await testUser("operator");
    const { secret } = await withTotp(person);
    const guesses = Array.from({ length: 14 }, (_, at) => enter(person.email, "000000", `198.51.100.${at}`));
    const refused = (await Promise.allSettled(guesses)).map((one) =>
      one.status === "rejected" ? one.reason.code : "in",
    );
    expect(refused.filter((code) => code === "totp_invalid").length).toBeLessThanOrEqual(10);
    expect(refused).toContain("too_many_sign_ins");
    const right = enter(person.email, nextCode(secret), "198.51.100.99");
    await expect(right).rejects.toMatchObject({ status: 429 });
  });

  it("is turned off by oneself, or by an owner for someone who lost it", async () => {
    const [one, other] = [await testUser("operator"), await testUser("support")];
    await withTotp(one);
    await withTotp(other);
    expect((await callerOf(one.cookie)(disable)).status).toBe(204);
    expect((await enter(one.email, ""))?.id).toBe(one.id);
    expect((await api.call(deleteUserTotpOperation, { params: { id: other.id } })).status).toBe(204);
    expect((await enter(other.email, ""))?.id).toBe(other.id);
    const row = await prisma().user.findUniqueOrThrow({ where: { id: other.id } });
    expect(row.totpSecret).toBeNull();
  });

  it("wants a password entered lately", async () => {
    const { id } = await testUser("operator");
    const idle = callerOf(await testCookie(id, 16 * 60_000));
    for (const operation of [start, disable, makeRecoveryCodesOperation]) {
      expect((await idle(operation)).body.code).toBe("reauthentication_required");
    }
  });
});

it("where the setting requires it, owners and operators can do nothing else before they have one", async () => {
  const [operator, support] = [await testUser("operator"), await testUser("support")];
  expect((await api.call(patchSettings, { body: { "security.requireTotp": true } })).status).toBe(200);
  const call = callerOf(operator.cookie);
  expect(await call(listAccountsOperation)).toMatchObject({ status: 403, body: { code: "totp_required" } });
  expect((await callerOf(support.cookie)(listAccountsOperation)).status).toBe(200);
  expect((await call(getMe)).body.mustEnrolTotp).toBe(true);
  await withTotp(operator);
  expect((await call(listAccountsOperation)).status).toBe(200);
  expect((await call(disable)).status).toBe(409);
});
