import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findSession } from "#lib/auth/live";
import { createOwnerLink, ensureFirstOwner } from "#lib/auth/service";
import { prisma } from "#lib/db/client";
import { settingDefaults } from "#lib/settings/schema";
import { routes } from "../routes.ts";
import { serve } from "../serve.ts";
import { startTestConsole, testCookie, testPassword, testRequest, testUser } from "../testing.ts";
import { listAuditLog } from "./audit-log.ts";
import { getFirstRun, getMe, postFirstRun, reauthenticate } from "./me.ts";
import { getSettings, patchSettings } from "./settings.ts";
import {
  createTokenOperation,
  deleteTokenOperation,
  getTokenOperation,
  listTokensOperation,
} from "./tokens.ts";

let app: Awaited<ReturnType<typeof startTestConsole>>;
beforeAll(async () => {
  app = await startTestConsole();
});
afterAll(() => app.stop());

type Body = Record<string, unknown> & { items?: Record<string, unknown>[] };

async function call(
  operation: Parameters<typeof serve>[0],
  path: string,
  options: Parameters<typeof testRequest>[2],
) {
  const response = await serve(operation)(testRequest(operation.method, path, options));
  const text = await response.text();
  return { response, status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
}

describe("the first run", () => {
  const owner = { email: "First@Example.com", password: "twelve letters" };

  it("creates one owner through the link, of any number of racers", async () => {
    const token = await createOwnerLink();
    expect((await call(getFirstRun, `/api/first-run?token=${token}`, {})).body).toEqual({ open: true });
    const other = await createOwnerLink();
    const racers = [token, other, token].map((link) =>
      call(postFirstRun, "/api/first-run", { body: { ...owner, token: link } }),
    );
    const statuses = (await Promise.all(racers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 403, 403]);
    expect(await prisma().user.findMany({ select: { email: true, role: true } })).toEqual([
      { email: "first@example.com", role: "owner" },
    ]);
    expect((await call(getFirstRun, `/api/first-run?token=${other}`, {})).body).toEqual({ open: false });
  });

  it("makes no link and no second owner once there is one", async () => {
    expect(await createOwnerLink()).toBeUndefined();
    await ensureFirstOwner({ email: "second@example.com", password: "twelve letters" });
    expect(await prisma().user.count()).toBe(1);
  });

  it("keeps only the hash of the link's token", async () => {
    const rows = await prisma().oneTimeToken.findMany();
    expect(rows.every((row) => row.hash.length === 32)).toBe(true);
  });

  it("refuses a link that was never made, and a short password", async () => {
    expect(await call(postFirstRun, "/api/first-run", { body: { ...owner, token: "guess" } })).toMatchObject({
      status: 403,
      body: { code: "link_not_valid" },
    });
    expect(
      await call(postFirstRun, "/api/first-run", { body: { ...owner, token: "guess", password: "short" } }),
    ).toMatchObject({ status: 422, body: { fields: { password: expect.any(String) } } });
  });
});

describe("GET /api/me", () => {
  it("tells who, which role, what they may and the console's name", async () => {
    const user = await testUser("support");
    expect((await call(getMe, "/api/me", { cookie: user.cookie })).body).toMatchObject({
      user: {
        id: user.id,
        email: user.email,
        name: "support",
        role: "support",
        status: "active",
        locale: null,
        totp: false,
        lastSignInAt: null,
        createdAt: expect.any(String),
      },
      role: "support",
      permissions: expect.arrayContaining(["logs.read"]),
      siteName: "Tollgate",
      mustEnrolTotp: false,
      accounts: [],
      accountId: null,
    });
  });
});

describe("POST /api/auth/reauthenticate", () => {
  it("makes an old password entry fresh, with the right password only", async () => {
    const user = await testUser("owner");
    const cookie = await testCookie(user.id, 20 * 60_000);
    const wrong = await call(reauthenticate, "/api/auth/reauthenticate", {
      cookie,
      body: { password: "wrong" },
    });
    expect(wrong).toMatchObject({ status: 403, body: { code: "wrong_password" } });
    expect((await call(createTokenOperation, "/api/tokens", { cookie, body: { name: "t" } })).status).toBe(
      403,
    );
    const right = await call(reauthenticate, "/api/auth/reauthenticate", {
      cookie,
      body: { password: testPassword },
    });
    expect(right.status).toBe(204);
    const fresh = right.response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect(
      (await call(createTokenOperation, "/api/tokens", { cookie: fresh, body: { name: "t" } })).status,
    ).toBe(201);
  });
});

describe("sessions", () => {
  it("are renewed while in use and end after 12 h without a request", async () => {
    const user = await testUser("owner");
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: now - 13 * 3_600_000 });
    const idle = await testCookie(user.id);
    vi.setSystemTime(now - 11 * 3_600_000);
    const used = await testCookie(user.id);
    vi.useRealTimers();
    expect((await call(getMe, "/api/me", { cookie: idle })).status).toBe(401);
    const answer = await call(getMe, "/api/me", { cookie: used });
    const renewed = answer.response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const session = await findSession(new Headers({ cookie: renewed }));
    expect(session?.session.issuedAtMs).toBeGreaterThan(now - 60_000);
    // Renewing is no password entry.
    expect(session?.session.passwordAtMs).toBeLessThan(now - 10 * 3_600_000);
  });
});

describe("management tokens", () => {
  it("are shown once, work, and end at once when revoked", async () => {
    const { cookie } = await testUser("owner");
    const made = await call(createTokenOperation, "/api/tokens", {
      cookie,
      body: { name: "ci", role: "operator" },
    });
    const { secret, ...shown } = made.body as { secret: string; id: string };
    expect(secret).toMatch(/^tgm_[\w-]{43}$/);
    expect((await call(getTokenOperation, `/api/tokens/${shown.id}`, { cookie })).body).toEqual(shown);
    expect((await call(getMe, "/api/me", { token: secret })).body).toMatchObject({
      user: null,
      role: "operator",
    });
    const listed = await call(listTokensOperation, "/api/tokens", { cookie });
    expect(listed.body.items?.find((item) => item.id === shown.id)?.lastUsedAt).not.toBeNull();
    expect((await call(deleteTokenOperation, `/api/tokens/${shown.id}`, { cookie })).status).toBe(204);
    expect((await call(getMe, "/api/me", { token: secret })).status).toBe(401);
    expect((await call(deleteTokenOperation, `/api/tokens/${shown.id}`, { cookie })).status).toBe(404);
  });

  it("are at most what their maker is, and make no tokens", async () => {
    const { cookie } = await testUser("operator");
    expect(
      await call(createTokenOperation, "/api/tokens", { cookie, body: { name: "x", role: "owner" } }),
    ).toMatchObject({ status: 422, body: { fields: { role: expect.any(String) } } });
    const { body } = await call(createTokenOperation, "/api/tokens", { cookie, body: { name: "x" } });
    const again = { token: String(body.secret), body: { name: "y" } };
    expect(await call(createTokenOperation, "/api/tokens", again)).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  });

  it("are paged by an opaque cursor; a foreign one is refused", async () => {
    const { cookie } = await testUser("owner");
    const first = await call(listTokensOperation, "/api/tokens?limit=1", { cookie });
    const second = await call(listTokensOperation, `/api/tokens?limit=1&cursor=${first.body.nextCursor}`, {
      cookie,
    });
    expect(second.body.items?.[0]?.id).not.toBe(first.body.items?.[0]?.id);
    expect((await call(listTokensOperation, "/api/tokens?cursor=nonsense", { cookie })).status).toBe(422);
  });
});

describe("settings", () => {
  it("have defaults, change by name, carry a config revision", async () => {
    const { cookie } = await testUser("owner");
    const before = await call(getSettings, "/api/settings", { cookie });
    expect(before.body).toEqual(settingDefaults);
    const changed = await call(patchSettings, "/api/settings", {
      cookie,
      body: { "site.name": "Gate" },
      headers: { "if-match": before.response.headers.get("etag") ?? "" },
    });
    expect(changed.body).toEqual({ ...before.body, "site.name": "Gate" });
    const { revision } = await prisma().setting.findUniqueOrThrow({ where: { key: "site.name" } });
    expect(revision).toBe((await prisma().configRevision.findUniqueOrThrow({ where: { id: 1 } })).revision);
  });

  it.each([
    [{ "incidents.policy": { mode: "panic" } }, "invalid_fields"],
    [{ "master.fingerprint": "x" }, "invalid_fields"],
    [{ "site.name": "" }, "invalid_fields"],
    [{ "site.name": "x".repeat(61) }, "invalid_fields"],
    [{ "billing.cutStreams": "everything" }, "invalid_fields"],
  ])("refuse %j as %s", async (body, code) => {
    const { cookie } = await testUser("owner");
    expect(await call(patchSettings, "/api/settings", { cookie, body })).toMatchObject({
      status: 422,
      body: { code },
    });
  });

  it("are the owner's to change", async () => {
    const { cookie } = await testUser("operator");
    expect((await call(patchSettings, "/api/settings", { cookie, body: { "site.name": "x" } })).status).toBe(
      403,
    );
  });
});

describe("the audit log", () => {
  it("tells who did what, newest first, without secrets", async () => {
    const user = await testUser("owner");
    const { body: token } = await call(createTokenOperation, "/api/tokens", {
      cookie: user.cookie,
      body: { name: "audited" },
    });
    const { body } = await call(listAuditLog, `/api/audit-log?actorId=${user.id}`, { cookie: user.cookie });
    expect(body.items?.[0]).toMatchObject({
      actorType: "user",
      actorName: "owner",
      action: "token.create",
      targetId: token.id,
      after: { name: "audited" },
      ip: "203.0.113.7",
    });
    expect(JSON.stringify(await prisma().auditEntry.findMany())).not.toContain(token.secret);
  });

  it("answers 405 to writes", async () => {
    const response = await routes(listAuditLog).DELETE(testRequest("DELETE", "/api/audit-log"));
    expect(response.status).toBe(405);
  });
});
