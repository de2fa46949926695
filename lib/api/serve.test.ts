import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { prisma } from "#lib/db/client";
import { hashToken, makeToken } from "#lib/tokens/secret";
import { notAvailableYet } from "./later.ts";
import { operation } from "./operation.ts";
import { notFoundHandler, routes } from "./routes.ts";
import { serve } from "./serve.ts";
import { startTestConsole, testCookie, testRequest, testUser } from "./testing.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
let owner: Awaited<ReturnType<typeof testUser>>;
beforeAll(async () => {
  app = await startTestConsole();
  owner = await testUser("owner");
});
afterAll(() => app.stop());

const shared = { path: "/api/things", summary: "", tag: "Things" } as const;
const readThings = operation({
  ...shared,
  id: "readThings",
  method: "GET",
  permission: "keys.read",
  query: z.strictObject({ limit: z.coerce.number().int().max(5).default(3) }),
  answer: z.object({ limit: z.number() }),
  run: async ({ query }) => ({ ...query, secret: "canary" }),
});
const writeThing = operation({
  ...shared,
  id: "writeThing",
  method: "POST",
  permission: "keys.write",
  body: z
    .strictObject({ name: z.string(), nested: z.object({ at: z.number() }).optional() })
    .extend(notAvailableYet(["limits"])),
  answer: z.object({ name: z.string() }),
  status: 201,
  run: async ({ body }) => ({ name: body.name }),
});
const payOut = operation({
  ...shared,
  id: "payOut",
  method: "PUT",
  permission: "recharges.write",
  stepUp: true,
  answer: z.object({}),
  run: async () => ({}),
});
const crash = operation({
  ...shared,
  id: "crash",
  method: "DELETE",
  permission: "keys.write",
  answer: z.object({}),
  run: async () => {
    throw new Error("canary: connection to 10.0.0.7 refused");
  },
});

async function call(handler: ReturnType<typeof serve>, ...request: Parameters<typeof testRequest>) {
  const response = await handler(testRequest(...request));
  return { response, status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function tokenFor(
  role: string,
  change: { expiresAt?: Date; revokedAt?: Date; createdBy?: string } = {},
) {
  const token = makeToken(crypto.getRandomValues(new Uint8Array(32)));
  await prisma().managementToken.create({
    data: { name: "bot", role, hash: hashToken(token), prefix: "tgm_", createdBy: owner.id, ...change },
  });
  return token;
}

describe("who may call", () => {
  it("asks for a session or a token", async () => {
    const { response, body } = await call(serve(readThings), "GET", "/api/things");
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(body).toMatchObject({
      code: "unauthenticated",
      status: 401,
      requestId: response.headers.get("x-request-id"),
    });
  });

  it("takes the session cookie, and a management token of enough role", async () => {
    const token = await tokenFor("support");
    expect((await call(serve(readThings), "GET", "/api/things", { cookie: owner.cookie })).status).toBe(200);
    expect((await call(serve(readThings), "GET", "/api/things", { token })).status).toBe(200);
    const refused = await call(serve(writeThing), "POST", "/api/things", { token, body: { name: "x" } });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  it("gives customers nothing of the operators'", async () => {
    const { cookie } = await testUser("customer");
    expect(await call(serve(readThings), "GET", "/api/things", { cookie })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  it("refuses an API key of the gateway, whatever cookie comes along", async () => {
    const refused = await call(serve(readThings), "GET", "/api/things", {
      token: "sk-tg-abc",
      cookie: owner.cookie,
    });
    expect(refused.status).toBe(401);
  });

  it("refuses expired and revoked tokens and those of people who may no longer sign in", async () => {
    const past = new Date(Date.now() - 1000);
    const left = await testUser("owner");
    const ofLeft = await tokenFor("owner", { createdBy: left.id });
    await prisma().user.update({ where: { id: left.id }, data: { status: "disabled" } });
    for (const token of [
      await tokenFor("owner", { expiresAt: past }),
      await tokenFor("owner", { revokedAt: past }),
      ofLeft,
    ]) {
      expect((await call(serve(readThings), "GET", "/api/things", { token })).status).toBe(401);
    }
  });

  it("weakens a token with its maker", async () => {
    const maker = await testUser("operator");
    const token = await tokenFor("operator", { createdBy: maker.id });
    await prisma().user.update({ where: { id: maker.id }, data: { role: "support" } });
    expect(
      (await call(serve(writeThing), "POST", "/api/things", { token, body: { name: "x" } })).status,
    ).toBe(403);
  });

  it("ends sessions at once when sessionVersion moves or the person is disabled", async () => {
    const user = await testUser("owner");
    await prisma().user.update({ where: { id: user.id }, data: { sessionVersion: 2 } });
    expect((await call(serve(readThings), "GET", "/api/things", { cookie: user.cookie })).status).toBe(401);
    const cookie = await testCookie(user.id);
    await prisma().user.update({ where: { id: user.id }, data: { status: "disabled" } });
    expect((await call(serve(readThings), "GET", "/api/things", { cookie })).status).toBe(401);
  });

  it("refuses a cookie write from elsewhere; a Bearer call needs no Origin", async () => {
    const forged = { cookie: owner.cookie, body: { name: "x" }, headers: { origin: "https://evil.example" } };
    expect(await call(serve(writeThing), "POST", "/api/things", forged)).toMatchObject({
      status: 403,
      body: { code: "origin_not_allowed" },
    });
    const token = await tokenFor("owner");
    expect(
      (await call(serve(writeThing), "POST", "/api/things", { token, body: { name: "x" } })).status,
    ).toBe(201);
  });
});

describe("step-up", () => {
  it("asks a person again after 15 min, never a token", async () => {
    const stale = await testCookie(owner.id, 16 * 60_000);
    expect(await call(serve(payOut), "PUT", "/api/things", { cookie: stale })).toMatchObject({
      status: 403,
      body: { code: "reauthentication_required" },
    });
    expect((await call(serve(payOut), "PUT", "/api/things", { cookie: owner.cookie })).status).toBe(200);
    expect((await call(serve(payOut), "PUT", "/api/things", { token: await tokenFor("owner") })).status).toBe(
      200,
    );
  });
});

describe("input", () => {
  const post = (body: unknown, headers = {}) =>
    call(serve(writeThing), "POST", "/api/things", { cookie: owner.cookie, body, headers });

  it("names every bad field, unknown ones too", async () => {
    expect(await post({ nested: { at: "x" }, extra: 1 })).toMatchObject({
      status: 422,
      body: {
        code: "invalid_fields",
        fields: { name: "required", "nested.at": expect.any(String), extra: "unknown field" },
      },
    });
  });

  it("refuses fields of later features instead of ignoring them", async () => {
    expect(await post({ name: "x", limits: [] })).toMatchObject({
      status: 422,
      body: { code: "not_available_yet", fields: { limits: expect.any(String) } },
    });
  });

  it("answers 400 to broken JSON, 415 to other media types, 413 above 1 MiB", async () => {
    const raw = (body: string, type = "application/json", asked = writeThing) =>
      serve(asked)(
        new Request(testRequest("POST", "/api/things", { cookie: owner.cookie }), {
          body,
          headers: {
            ...Object.fromEntries(testRequest("POST", "/api/things", { cookie: owner.cookie }).headers),
            "content-type": type,
          },
        }),
      );
    expect((await raw("{")).status).toBe(400);
    expect((await raw("name=x", "application/x-www-form-urlencoded")).status).toBe(415);
    const large = JSON.stringify({ name: "x".repeat(1024 * 1024) });
    expect((await raw(large)).status).toBe(413);
    // An operation may take more.
    expect((await raw(large, "application/json", { ...writeThing, maxBodyBytes: 2 ** 21 })).status).toBe(201);
    expect(
      (await raw(large + large, "application/json", { ...writeThing, maxBodyBytes: 2 ** 21 })).status,
    ).toBe(413);
  });

  it("asks no content type of a Bearer call: curl -d is enough", async () => {
    const request = testRequest("POST", "/api/things", { token: await tokenFor("owner") });
    const response = await serve(writeThing)(new Request(request, { body: '{"name":"x"}' }));
    expect(response.status).toBe(201);
  });

  it("reads the query by its shape", async () => {
    const get = (path: string) => call(serve(readThings), "GET", path, { cookie: owner.cookie });
    expect((await get("/api/things")).body).toEqual({ limit: 3 });
    expect((await get("/api/things?limit=2")).body).toEqual({ limit: 2 });
    expect(await get("/api/things?limit=9")).toMatchObject({
      status: 422,
      body: { fields: { limit: expect.any(String) } },
    });
    expect((await get("/api/things?limit=1&limit=2")).status).toBe(422);
    expect((await get("/api/things?page=1")).body).toMatchObject({ fields: { page: "unknown field" } });
  });
});

describe("answers", () => {
  it("leave out what their shape does not name", async () => {
    const { body } = await call(serve(readThings), "GET", "/api/things", { cookie: owner.cookie });
    expect(body).toEqual({ limit: 3 });
  });

  it("tell nothing of an exception but the request id", async () => {
    const { status, body } = await call(serve(crash), "DELETE", "/api/things", { cookie: owner.cookie });
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain("canary");
    expect(body).toMatchObject({ code: "internal", requestId: expect.any(String) });
  });

  it("renew a session in use", async () => {
    const response = await serve(readThings)(testRequest("GET", "/api/things", { cookie: owner.cookie }));
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("are 405 for other methods and 404 for other paths", async () => {
    const handlers = routes(readThings, writeThing);
    const refused = await call(handlers.DELETE, "DELETE", "/api/things", { cookie: owner.cookie });
    expect(refused).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(refused.response.headers.get("allow")).toBe("GET, POST");
    expect(await call(notFoundHandler, "POST", "/api/later")).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
  });
});
