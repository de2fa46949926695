import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setSingleton } from "#lib/runtime/singletons";
import { sitePassCookie } from "#lib/site/gate";
import { isSiteClosed } from "#lib/site/live";
import { readPasswordHash } from "#lib/site/store";
import { listAuditLog } from "./audit-log.ts";
import { getMe } from "./me.ts";
import { getSettings, patchSettings } from "./settings.ts";
import { enterSiteOperation, getSitePasswordOperation, putSiteLogo, putSitePassword } from "./site.ts";
import { startTestApi } from "./testing.ts";

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
});
afterAll(() => api.stop());

/** As the snapshot does on every node: what pages look at. */
async function applySettings(): Promise<void> {
  const found = await readPasswordHash();
  setSingleton("live-settings", new Map([["site.passwordHash", found?.hash]]));
}
const passIn = (headers: Headers) =>
  new RegExp(`${sitePassCookie}=([^;]+)`).exec(headers.getSetCookie().join("\n"))?.[1];

describe("a site password", () => {
  it("closes pages to all who have not entered it, and a new one closes them again", async () => {
    await applySettings();
    expect(isSiteClosed(undefined)).toBe(false);
    const set = await api.call(putSitePassword, { body: { password: "harbour lights" } });
    expect(set.body).toMatchObject({ isSet: true });
    await applySettings();
    expect([undefined, "", "forged"].map(isSiteClosed)).toEqual([true, true, true]);
    expect(isSiteClosed(passIn(set.headers))).toBe(false);

    const entered = await api.call(enterSiteOperation, { body: { password: "harbour lights" } });
    expect(entered.status).toBe(204);
    const pass = passIn(entered.headers);
    expect(isSiteClosed(pass)).toBe(false);

    await api.call(putSitePassword, { body: { password: "other lights" } });
    await applySettings();
    expect(isSiteClosed(pass)).toBe(true);
    await api.call(putSitePassword, { body: { password: null } });
    await applySettings();
    expect(isSiteClosed(undefined)).toBe(false);
  });

  it("is refused when wrong, and asked for no more after ten failures from one place", async () => {
    await api.call(putSitePassword, { body: { password: "harbour lights" } });
    const statuses: number[] = [];
    for (let tries = 0; tries < 11; tries += 1) {
      statuses.push((await api.call(enterSiteOperation, { body: { password: "wrong" } })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(403), 429]);
  });

  it("is the owner's to set, asks for a recent password, and stands nowhere in words", async () => {
    const operator = await api.as("operator");
    expect((await operator(putSitePassword, { body: { password: "harbour lights" } })).status).toBe(403);
    const late = await api.as("owner", 3_600_000);
    const refused = await late(putSitePassword, { body: { password: "harbour lights" } });
    expect(refused.body.code).toBe("reauthentication_required");
    const shown = await Promise.all([
      api.call(getSettings),
      api.call(getSitePasswordOperation),
      api.call(getMe),
      api.call(listAuditLog),
    ]);
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toMatch(/harbour lights|\$argon2/);
  });
});

describe("the gateway's face", () => {
  it("follows the settings, for everyone who is signed in", async () => {
    const changes = {
      "site.name": "Harbour",
      "site.accent": "#aa0055",
      "site.footer": "Call us.",
      "site.timeZone": "Asia/Shanghai",
      "site.currency": "CNY",
    };
    expect((await api.call(patchSettings, { body: changes })).status).toBe(200);
    const { site } = (await api.call(getMe)).body;
    expect(site).toMatchObject({
      name: "Harbour",
      accent: "#aa0055",
      footer: "Call us.",
      timeZone: "Asia/Shanghai",
      currency: { code: "CNY" },
      logo: null,
    });
    await api.call(patchSettings, { body: { "site.accent": null } });
    expect((await api.call(getMe)).body.site.accent).toBeNull();
  });

  it.each([
    { "site.accent": "red" },
    { "site.accent": "#aa0055;}" },
    { "site.timeZone": "Mars/Olympus" },
    { "site.header": "\u202Eevil" },
    { "site.currency": "XXX" },
  ])("refuses %o by its field", async (body) => {
    const refused = await api.call(patchSettings, { body });
    expect(refused.status).toBe(422);
    expect(Object.keys(refused.body.fields)).toEqual(Object.keys(body));
  });

  it("takes no logo that is not a small PNG", async () => {
    const svg = Buffer.from("<svg onload='alert(1)'/>").toString("base64");
    const refused = await api.call(putSiteLogo, { body: { image: svg } });
    expect(refused.body.fields).toEqual({ image: "this is no PNG" });
  });
});
