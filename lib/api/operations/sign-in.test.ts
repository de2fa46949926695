import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forgetSignIns } from "#lib/auth/known-store";
import { signIn } from "#lib/auth/service";
import { prisma } from "#lib/db/client";
import { mailsTo, newestToken } from "#lib/mail/testing";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { registry } from "#lib/runtime/prometheus";
import { testCookie, testOrigin, testPassword, testUser } from "../testing.ts";
import { acceptInvitationOperation as accept, readInvitationOperation } from "./invitations.ts";
import { getMe } from "./me.ts";
import { patchSettings } from "./settings.ts";
import {
  forgotPassword as forgot,
  getSignInOptions,
  readPasswordReset as read,
  register,
  resetPasswordOperation as reset,
} from "./sign-in.ts";
import { callerOf, nobody, startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  setConfig({ ...config(), publicUrl: testOrigin });
  for (const sql of COUNT_MAILS) await prisma().$executeRawUnsafe(sql);
});
afterAll(() => api.stop());

const address = () => `${newId()}@example.com`;
const password = "a whole new secret";
const enter = (email: string, secret: string) =>
  signIn({ email, password: secret, code: "" }, { ip: "203.0.113.7" });

async function hashes(): Promise<number> {
  const metric = await registry().getSingleMetric("tollgate_password_hashes_total")?.get();
  return metric?.values[0]?.value ?? 0;
}

/** A sequence counts rows that were taken back too: it takes no part in transactions. */
const COUNT_MAILS = [
  "CREATE SEQUENCE mails_written",
  "SELECT nextval('mails_written')",
  `CREATE FUNCTION count_mail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM nextval('public.mails_written'); RETURN NEW; END $$`,
  "CREATE TRIGGER count_mail BEFORE INSERT ON mail FOR EACH ROW EXECUTE FUNCTION count_mail()",
];

/** Rows that were ever put into the outbox. */
async function mailsWritten(): Promise<number> {
  const [row] = await prisma().$queryRaw<{ last_value: bigint }[]>`SELECT last_value FROM mails_written`;
  return Number(row?.last_value);
}

describe("a forgotten password", () => {
  it("is set anew through the mail's link, once; every session ends", async () => {
    const person = await testUser("operator");
    expect((await nobody(forgot, { body: { email: person.email.toUpperCase() } })).status).toBe(204);
    const [mail] = await mailsTo(person.email);
    const token = mail?.token ?? "";
    expect(mail?.text).toContain(`${testOrigin}/reset-password?token=${token}`);
    expect((await nobody(read, { query: { token } })).body).toEqual({ email: person.email });
    const racers = [1, 2, 3].map(() => nobody(reset, { body: { token, password } }));
    const statuses = (await Promise.all(racers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 404, 404]);
    expect((await callerOf(person.cookie)(getMe)).status).toBe(401);
    expect(await enter(person.email, testPassword)).toBeUndefined();
    expect((await enter(person.email, password))?.id).toBe(person.id);
    expect((await nobody(read, { query: { token } })).status).toBe(404);
  });

  it("has a link for 30 minutes, and only the newest one", async () => {
    const person = await testUser("operator");
    await nobody(forgot, { body: { email: person.email } });
    const first = await newestToken(person.email);
    await nobody(forgot, { body: { email: person.email } });
    const second = await newestToken(person.email);
    expect((await nobody(reset, { body: { token: first, password } })).body.code).toBe("link_not_valid");
    const link = await prisma().oneTimeToken.findFirstOrThrow({
      where: { subject: person.id, usedAt: null },
    });
    const minutes = (link.expiresAt.getTime() - link.createdAt.getTime()) / 60_000;
    expect(Math.round(minutes)).toBe(30);
    await prisma().oneTimeToken.updateMany({
      where: { subject: person.id },
      data: { expiresAt: new Date() },
    });
    expect((await nobody(reset, { body: { token: second, password } })).status).toBe(404);
  });

  it("keeps only hashes of the links' tokens, and the outbox does not show them", async () => {
    const person = await testUser("operator");
    await nobody(forgot, { body: { email: person.email } });
    const token = await newestToken(person.email);
    const kept = await prisma().$queryRaw<{ text: string }[]>`
      SELECT m::text AS text FROM mail m UNION ALL SELECT o::text FROM one_time_token o
      UNION ALL SELECT a::text FROM audit_entry a`;
    const hex = Buffer.from(token).toString("hex");
    expect(kept.filter(({ text }) => text.includes(token) || text.includes(hex))).toEqual([]);
  });

  it("answers an unknown address and a disabled person's as a known one, after the same work", async () => {
    const known = await testUser("operator");
    const disabled = await testUser("operator");
    await prisma().user.update({ where: { id: disabled.id }, data: { status: "disabled" } });
    const answers = [];
    for (const email of [known.email, address(), disabled.email]) {
      const before = await mailsWritten();
      const { status, body } = await nobody(forgot, { body: { email } });
      answers.push({ status, body, mailsWritten: (await mailsWritten()) - before });
    }
    expect(answers[0]).toEqual({ status: 204, body: null, mailsWritten: 1 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(await mailsTo(disabled.email)).toEqual([]);
  });

  it("causes at most five mails in 15 minutes for an address, known or not", async () => {
    for (const email of [(await testUser("operator")).email, address()]) {
      const statuses: number[] = [];
      for (let at = 0; at < 6; at += 1) statuses.push((await nobody(forgot, { body: { email } })).status);
      expect(statuses).toEqual([204, 204, 204, 204, 204, 429]);
    }
    await prisma().signInFailure.deleteMany();
  });

  it("mails no link to a host that a stranger names", async () => {
    const person = await testUser("operator");
    setConfig({ ...config(), publicUrl: undefined });
    const refused = await nobody(forgot, {
      body: { email: person.email },
      headers: { host: "evil.example" },
    });
    setConfig({ ...config(), publicUrl: testOrigin });
    expect(refused).toMatchObject({ status: 503, body: { code: "public_url_required" } });
    expect(await mailsTo(person.email)).toEqual([]);
  });
});

describe("a sign-in", () => {
  it("hashes once for a wrong password, an unknown address and a disabled person alike", async () => {
    const known = await testUser("operator");
    const disabled = await testUser("operator");
    await prisma().user.update({ where: { id: disabled.id }, data: { status: "disabled" } });
    const work = [];
    for (const [email, secret] of [
      [known.email, "wrong"],
      [address(), "wrong"],
      [disabled.email, testPassword],
    ] as const) {
      const before = await hashes();
      expect(await enter(email, secret)).toBeUndefined();
      work.push((await hashes()) - before);
    }
    expect(work).toEqual([1, 1, 1]);
  });

  it("hashes nothing once an address is throttled", async () => {
    const email = address();
    for (let at = 0; at < 10; at += 1) await enter(email, "wrong");
    const before = await hashes();
    await expect(enter(email, "wrong")).rejects.toMatchObject({ status: 429 });
    expect(await hashes()).toBe(before);
  });
});

describe("a sign-in from elsewhere", () => {
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
  const from = (email: string, ip: string, userAgent: string) =>
    signIn({ email, password: testPassword, code: "" }, { ip, userAgent, link: `${testOrigin}/profile` });
  const told = async (email: string) => (await mailsTo(email)).map(({ text }) => text);

  it("is told by mail when network or browser are new to the person, not at the first one, nor again", async () => {
    const { email } = await testUser("operator");
    await from(email, "203.0.113.7", firefox);
    await from(email, "203.0.113.99", firefox.replaceAll("140", "141"));
    expect(await told(email)).toEqual([]);
    await from(email, "198.51.100.4", firefox);
    const [network] = await told(email);
    expect(network).toMatch(/new address[\s\S]*198\.51\.100\.4[\s\S]*Firefox on Linux[\s\S]*\/profile/);
    await from(email, "198.51.100.4", chrome);
    const texts = await told(email);
    expect(texts.filter((text) => text.includes("Chrome on Windows"))).toHaveLength(1);
    await from(email, "203.0.113.8", chrome);
    await from(email, "198.51.100.4", firefox);
    expect(await told(email)).toHaveLength(2);
  });

  it("is not told where the setting says so, and what was not used for long is forgotten", async () => {
    const { id, email } = await testUser("operator");
    await from(email, "203.0.113.7", firefox);
    await api.call(patchSettings, { body: { "signIn.mailUnfamiliar": false } });
    await from(email, "198.51.100.4", chrome);
    await api.call(patchSettings, { body: { "signIn.mailUnfamiliar": true } });
    expect(await told(email)).toEqual([]);
    await prisma().knownSignIn.updateMany({
      where: { userId: id, network: "198.51.100.0/24" },
      data: { lastAt: new Date("2026-01-01") },
    });
    expect(await forgetSignIns(new Date("2026-02-01"))).toBe(1);
    await from(email, "198.51.100.4", firefox);
    expect(await told(email)).toHaveLength(1);
  });
});

describe("registration", () => {
  it("is off until a setting allows it", async () => {
    expect((await nobody(getSignInOptions)).body).toMatchObject({ registration: false });
    expect((await nobody(register, { body: { email: address() } })).status).toBe(404);
  });

  it("opens an account for a proved address, and tells nobody whether an address is known", async () => {
    await api.call(patchSettings, { body: { "signIn.registration": true } });
    const email = address();
    const known = await testUser("support");
    const answers = [];
    for (const each of [email, known.email]) {
      const before = await mailsWritten();
      const { status, body } = await nobody(register, { body: { email: each, locale: "zh" } });
      answers.push({ status, body, mailsWritten: (await mailsWritten()) - before });
    }
    expect(answers[1]).toEqual(answers[0]);
    const token = await newestToken(email);
    expect((await nobody(readInvitationOperation, { query: { token } })).body).toMatchObject({
      email,
      isRegistration: true,
      isKnown: false,
    });
    const made = await nobody(accept, { body: { token, password, name: "Wei", accountName: "Wei's shop" } });
    expect(made).toMatchObject({ status: 201, body: { email, role: "customer", locale: "zh" } });
    const me = await callerOf(await testCookie(made.body.id))(getMe);
    expect(me.body.accounts).toMatchObject([{ name: "Wei's shop", role: "admin" }]);
    const [toKnown] = await mailsTo(known.email);
    expect(toKnown?.text).toContain("/reset-password?token=");
  });
});
