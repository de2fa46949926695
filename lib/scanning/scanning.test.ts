import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountOperation } from "#lib/api/operations/accounts";
import { dismissIncidentOperation } from "#lib/api/operations/incident-actions";
import { listIncidentsOperation } from "#lib/api/operations/incidents";
import {
  createKeyOperation,
  getKeyOperation,
  rotateKeyOperation,
  updateKeyOperation,
} from "#lib/api/operations/keys";
import { checkTextOperation } from "#lib/api/operations/scanning";
import { patchSettings } from "#lib/api/operations/settings";
import { startTestApi } from "#lib/api/operations/testing";
import { takeSecretReport } from "#lib/api/secret-scanning-route";
import { makeSecret } from "#lib/keys/secret";
import { mailsTo } from "#lib/mail/testing";

const pairOf = (namedCurve: string) =>
  generateKeyPairSync("ec", {
    namedCurve,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
const partner = pairOf("prime256v1");
const stranger = pairOf("prime256v1");
const otherCurve = pairOf("secp384r1");

let api: Awaited<ReturnType<typeof startTestApi>>;
beforeAll(async () => {
  api = await startTestApi({ seeded: true });
  const keys = [
    { id: "partner-1", key: partner.publicKey.trim() },
    { id: "curve", key: otherCurve.publicKey.trim() },
  ];
  const set = await api.call(patchSettings, { body: { "scanning.publicKeys": keys } });
  expect(set.status).toBe(200);
});
afterAll(() => api.stop());

async function newKey() {
  const email = `leak-${Math.random().toString(36).slice(2)}@example.com`;
  const account = await api.call(createAccountOperation, { body: { name: "Acme", email } });
  const key = await api.call(createKeyOperation, { body: { accountId: account.body.id, name: "Main" } });
  return { id: key.body.id as string, secret: key.body.secret as string, email };
}

type Sent = { privateKey?: string; keyId?: string; signature?: string };
async function report(
  body: unknown,
  { privateKey = partner.privateKey, keyId = "partner-1", ...more }: Sent = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const signature = more.signature ?? sign("sha256", Buffer.from(text), privateKey).toString("base64");
  const response = await takeSecretReport(
    new Request("http://console.test/api/secret-scanning", {
      method: "POST",
      body: text,
      headers: { "github-public-key-identifier": keyId, "github-public-key-signature": signature },
    }),
  );
  return { status: response.status, body: await response.json() };
}

const found = (token: string, url = "https://example.com/blob/a.py") => ({
  token,
  type: "tollgate_api_key",
  url,
});
const statusOf = async (id: string) => (await api.call(getKeyOperation, { params: { id } })).body.status;
const incidentsOf = async (keyId: string) =>
  (await api.call(listIncidentsOperation, { query: { keyId } })).body.items;

describe("a report of a secret-scanning partner", () => {
  it("disables a real key at once, opens an incident and writes to the owner; what is false is told so", async () => {
    const key = await newKey();
    const stray = makeSecret((size) => crypto.getRandomValues(new Uint8Array(size)));
    const mistyped = `${key.secret.slice(0, -1)}${key.secret.endsWith("0") ? "1" : "0"}`;
    const answer = await report([found(key.secret), found(stray), found(mistyped), found("ghp_other")]);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual([
      { token_raw: key.secret, token_type: "tollgate_api_key", label: "true_positive" },
      { token_raw: stray, token_type: "tollgate_api_key", label: "false_positive" },
      { token_raw: mistyped, token_type: "tollgate_api_key", label: "false_positive" },
      { token_raw: "ghp_other", token_type: "tollgate_api_key", label: "false_positive" },
    ]);
    expect(await statusOf(key.id)).toBe("disabled");
    expect(await incidentsOf(key.id)).toMatchObject([
      {
        cause: "leak",
        state: "acted",
        score: 100,
        source: "https://example.com/blob/a.py",
        reasons: ["the secret was found in public: https://example.com/blob/a.py"],
      },
    ]);
    const [mail] = await mailsTo(key.email);
    expect(mail?.text).toContain("https://example.com/blob/a.py");
    expect(mail?.text).not.toContain(key.secret);
  });

  it("changes nothing when it is sent again, not even after a person has enabled the key and closed the incident", async () => {
    const key = await newKey();
    const text = JSON.stringify([found(key.secret)]);
    await report(text);
    await report(text);
    expect(await mailsTo(key.email)).toHaveLength(1);
    const [incident] = await incidentsOf(key.id);
    await api.call(updateKeyOperation, { params: { id: key.id }, body: { status: "active" } });
    expect((await report(text)).body).toMatchObject([{ label: "true_positive" }]);
    expect(await statusOf(key.id)).toBe("active");
    await api.call(dismissIncidentOperation, { params: { id: incident.id }, body: { reason: "an example" } });
    await report(text);
    expect(await statusOf(key.id)).toBe("active");
    expect(await incidentsOf(key.id)).toHaveLength(1);
    await report([found(key.secret, "https://example.com/elsewhere")]);
    expect(await statusOf(key.id)).toBe("disabled");
  });

  it("is refused unless a known P-256 key signed exactly these bytes", async () => {
    const key = await newKey();
    const body = [found(key.secret)];
    const good = sign("sha256", Buffer.from(JSON.stringify(body)), partner.privateKey).toString("base64");
    const refused = [
      await report(body, { privateKey: stranger.privateKey }),
      await report(body, { keyId: "unknown" }),
      await report(body, { keyId: "" }),
      await report(body, { privateKey: otherCurve.privateKey, keyId: "curve" }),
      await report(body, { signature: "" }),
      await report(body, { signature: "%%%" }),
      await report(`${JSON.stringify(body)} `, { signature: good }),
    ];
    expect(refused.map(({ status, body: told }) => [status, told.code])).toEqual(
      refused.map(() => [401, "signature_not_valid"]),
    );
    expect(await statusOf(key.id)).toBe("active");
    expect((await report("{}")).status).toBe(422);
    expect((await report("not json")).status).toBe(400);
  });

  it("ends an older secret that still works and leaves the key; one that has ended is real, and no incident", async () => {
    const key = await newKey();
    const params = { id: key.id };
    await api.call(rotateKeyOperation, { params, body: { overlapSeconds: 3600 } });
    expect((await report([found(key.secret)])).body).toMatchObject([{ label: "true_positive" }]);
    expect(await statusOf(key.id)).toBe("active");
    expect(await incidentsOf(key.id)).toHaveLength(1);
    const check = await api.call(checkTextOperation, { body: { text: key.secret } });
    expect(check.body.items).toMatchObject([{ status: "rotated", isCurrent: false, keyId: key.id }]);
    const other = await newKey();
    await api.call(rotateKeyOperation, { params: { id: other.id }, body: { overlapSeconds: 0 } });
    expect((await report([found(other.secret)])).body).toMatchObject([{ label: "true_positive" }]);
    expect(await incidentsOf(other.id)).toEqual([]);
  });

  it("only opens an incident where the setting says so", async () => {
    await api.call(patchSettings, { body: { "scanning.disable": false } });
    const key = await newKey();
    await report([found(key.secret)]);
    expect(await statusOf(key.id)).toBe("active");
    expect(await incidentsOf(key.id)).toMatchObject([{ state: "open" }]);
    await api.call(patchSettings, { body: { "scanning.disable": true } });
  });
});

it("a pasted text tells whose keys stand in it and whether they work, and never the secret again", async () => {
  const key = await newKey();
  const stray = makeSecret((size) => crypto.getRandomValues(new Uint8Array(size)));
  const text = `export KEY="${key.secret}" # ${key.secret}\n${stray} sk-tg-short sk-tg-${"a".repeat(38)}`;
  const checked = await api.call(checkTextOperation, { body: { text } });
  expect(checked.body.items).toMatchObject([
    { status: "alive", isCurrent: true, keyId: key.id, keyName: "Main", accountName: "Acme" },
    { status: "unknown", keyId: null },
  ]);
  expect(JSON.stringify(checked.body)).not.toContain(key.secret);
});
