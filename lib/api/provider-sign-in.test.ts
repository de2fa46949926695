import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findSession } from "#lib/auth/live";
import { codeAt, makeTotpSecret } from "#lib/auth/totp";
import { prisma } from "#lib/db/client";
import { mailsTo } from "#lib/mail/testing";
import { config, setConfig } from "#lib/runtime/config";
import { newId } from "#lib/runtime/id";
import { open, seal } from "#lib/secrets/live";
import { type Somebody, startTestIssuer, testClient } from "#lib/sign-in/testing";
import { serveAuth } from "./auth-route.ts";
import { deleteIdentity, enterSignInCode, listIdentities, startLink } from "./operations/identities.ts";
import { createInvitationOperation } from "./operations/invitations.ts";
import { getMe } from "./operations/me.ts";
import { patchSettings } from "./operations/settings.ts";
import { getSignInOptions } from "./operations/sign-in.ts";
import { getSignInProvider, listSignInProviders, putSignInProvider } from "./operations/sign-in-providers.ts";
import { callerOf, nobody, startTestApi } from "./operations/testing.ts";
import { testOrigin, testRequest, testUser } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  issuer = await startTestIssuer();
  setConfig({ ...config(), publicUrl: testOrigin });
  for (const id of ["oidc", "github"]) await put(id, { name: id === "oidc" ? "Acme" : "GitHub" });
});
afterAll(async () => {
  await issuer.stop();
  await api.stop();
});
beforeEach(() => prisma().setting.deleteMany({ where: { key: "signIn.registration" } }));

const address = () => `${newId()}@example.com`;
const sub = () => String(Math.floor(Math.random() * 1e9));
const put = (id: string, body: object) =>
  api.call(putSignInProvider, { params: { id }, body: { issuer: issuer.url, ...testClient, ...body } });

type Jar = Record<string, string>;

function keep(jar: Jar, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const at = pair.indexOf("=");
    if (/Max-Age=0/i.test(line)) delete jar[pair.slice(0, at)];
    else jar[pair.slice(0, at)] = pair.slice(at + 1);
  }
}

const cookieOf = (jar: Jar) =>
  Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

async function ask(jar: Jar, method: string, path: string, form?: Record<string, string>): Promise<Response> {
  const base = testRequest(method, path, {
    headers: {
      cookie: cookieOf(jar),
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    },
  });
  const request =
    form === undefined ? base : new Request(base, { body: new URLSearchParams(form).toString() });
  const response = await serveAuth(request);
  keep(jar, response.headers);
  return response;
}

/** The way to the provider and back, up to the address that the provider sends the browser to. */
async function wayBack(jar: Jar, provider: string): Promise<URL> {
  const { csrfToken } = (await (await ask(jar, "GET", "/api/auth/csrf")).json()) as { csrfToken: string };
  const form = { csrfToken, callbackUrl: "/logs?status=429", json: "true" };
  const { url } = (await (await ask(jar, "POST", `/api/auth/signin/${provider}`, form)).json()) as {
    url: string;
  };
  const answer = await fetch(url, { redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "");
}

/** A whole sign-in: where the browser ends, and who is signed in then. */
async function come(who: Somebody, { provider = "oidc", jar = {} }: { provider?: string; jar?: Jar } = {}) {
  issuer.become(who);
  const back = await wayBack(jar, provider);
  const answer = await ask(jar, "GET", `${back.pathname}${back.search}`);
  return { to: answer.headers.get("location"), jar, user: await signedIn(jar) };
}

async function signedIn(jar: Jar) {
  return (await findSession(new Headers({ cookie: cookieOf(jar) })))?.user;
}

/** Google is nowhere but at its own address; here the issuer of the test answers in its place. */
async function enterGoogle(): Promise<void> {
  const entered = await put("google", { name: "Google" });
  expect(entered.body).toMatchObject({ issuer: "https://accounts.google.com" });
  await prisma().signInProvider.update({ where: { id: "google" }, data: { issuer: issuer.url } });
}

describe.each(["oidc", "github", "google"])("a sign-in at %s", (provider) => {
  beforeAll(() => (provider === "google" ? enterGoogle() : undefined));
  afterAll(() => prisma().signInProvider.deleteMany({ where: { id: "google" } }));

  it("lets in whose verified address has a sign-in here, and knows them by their subject from then on", async () => {
    const person = await testUser("operator");
    const who = { sub: sub(), email: person.email.toUpperCase(), email_verified: true };
    const first = await come(who, { provider });
    expect(first.user?.id).toBe(person.id);
    expect(first.to).toBe(`${testOrigin}/logs?status=429`);
    // Even with another address, or one that is not verified: the subject counts.
    const again = await come({ sub: who.sub, email: address(), email_verified: false }, { provider });
    expect(again.user?.id).toBe(person.id);
    const entries = await prisma().auditEntry.findMany({
      where: { targetId: person.id },
      orderBy: { id: "asc" },
    });
    expect(entries.map(({ action }) => action)).toEqual([
      "identity.link",
      "session.create",
      "session.create",
    ]);
    const [mail] = await mailsTo(person.email);
    expect(mail?.text).toContain("Another way to sign in");
  });

  it("refuses an unverified address, an unknown one and a disabled person's with one answer, and makes nobody", async () => {
    const person = await testUser("operator");
    const disabled = await testUser("operator");
    await prisma().user.update({ where: { id: disabled.id }, data: { status: "disabled" } });
    const before = await prisma().user.count();
    const answers = [
      await come({ sub: sub(), email: person.email, email_verified: false }, { provider }),
      await come({ sub: sub(), email: address(), email_verified: true }, { provider }),
      await come({ sub: sub(), email: disabled.email, email_verified: true }, { provider }),
      await come({ sub: sub() }, { provider }),
    ];
    for (const { to, user } of answers)
      expect({ to, user }).toEqual({ to: "/?error=refused", user: undefined });
    expect(await prisma().user.count()).toBe(before);
    expect(await prisma().identity.count({ where: { userId: { in: [person.id, disabled.id] } } })).toBe(0);
  });

  it("ends with a disabled person's link, too", async () => {
    const person = await testUser("operator");
    const who = { sub: sub(), email: person.email, email_verified: true };
    const { jar } = await come(who, { provider });
    await prisma().user.update({ where: { id: person.id }, data: { status: "disabled" } });
    expect(await signedIn(jar)).toBeUndefined();
    expect((await come(who, { provider })).to).toBe("/?error=refused");
  });

  it("takes no answer to somebody else's question: another state, none, or another browser's", async () => {
    const person = await testUser("operator");
    issuer.become({ sub: sub(), email: person.email, email_verified: true });
    const jar: Jar = {};
    const back = await wayBack(jar, provider);
    const code = back.searchParams.get("code") ?? "";
    const path = back.pathname;
    const forged = [
      await ask({ ...jar }, "GET", `${path}?code=${code}&state=forged`),
      await ask({ ...jar }, "GET", `${path}?code=${code}`),
      await ask({}, "GET", `${path}${back.search}`),
    ];
    for (const answer of forged) {
      expect(answer.headers.get("location")).toContain("error=");
      expect(answer.headers.getSetCookie().join()).not.toContain("session-token=ey");
    }
    const stolen: Jar = {};
    await wayBack(stolen, provider);
    const state = back.searchParams.get("state") ?? "";
    const swapped = await ask(stolen, "GET", `${path}?code=${code}&state=${state}`);
    expect(swapped.headers.get("location")).toContain("error=");
    expect(await signedIn(stolen)).toBeUndefined();
  });

  it("asks for the second factor's code, and gives no session before", async () => {
    const person = await testUser("operator");
    const secret = makeTotpSecret(new Uint8Array(20).fill(7));
    const totp = { totpSecret: seal(secret, "user.totp"), totpEnabledAt: new Date() };
    await prisma().user.update({ where: { id: person.id }, data: totp });
    const { to, jar, user } = await come(
      { sub: sub(), email: person.email, email_verified: true },
      { provider },
    );
    expect({ to, user }).toEqual({ to: "/logs?status=429", user: undefined });
    const headers = () => ({ cookie: cookieOf(jar) });
    expect((await nobody(getSignInOptions, { headers: headers() })).body.awaitsCode).toBe(true);
    const wrong = await nobody(enterSignInCode, { body: { code: "000000" }, headers: headers() });
    expect(wrong).toMatchObject({ status: 401, body: { code: "totp_invalid" } });
    const code = codeAt(secret, Date.now());
    expect((await nobody(enterSignInCode, { body: { code } })).status).toBe(401);
    const entered = await nobody(enterSignInCode, { body: { code }, headers: headers() });
    keep(jar, entered.headers);
    expect(entered.status).toBe(204);
    expect((await signedIn(jar))?.id).toBe(person.id);
    expect((await nobody(getSignInOptions, { headers: headers() })).body.awaitsCode).toBe(false);
  });
});

describe("who is new", () => {
  it("comes in by an open invitation to the verified address, with its role, once", async () => {
    const email = address();
    const made = await api.call(createInvitationOperation, { body: { email, role: "support" } });
    expect((await come({ sub: sub(), email, email_verified: false })).to).toBe("/?error=refused");
    const { user } = await come({ sub: sub(), email, email_verified: true, name: "Ada" });
    expect(user).toMatchObject({ email, name: "Ada", role: "support", passwordHash: "" });
    const invitation = await prisma().invitation.findUniqueOrThrow({ where: { id: made.body.id } });
    expect(invitation.acceptedAt).not.toBeNull();
  });

  it("registers with an account of their own, where a setting allows it", async () => {
    await api.call(patchSettings, { body: { "signIn.registration": true } });
    const email = address();
    const { user, jar } = await come({ sub: sub(), email, email_verified: true, name: "Wei" });
    expect(user?.role).toBe("customer");
    const me = await callerOf(cookieOf(jar))(getMe);
    expect(me.body).toMatchObject({ hasPassword: false, accounts: [{ name: "Wei", role: "admin" }] });
  });

  it("is not somebody whose address at the provider went to another person", async () => {
    const person = await testUser("operator");
    const email = person.email;
    expect((await come({ sub: sub(), email, email_verified: true })).user?.id).toBe(person.id);
    expect((await come({ sub: sub(), email, email_verified: true })).to).toBe("/?error=refused");
  });

  it("is nobody with an id token made for another nonce", async () => {
    const person = await testUser("operator");
    const { to, user } = await come({
      sub: sub(),
      email: person.email,
      email_verified: true,
      nonce: "other",
    });
    expect(to).toContain("error=");
    expect(user).toBeUndefined();
  });
});

describe("linking", () => {
  it("needs the password entered lately, works with any address, and can be taken back", async () => {
    const stale = callerOf((await testUser("operator", 20 * 60_000)).cookie);
    expect(await stale(startLink, { body: { provider: "oidc" } })).toMatchObject({
      status: 403,
      body: { code: "reauthentication_required" },
    });
    const person = await testUser("customer");
    const call = callerOf(person.cookie);
    const jar: Jar = {};
    const [name = "", value = ""] = person.cookie.split("=");
    jar[name] = value;
    keep(jar, (await call(startLink, { body: { provider: "oidc" } })).headers);
    const who = { sub: sub(), email: address(), email_verified: false };
    expect((await come(who, { jar })).to).toBe("/profile?linked=oidc");
    const { items } = (await call(listIdentities)).body;
    expect(items).toMatchObject([{ provider: "oidc", providerName: "Acme", email: null }]);
    expect((await come(who)).user?.id).toBe(person.id);
    const other = callerOf((await testUser("operator")).cookie);
    expect((await other(deleteIdentity, { params: { id: items[0].id } })).status).toBe(404);
    expect((await call(deleteIdentity, { params: { id: items[0].id } })).status).toBe(204);
    expect((await come(who)).to).toBe("/?error=refused");
  });

  it("takes nobody else's sign-in away", async () => {
    const owner = await testUser("operator");
    const who = { sub: sub(), email: owner.email, email_verified: true };
    await come(who);
    const thief = await testUser("operator");
    const [name = "", value = ""] = thief.cookie.split("=");
    const jar: Jar = { [name]: value };
    keep(jar, (await callerOf(thief.cookie)(startLink, { body: { provider: "oidc" } })).headers);
    expect((await come(who, { jar })).to).toBe("/profile?linked=taken");
    expect((await come(who)).user?.id).toBe(owner.id);
  });

  it("leaves the last way in to somebody without a password", async () => {
    const email = address();
    await api.call(createInvitationOperation, { body: { email, role: "support" } });
    const { user } = await come({ sub: sub(), email, email_verified: true });
    const identity = await prisma().identity.findFirstOrThrow({ where: { userId: user?.id ?? "" } });
    const { testCookie } = await import("./testing.ts");
    const call = callerOf(await testCookie(user?.id ?? ""));
    expect((await call(deleteIdentity, { params: { id: identity.id } })).body.code).toBe("last_way_in");
    expect(await prisma().identity.count({ where: { id: identity.id } })).toBe(1);
  });
});

describe("a sign-in provider", () => {
  it("is not changed on a stale copy: what somebody else saved is shown", async () => {
    const params = { id: "oidc" };
    const save = (name: string, headers: Record<string, string>) => {
      const body = { issuer: issuer.url, clientId: testClient.clientId, name };
      return api.call(putSignInProvider, { params, body, headers });
    };
    const read = { "if-match": (await api.call(getSignInProvider, { params })).headers.get("etag") ?? "" };
    expect((await save("Acme of theirs", read)).status).toBe(200);
    const stale = await save("Acme", read);
    expect(stale).toMatchObject({
      status: 409,
      body: { code: "stale", current: { name: "Acme of theirs" } },
    });
    const fresh = { "if-match": stale.headers.get("etag") ?? "" };
    expect((await save("Acme", fresh)).body.name).toBe("Acme");
  });

  it("is entered by an owner; its secret is sealed, never comes back, and is asked for again with another address", async () => {
    const listed = await api.call(listSignInProviders);
    expect(JSON.stringify(listed.body)).not.toContain(testClient.clientSecret);
    expect(listed.body.items[0]).toMatchObject({
      id: "github",
      callbackUrl: `${testOrigin}/api/auth/callback/github`,
    });
    const row = await prisma().signInProvider.findUniqueOrThrow({ where: { id: "oidc" } });
    expect(Buffer.from(row.clientSecret).includes(testClient.clientSecret)).toBe(false);
    expect(open(row.clientSecret, "sign-in.secret")).toBe(testClient.clientSecret);
    const kept = { issuer: issuer.url, clientId: testClient.clientId, name: "Acme" };
    expect((await api.call(putSignInProvider, { params: { id: "oidc" }, body: kept })).status).toBe(200);
    const moved = { ...kept, issuer: "https://evil.example" };
    const refused = await api.call(putSignInProvider, { params: { id: "oidc" }, body: moved });
    expect(refused).toMatchObject({ status: 422, body: { fields: { clientSecret: expect.any(String) } } });
    const plain = { ...kept, ...testClient, issuer: "http://idp.example.com" };
    const insecure = await api.call(putSignInProvider, { params: { id: "oidc" }, body: plain });
    expect(insecure.body.fields.issuer).toContain("https");
    const operator = await api.as("operator");
    expect((await operator(putSignInProvider, { params: { id: "oidc" }, body: kept })).status).toBe(403);
  });

  it("that is switched off, or never was entered, is not there", async () => {
    expect((await nobody(getSignInOptions)).body.providers).toEqual([
      { id: "github", name: "GitHub" },
      { id: "oidc", name: "Acme" },
    ]);
    await put("github", { enabled: false });
    const jar: Jar = {};
    const { csrfToken } = (await (await ask(jar, "GET", "/api/auth/csrf")).json()) as { csrfToken: string };
    for (const id of ["github", "google", "gitlab"]) {
      expect((await ask(jar, "POST", `/api/auth/signin/${id}`, { csrfToken, json: "true" })).status).toBe(
        404,
      );
      expect((await ask(jar, "GET", `/api/auth/callback/${id}?code=1`)).status).toBe(404);
    }
    expect((await nobody(getSignInOptions)).body.providers).toEqual([{ id: "oidc", name: "Acme" }]);
    await put("github", { name: "GitHub" });
  });
});
