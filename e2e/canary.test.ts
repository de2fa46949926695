import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Operator, signIn } from "#bench/operator";
import { filesWith, markersIn, tablesWith } from "./support/canary.ts";
import { chat } from "./support/chat.ts";
import { type MockUpstream, startMockUpstream } from "./support/mock-upstream.ts";
import { OWNER } from "./support/owner.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

const marker = (name: string) => `CANARY-${name}-${randomBytes(12).toString("hex")}`;
const CONTENT = {
  prompt: marker("prompt"),
  system: marker("system"),
  answer: marker("answer"),
  error: marker("error"),
};
const PASSWORD = `${marker("password")}!`;
const CREDENTIAL = `sk-${marker("credential")}`;

let gateway: Tollgate;
let upstream: MockUpstream;
let operator: Operator;
let database: pg.Pool;
const secrets: string[] = [PASSWORD, CREDENTIAL];

beforeAll(async () => {
  upstream = await startMockUpstream({ answer: CONTENT.answer, error: CONTENT.error });
  gateway = await startTollgate({ env: { OWNER_PASSWORD: PASSWORD, LOG_LEVEL: "trace" } });
  operator = await signIn(gateway.url, { email: OWNER.email, password: PASSWORD });
  database = new pg.Pool({ connectionString: await databaseUrl() });
  await sendEverything();
}, 300_000);

afterAll(async () => {
  await database?.end();
  await gateway?.remove();
  await upstream?.stop();
});

it("no prompt and no answer stands in a table, a file or the output", async () => {
  const markers = Object.values(CONTENT);
  expect(upstream.received.some((call) => call.text.includes(CONTENT.prompt))).toBe(true);
  expect(await tablesWith(database, markers)).toEqual([]);
  expect(await filesWith(gateway.dataDir, markers)).toEqual([]);
  expect(markersIn(gateway.output(), markers)).toEqual([]);
});

it("no secret stands in a table, the output, or a file that is not its own", async () => {
  const masterKey = await readFile(join(gateway.dataDir, "master.key"));
  const forms = [masterKey.toString("hex"), masterKey.toString("base64"), masterKey.toString("utf8").trim()];
  const passwordOfDatabase = new URL(await databaseUrl()).password;
  const everywhere = [...secrets, ...forms.filter((form) => form.length >= 16)];
  expect(await tablesWith(database, [...everywhere, passwordOfDatabase])).toEqual([]);
  expect(markersIn(gateway.output(), [...everywhere, passwordOfDatabase])).toEqual([]);
  expect(await filesWith(gateway.dataDir, everywhere, ["master.key"])).toEqual([]);
});

/** Success and every way to fail, with the markers wherever a caller may put content, and secrets wherever they go. */
async function sendEverything(): Promise<void> {
  const { key } = await operator.customer("100");
  const { secret: token } = await operator.need<{ secret: string }>("POST", "/api/tokens", {
    name: "canary",
    role: "operator",
  });
  const other = await operator.customer("0");
  secrets.push(key.secret, token, other.key.secret);
  const models = await operator.all<{ id: string; sold: boolean; price: object | null }>(
    "/api/models?kind=chat",
  );
  const free = models.filter((model) => !model.sold && model.price).map((model) => model.id);
  const behaviours = [
    ...["ok", "no-usage", "error-500", "error-400", "error-401", "waf-403", "html-200", "malformed", "reset"],
    ...["cut-before-first", "cut-after-first", "error-in-stream", "hang", "rejects-stream-options", "drip"],
  ];
  await operator.createChannel({
    baseUrl: upstream.url,
    credential: CREDENTIAL,
    models: behaviours.map((behaviour, index) => ({ model: free[index], upstreamModel: behaviour })),
    timeouts: { firstTokenMs: 500, headersMs: 500, idleMs: 500 },
  });
  for (const model of [...free.slice(0, behaviours.length), "sim-chat", "no-such-model"]) {
    for (const stream of [false, true]) await callAndRead(key.secret, body(model, stream));
  }
  for (const name of ["ok", "error-400", "error-in-stream"]) {
    await callNatives(key.secret, free[behaviours.indexOf(name)] ?? "");
  }
  await callNatives(`${key.secret}x`, "sim-chat");
  await callAndRead(other.key.secret, body("sim-chat", false));
  await callAndRead(key.secret, `{"messages": "${CONTENT.prompt}`);
  await callAndRead(
    key.secret,
    JSON.stringify({ model: "sim-chat", messages: CONTENT.prompt, [CONTENT.prompt]: 1 }),
  );
  await callAndRead(`${key.secret}x`, body("sim-chat", false));
  await fetch(`${gateway.url}/v1/models?key=${key.secret}`).then((response) => response.text());
  await abortedCall(key.secret, free[behaviours.indexOf("drip")]);
  await operator.call("POST", "/api/auth/reauthenticate", { password: PASSWORD });
  await operator.call("POST", "/api/auth/reauthenticate", { password: `${PASSWORD}-wrong` });
  await signIn(gateway.url, { email: OWNER.email, password: `${PASSWORD}-wrong` }).catch(() => undefined);
  await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  await fetch(`${gateway.url}/api/me`, { headers: { authorization: `Bearer ${key.secret}` } });
}

function body(model: string | undefined, stream: boolean): string {
  return JSON.stringify({
    model,
    stream,
    user: CONTENT.system,
    metadata: { note: CONTENT.prompt },
    messages: [
      { role: "system", content: CONTENT.system },
      { role: "user", content: CONTENT.prompt },
    ],
  });
}

/** The same in OpenAI's other protocol, in Anthropic's and in Google's, with the key where each may have it. */
async function callNatives(secret: string, model: string): Promise<void> {
  const parts = [{ text: CONTENT.prompt }];
  const google = { contents: [{ parts }], systemInstruction: { parts: [{ text: CONTENT.system }] } };
  const messages = [{ role: "user", content: CONTENT.prompt }];
  const response = {
    model,
    input: [{ role: "user", content: CONTENT.prompt }],
    instructions: CONTENT.system,
  };
  const anthropic = { model, max_tokens: 9, system: CONTENT.system, messages };
  const paths = ["generateContent?", "streamGenerateContent?alt=sse&", "countTokens?"].map(
    (verb) => [`/v1beta/models/${encodeURIComponent(model)}:${verb}key=${secret}`, google] as const,
  );
  const calls = [
    ...paths,
    ["/v1/responses", response] as const,
    ["/v1/responses", { ...response, stream: true, metadata: { note: CONTENT.prompt } }] as const,
    ["/v1/responses", { ...response, previous_response_id: CONTENT.prompt }] as const,
    ["/v1/messages", anthropic] as const,
    ["/v1/messages", { ...anthropic, stream: true, metadata: { user_id: CONTENT.prompt } }] as const,
    ["/v1/messages/count_tokens", { ...anthropic, [CONTENT.prompt]: 1 }] as const,
    ...texts(model),
  ];
  for (const [path, asked] of calls) {
    const headers = { "content-type": "application/json", "x-api-key": secret };
    const answer = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(asked) });
    await answer.text().catch(() => "");
  }
}

/** What takes texts and is no chat, by a model that chats and by those that are made for it. */
function texts(model: string) {
  const { prompt, system } = CONTENT;
  const ranking = { query: system, documents: [prompt, { text: prompt }], return_documents: true };
  const content = { parts: [{ text: prompt }] };
  const completion = { model, prompt, suffix: system, user: prompt, echo: true };
  return [
    ["/v1/completions", completion] as const,
    ["/v1/completions", { ...completion, stream: true }] as const,
    ["/v1/completions", { ...completion, n: prompt }] as const,
    ...[model, "sim-rerank"].map((one) => ["/v1/rerank", { model: one, ...ranking }] as const),
    ...[model, "sim-moderation"].map(
      (one) => ["/v1/moderations", { model: one, input: [prompt, system] }] as const,
    ),
    ...[model, "sim-embedding"].map((one) => ["/v1/embeddings", { model: one, input: prompt }] as const),
    ["/v1beta/models/sim-embedding:embedContent", { content }] as const,
    ["/v1beta/models/sim-embedding:batchEmbedContents", { requests: [{ content, title: prompt }] }] as const,
  ];
}

async function callAndRead(secret: string, text: string): Promise<void> {
  await chat(gateway.url, secret, text)
    .then((response) => response.text())
    .catch(() => "");
}

async function abortedCall(secret: string, model: string | undefined): Promise<void> {
  const response = await chat(gateway.url, secret, body(model, true));
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

async function databaseUrl(): Promise<string> {
  return (await readFile(join(gateway.dataDir, "database.url"), "utf8")).trim();
}
