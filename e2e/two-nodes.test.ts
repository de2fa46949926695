import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join as joinPath } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, type Operator } from "#bench/operator";
import type { Account } from "#lib/accounts/schema";
import type { ChannelHealthAnswer } from "#lib/channels/health-schema";
import type { Incident } from "#lib/incidents/schema";
import type { RotatedKey } from "#lib/keys/rotation-schema";
import { chat, HELLO } from "./support/chat.ts";
import { signInOwner } from "./support/owner.ts";
import { join } from "./support/people.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

let first: Tollgate;
let second: Tollgate;
let operator: Operator;

beforeAll(async () => {
  // The callers' addresses are the ones that tests name.
  first = await startTollgate({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
  const databaseUrl = (await readFile(joinPath(first.dataDir, "database.url"), "utf8")).trim();
  second = await startTollgate({
    databaseUrl,
    env: { MASTER_KEY_FILE: joinPath(first.dataDir, "master.key"), TRUSTED_PROXIES: "127.0.0.1" },
  });
  operator = await signInOwner(first.url);
}, 300_000);

afterAll(async () => {
  await second?.remove();
  await first?.remove();
});

const call = (node: Tollgate, secret: string) =>
  chat(node.url, secret, { model: "sim-chat", messages: HELLO });

it("serves a key made on the other node within a second", async () => {
  const { key } = await operator.customer();
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
});

it("refuses a key disabled on the other node within a second", async () => {
  const { key } = await operator.customer();
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
  await operator.need("PATCH", `/api/keys/${key.id}`, { status: "disabled" });
  const answeredAt = performance.now();
  expect((await call(first, key.secret)).status).toBe(401);
  await eventually("the refusal on the second node", () => whenStatus(second, key.secret, 401), 1_000);
  expect(performance.now() - answeredAt).toBeLessThan(1_100);
});

it("takes both secrets of a rotated key during the overlap, then only the new one, on every node", async () => {
  const { key } = await operator.customer();
  const rotated = await operator.need<RotatedKey>("POST", `/api/keys/${key.id}/rotate`, {
    overlapSeconds: 2,
  });
  await eventually("the new secret on the second node", () => whenStatus(second, rotated.secret, 200), 1_000);
  if (Date.now() < Date.parse(rotated.validUntil) - 200) {
    expect((await call(first, key.secret)).status).toBe(200);
  }
  for (const node of [first, second]) {
    await eventually("the end of the old secret", () => whenStatus(node, key.secret, 401), 4_000);
    expect((await call(node, rotated.secret)).status).toBe(200);
  }
});

it("refuses the old secret everywhere within a second of a rotation without overlap", async () => {
  const { key } = await operator.customer();
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
  const rotated = await operator.need<RotatedKey>("POST", `/api/keys/${key.id}/rotate`, {
    overlapSeconds: 0,
  });
  expect((await call(first, key.secret)).status).toBe(401);
  await eventually("the refusal on the second node", () => whenStatus(second, key.secret, 401), 1_000);
  await eventually("the new secret on the second node", () => whenStatus(second, rotated.secret, 200), 1_000);
});

it("opens an incident within ten seconds of a call from an unfamiliar network, whichever node took it", async () => {
  await operator.need("PATCH", "/api/settings", { "incidents.learning": { minRequests: 20, minHours: 0 } });
  const from = (node: Tollgate, secret: string, ip: string, more: Record<string, string> = {}) =>
    chat(node.url, secret, { model: "sim-chat", messages: HELLO }, { "x-forwarded-for": ip, ...more });
  for (const stranger of [first, second]) {
    const { key } = await operator.customer();
    await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
    for (let calls = 0; calls < 24; calls += 1) await from(first, key.secret, "192.0.2.7");
    const stolen = await from(stranger, key.secret, "203.0.113.9", { "user-agent": "curl/8.5.0" });
    expect(stolen.status).toBe(200);
    const incident = await eventually("the incident", () => whenSuspected(key.id), 10_000);
    expect(incident.networks).toEqual(["203.0.113.0/24"]);
    expect(incident.reasons.join()).toContain("203.0.113.0/24");

    // What is done about it holds everywhere within a second.
    await operator.need("POST", `/api/incidents/${incident.id}/suspend-key`, {});
    expect((await from(first, key.secret, "192.0.2.7")).status).toBe(401);
    await eventually("the refusal on the second node", () => whenStatus(second, key.secret, 401), 1_000);
  }
});

it("spends one balance, not one per node", async () => {
  const { key, account } = await operator.customer("0.001");
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
  const headers = { "x-sim-prompt-tokens": "5", "x-sim-completion-tokens": "100" };
  const body = { model: "sim-chat", messages: HELLO, max_tokens: 100 };
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      chat((index % 2 ? first : second).url, key.secret, body, headers),
    ),
  );
  const statuses = answers.map((answer) => answer.status);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(16);
  expect(statuses.filter((status) => status !== 200 && status !== 402)).toEqual([]);
  const after = await operator.account(account.id);
  expect(after.held).toBe("0");
  expect(after.balance.startsWith("-")).toBe(false);
});

it("shows what running calls hold on the other node, within two seconds", async () => {
  const { key, account } = await operator.customer("1");
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
  const body = { model: "sim-chat", messages: HELLO, max_tokens: 1_000 };
  const running = chat(second.url, key.secret, body, { "x-sim-latency-ms": "3000" });
  const shown = await eventually("the hold on the first node", () => whenHeld(account.id), 2_000);
  // 1,000 × $0.60 per million, and the prompt.
  expect(Number(shown.held)).toBeGreaterThan(0.0006);
  expect(Number(shown.available)).toBeCloseTo(Number(shown.balance) - Number(shown.held), 9);
  expect((await running).status).toBe(200);
  await expect.poll(async () => (await operator.account(account.id)).held, { timeout: 2_000 }).toBe("0");
});

it("asks a channel no more within a second of the other node's finding it out, and stops asking while it drains", async () => {
  const { key } = await operator.customer();
  const seen = { calls: 0 };
  // As long as upstream says, so that no probe of the gateway's own disturbs the count.
  const server = createServer((request, response) => {
    request.resume();
    seen.calls += 1;
    response.writeHead(403, { "content-type": "application/json", "retry-after": "60" });
    response.end('{"error":{"message":"not for you"}}');
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const channel = await operator.createChannel({
    name: "Seen by one node",
    baseUrl: `http://127.0.0.1:${port}/v1`,
    credential: "sk-one",
    models: ["gpt-4o-mini"],
  });
  const ask = async (node: Tollgate) =>
    (await chat(node.url, key.secret, { model: "gpt-4o-mini", messages: HELLO })).status;
  await eventually("the key on the second node", () => whenStatus(second, key.secret, 200), 1_000);
  expect([await ask(first), seen.calls]).toEqual([502, 1]);
  const isAsked = async () => {
    const before = seen.calls;
    expect(await ask(second)).toBe(502);
    return seen.calls > before;
  };
  await eventually(
    "no attempt by the second node",
    async () => ((await isAsked()) ? undefined : true),
    1_000,
  );
  const there = await signInOwner(second.url);
  const health = await there.need<ChannelHealthAnswer>("GET", `/api/channels/${channel.id}/health`);
  expect(health).toMatchObject({ state: "open", reason: "forbidden", nextProbeAt: expect.any(String) });

  const calls = seen.calls;
  await operator.need("PATCH", `/api/channels/${channel.id}`, { status: "draining" });
  await eventually("503 of both", async () => ((await ask(second)) === 503 ? true : undefined), 1_000);
  expect([await ask(first), seen.calls]).toEqual([503, calls]);
  await expect
    .poll(() => there.need("GET", `/api/channels/${channel.id}`), { timeout: 15_000 })
    .toMatchObject({ status: "disabled" });
  server.closeAllConnections();
  server.close();
});

it("accepts a session of the other node, and shows its rows", async () => {
  const { key } = await operator.customer();
  const response = await call(first, key.secret);
  const elsewhere = await signInOwner(second.url);
  const row = await elsewhere.row(response.headers.get("x-request-id") ?? "");
  expect(row).toMatchObject({ status: 200, keyId: key.id });
});

it("refuses to start with another master key", async () => {
  const databaseUrl = (await readFile(joinPath(first.dataDir, "database.url"), "utf8")).trim();
  await expect(startTollgate({ databaseUrl })).rejects.toThrow(/master key/i);
});

it("ends a person's sessions on the other node at once: another role, signed out everywhere, disabled", async () => {
  const changes: [string, string, object?][] = [
    ["PATCH", "", { role: "support" }],
    ["POST", "/sign-out-everywhere"],
    ["PATCH", "", { status: "disabled" }],
  ];
  for (const [method, path, body] of changes) {
    const person = await join(operator, { role: "operator" }, second.url);
    const me = await person.need<{ user: { id: string } }>("GET", "/api/me");
    await operator.need(method, `/api/users/${me.user.id}${path}`, body);
    expect((await person.call("GET", "/api/me")).status).toBe(401);
  }
});

async function whenStatus(node: Tollgate, secret: string, status: number): Promise<Response | undefined> {
  const response = await call(node, secret);
  await response.body?.cancel();
  return response.status === status ? response : undefined;
}

async function whenSuspected(keyId: string): Promise<Incident | undefined> {
  const { items } = await operator.need<{ items: Incident[] }>("GET", `/api/incidents?keyId=${keyId}`);
  return items[0];
}

async function whenHeld(accountId: string): Promise<Account | undefined> {
  const account = await operator.account(accountId);
  return account.held === "0" ? undefined : account;
}
