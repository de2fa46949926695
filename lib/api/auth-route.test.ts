import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findSession } from "#lib/auth/live";
import { prisma } from "#lib/db/client";
import { config, setConfig } from "#lib/runtime/config";
import { serveAuth } from "./auth-route.ts";
import { startTestConsole, testOrigin, testPassword, testRequest, testUser } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

type Jar = Record<string, string>;

function keep(jar: Jar, response: Response): Response {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const at = pair.indexOf("=");
    jar[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return response;
}

const cookieOf = (jar: Jar) =>
  Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

async function csrf(jar: Jar): Promise<string> {
  const response = keep(jar, await serveAuth(testRequest("GET", "/api/auth/csrf")));
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  return csrfToken;
}

async function signIn(email: string, password: string, options: { json?: boolean; ip?: string } = {}) {
  const jar: Jar = {};
  const csrfToken = await csrf(jar);
  const form = new URLSearchParams({ email, password, csrfToken, ...(options.json ? { json: "true" } : {}) });
  const base = testRequest("POST", "/api/auth/callback/credentials", {
    headers: { cookie: cookieOf(jar), "content-type": "application/x-www-form-urlencoded" },
    ...(options.ip === undefined ? {} : { ip: options.ip }),
  });
  const response = keep(jar, await serveAuth(new Request(base, { body: form.toString() })));
  return { response, jar };
}

describe("signing in with plain HTTP", () => {
  it("gives a session cookie for the right password, as a form and with json=true", async () => {
    const user = await testUser("operator");
    for (const json of [false, true]) {
      const { response, jar } = await signIn(user.email.toUpperCase(), testPassword, { json });
      expect(response.status).toBe(json ? 200 : 302);
      const session = await findSession(new Headers({ cookie: cookieOf(jar) }));
      expect(session?.user.id).toBe(user.id);
    }
  });

  it("takes JSON as well", async () => {
    const user = await testUser("owner");
    const jar: Jar = {};
    const csrfToken = await csrf(jar);
    const response = await serveAuth(
      testRequest("POST", "/api/auth/callback/credentials", {
        body: { email: user.email, password: testPassword, csrfToken, json: true },
        headers: { cookie: cookieOf(jar) },
      }),
    );
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ url: testOrigin });
  });

  it("makes HttpOnly, SameSite=Lax cookies, Secure only under an https PUBLIC_URL", async () => {
    const user = await testUser("owner");
    const plain = (await signIn(user.email, testPassword)).response.headers.getSetCookie().join("\n");
    expect(plain).toMatch(/next-auth\.session-token=.*HttpOnly; SameSite=Lax/);
    expect(plain).not.toContain("Secure");
    const before = config();
    setConfig({ ...before, publicUrl: "https://gate.example" });
    const secure = (await signIn(user.email, testPassword)).response.headers.getSetCookie().join("\n");
    setConfig(before);
    expect(secure).toMatch(/__Secure-next-auth\.session-token=.*Secure/);
  });

  it("answers 401 for a wrong password, an unknown address and a disabled person, all alike", async () => {
    const user = await testUser("support");
    await prisma().user.update({ where: { id: user.id }, data: { status: "disabled" } });
    const answers = [];
    for (const [email, password] of [
      [(await testUser("owner")).email, "wrong password"],
      ["nobody@example.com", testPassword],
      [user.email, testPassword],
    ] as const) {
      const { response, jar } = await signIn(email, password, { json: true });
      expect(response.status).toBe(401);
      expect(Object.keys(jar).join()).not.toContain("session-token");
      const { requestId: _id, ...body } = (await response.json()) as Record<string, unknown>;
      answers.push(body);
    }
    expect(answers[0]).toMatchObject({
      code: "invalid_credentials",
      url: expect.stringContaining("error=CredentialsSignin"),
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it("answers 403 without the csrfToken", async () => {
    const user = await testUser("owner");
    const response = await serveAuth(
      testRequest("POST", "/api/auth/callback/credentials", {
        body: { email: user.email, password: testPassword, csrfToken: "forged" },
      }),
    );
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "csrf_failed" });
  });
});

describe("throttling of sign-ins", () => {
  it("answers 429 after ten failures, also for the right password, and only from that place", async () => {
    const user = await testUser("owner");
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect((await signIn(user.email, "wrong", { ip: "198.51.100.1" })).response.status).toBe(401);
    }
    const { response } = await signIn(user.email, testPassword, { ip: "198.51.100.1" });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: "too_many_sign_ins" });
    expect((await signIn(user.email, testPassword, { ip: "198.51.100.2" })).response.status).toBe(302);
  });

  it("lets a burst of parallel guesses fail no more often than one after the other", async () => {
    const user = await testUser("owner");
    const burst = Array.from({ length: 30 }, () => signIn(user.email, "wrong", { ip: "198.51.100.3" }));
    const statuses = (await Promise.all(burst)).map(({ response }) => response.status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(11);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(19);
  });

  it("never counts successes", async () => {
    const user = await testUser("owner");
    for (let attempt = 0; attempt < 12; attempt += 1) {
      expect((await signIn(user.email, testPassword, { ip: "198.51.100.4" })).response.status).toBe(302);
    }
  });
});

describe("the rest of /api/auth", () => {
  it("tells the session and clears the cookie of one that has ended", async () => {
    const user = await testUser("owner");
    const read = async () =>
      (await serveAuth(testRequest("GET", "/api/auth/session", { cookie: user.cookie }))).json();
    expect(await read()).toMatchObject({ user: { email: user.email } });
    await prisma().user.update({ where: { id: user.id }, data: { sessionVersion: 2 } });
    expect(await read()).toEqual({});
  });

  it("signs out", async () => {
    const user = await testUser("owner");
    const jar: Jar = {};
    const csrfToken = await csrf(jar);
    const response = await serveAuth(
      testRequest("POST", "/api/auth/signout", {
        body: { csrfToken, json: "true" },
        headers: { cookie: `${cookieOf(jar)}; ${user.cookie}` },
      }),
    );
    expect(response.headers.getSetCookie().join()).toContain("next-auth.session-token=;");
  });

  it.each([
    ["POST", "/api/auth/_log"],
    ["GET", "/api/auth/nothing"],
    ["POST", "/api/auth/session"],
  ])("answers 404 to what credentials do not need: %s %s", async (method, path) => {
    expect((await serveAuth(testRequest(method, path))).status).toBe(404);
  });
});
