import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import type { LogRow } from "#lib/logs/schema";
import { openDatabase } from "../support/books.ts";
import { filesWith, markersIn, tablesWith } from "../support/canary.ts";
import { ledgerOf } from "../support/ledger.ts";
import { openai } from "../support/openai.ts";
import { signInOwner } from "../support/owner.ts";
import { startTollgate, type Tollgate } from "../support/tollgate.ts";

// $0.001 per image, as the catalogue is seeded.
const IMAGE_USD = 0.001;
const PROMPT = `CANARY-prompt-${randomUUID()}`;
const RESULT = `https://images.example/CANARY-result-${randomUUID()}.png`;

let cloned: TestDatabase;
let database: pg.Pool;
let first: Tollgate;
let second: Tollgate;
let operator: Operator;
let upstream: Awaited<ReturnType<typeof startTasks>>;

beforeAll(async () => {
  upstream = await startTasks();
  cloned = await testDatabase({ seeded: true });
  database = openDatabase(cloned.url);
  first = await startTollgate({ databaseUrl: cloned.url });
  second = await startTollgate({ databaseUrl: cloned.url, env: sharedKey() });
  operator = await signInOwner(first.url);
  await operator.createChannel({ baseUrl: upstream.url, credential: "sk-tasks", models: ["txt2img_v3"] });
});
afterAll(async () => {
  await Promise.all([first?.remove(), second?.remove()]);
  await database?.end();
  await cloned?.stop();
  upstream?.stop();
});

const sharedKey = () => ({ MASTER_KEY_FILE: join(first.dataDir, "master.key") });

async function draw(node: Tollgate, secret: string, images = 1, headers: Record<string, string> = {}) {
  const answer = await fetch(`${node.url}/v3/async/txt2img`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ request: { model_name: "any.safetensors", prompt: PROMPT, image_num: images } }),
  });
  const { task_id: taskId } = (await answer.json()) as { task_id: string };
  return {
    status: answer.status,
    taskId,
    requestId: answer.headers.get("x-request-id") ?? "",
    headers: answer.headers,
  };
}

async function ask(node: Tollgate, secret: string, taskId: string) {
  const answer = await fetch(`${node.url}/v3/async/task-result?task_id=${taskId}`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  return { status: answer.status, text: await answer.text() };
}

/** A node learns of a key that another has made a moment later. */
const untilKnown = (node: Tollgate, secret: string) =>
  expect.poll(async () => (await ask(node, secret, "x")).status, { timeout: 5_000 }).toBe(404);

const rowsOf = (accountId: string) => operator.all<LogRow>(`/api/logs?accountId=${accountId}`);
const settlementsOf = async (accountId: string) =>
  (await rowsOf(accountId)).filter(({ kind }) => kind === "settlement");

async function expectExact(accountId: string, funds: string, cost: number): Promise<void> {
  const account = () => operator.account(accountId);
  await expect.poll(async () => (await account()).held, { timeout: 10_000 }).toBe("0");
  expect(Number((await account()).balance)).toBeCloseTo(Number(funds) - cost, 9);
  const { usage } = await ledgerOf(database, accountId);
  expect(-usage).toBe(BigInt(Math.round(cost * 1e9)));
  expect(await operator.need("POST", "/api/ledger/verify", {})).toMatchObject({ ok: true, differences: [] });
}

it("is held while it runs and billed exactly once, whoever of two nodes is asked, twenty times at once", async () => {
  const { account, key } = await operator.customer("5");
  await untilKnown(second, key.secret);
  const { taskId, requestId } = await draw(first, key.secret, 3);
  expect(await operator.account(account.id)).toMatchObject({ balance: "5", held: "0.003" });
  expect(JSON.parse((await ask(second, key.secret, taskId)).text)).toMatchObject({
    task: { task_id: taskId, status: "TASK_STATUS_PROCESSING" },
  });
  upstream.finish("SUCCEED");
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => ask(index % 2 ? first : second, key.secret, taskId)),
  );
  for (const { status, text } of answers) expect([status, text.split(RESULT).length]).toEqual([200, 4]);
  const [settlement, ...others] = await settlementsOf(account.id);
  expect(others).toEqual([]);
  expect(settlement).toMatchObject({
    parentId: requestId,
    images: 3,
    cost: "0.003",
    status: 200,
    repeats: 0,
  });
  const [made, bill] = [await operator.row(requestId), await operator.row(settlement?.requestId ?? "")];
  expect(made).toMatchObject({ kind: "call", cost: "0", images: 0 });
  expect(bill.bill).toMatchObject({ cost: "0.003", equal: true });
  await expectExact(account.id, "5", 3 * IMAGE_USD);
  // Charts count what was asked for once.
  const day = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
  const sum = async (metric: string) => {
    const { series } = await operator.need<{ series: { points: { value: number | string | null }[] }[] }>(
      "GET",
      `/api/metrics?metric=${metric}&step=60&keyId=${key.id}&model=txt2img_v3&${day}`,
    );
    return series.flatMap(({ points }) => points).reduce((total, { value }) => total + Number(value ?? 0), 0);
  };
  await expect.poll(() => sum("ipm"), { timeout: 5_000 }).toBe(3);
  expect(await sum("rpm")).toBe(1);
});

it("finds money that its own node has set aside for calls and does not use", async () => {
  const { account, key } = await operator.customer("0.01");
  const headers = { authorization: `Bearer ${key.secret}`, "content-type": "application/json" };
  const body = JSON.stringify({
    model: "sim-chat",
    messages: [{ role: "user", content: "hi" }],
    max_tokens: 5,
  });
  const chat = await fetch(`${first.url}/v1/chat/completions`, { method: "POST", headers, body });
  expect([chat.status, (await chat.text()) !== ""]).toEqual([200, true]);
  upstream.finish("PROCESSING");
  expect((await draw(first, key.secret, 9)).status).toBe(200);
  expect(await operator.account(account.id)).toMatchObject({ held: "0.009" });
});

it("that fails costs nothing, and frees what it held", async () => {
  const { account, key } = await operator.customer("5");
  await untilKnown(second, key.secret);
  upstream.finish("PROCESSING");
  const { taskId } = await draw(second, key.secret, 2);
  upstream.finish("FAILED");
  expect(JSON.parse((await ask(first, key.secret, taskId)).text)).toMatchObject({
    task: { task_id: taskId, status: "TASK_STATUS_FAILED" },
    images: [],
  });
  upstream.finish("SUCCEED");
  expect((await ask(second, key.secret, taskId)).text).not.toContain(RESULT);
  await expectExact(account.id, "5", 0);
});

it("of somebody else is a 404 on every node", async () => {
  const [own, other] = [await operator.customer("5"), await operator.customer("5")];
  upstream.finish("SUCCEED");
  const { taskId } = await draw(first, own.key.secret);
  for (const node of [first, second]) {
    await expect
      .poll(async () => (await ask(node, own.key.secret, taskId)).status, { timeout: 5_000 })
      .toBe(200);
    await expect
      .poll(async () => (await ask(node, other.key.secret, taskId)).status, { timeout: 5_000 })
      .toBe(404);
  }
});

it("is made once under an Idempotency-Key, on whatever node", async () => {
  const { account, key } = await operator.customer("5");
  await untilKnown(second, key.secret);
  upstream.finish("PROCESSING");
  const before = upstream.made();
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      draw(index % 2 ? first : second, key.secret, 1, { "idempotency-key": "once" }),
    ),
  );
  expect(new Set(answers.map(({ taskId }) => taskId)).size).toBe(1);
  expect(upstream.made() - before).toBe(1);
  upstream.finish("SUCCEED");
  await ask(first, key.secret, answers[0]?.taskId ?? "");
  await expectExact(account.id, "5", IMAGE_USD);
});

it("counts its images for the seeded limit when it is made, and a refusal holds nothing", async () => {
  const { account, key } = await operator.customer("5");
  upstream.finish("PROCESSING");
  expect((await draw(first, key.secret, 16)).status).toBe(200);
  const full = await draw(first, key.secret, 16);
  expect([full.status, full.headers.get("x-ratelimit-limit-images")]).toEqual([429, "20"]);
  expect(Number(full.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await operator.account(account.id)).toMatchObject({ held: "0.016" });
});

it("survives kill -9: a task stands for any node; a call cut off before its task stood is free, and its key, too", async () => {
  const { account, key } = await operator.customer("5");
  await untilKnown(second, key.secret);
  upstream.finish("PROCESSING");
  const { taskId } = await draw(second, key.secret, 2);
  const arrived = upstream.hang();
  const cut = draw(second, key.secret, 5, { "idempotency-key": "cut" }).catch(() => undefined);
  await arrived;
  expect(await operator.account(account.id)).toMatchObject({ held: "0.007" });
  await second.kill9();
  await cut;
  upstream.finish("SUCCEED");
  // The other node's own look, nobody asks.
  await database.query("UPDATE hot.task SET look_at = now() WHERE account_id = $1", [account.id]);
  await expect.poll(async () => (await operator.account(account.id)).held, { timeout: 10_000 }).toBe("0.005");
  second = await startTollgate({ databaseUrl: cloned.url, dataDir: second.dataDir, env: sharedKey() });
  expect((await ask(second, key.secret, taskId)).text).toContain(RESULT);
  await expectExact(account.id, "5", 2 * IMAGE_USD);
  const codes = (await rowsOf(account.id)).map(({ errorCode }) => errorCode);
  expect(codes).toContain("server_interrupted");
  // Its claim is ten seconds old before it is taken over.
  await expect
    .poll(async () => (await draw(first, key.secret, 5, { "idempotency-key": "cut" })).status, {
      timeout: 40_000,
    })
    .toBe(200);
});

it("makes, shows and deletes videos through the official client", async () => {
  const { account, key } = await operator.customer("5");
  const client = openai(first.url, key.secret);
  const made = await client.videos.create({ model: "sim-video", prompt: PROMPT, seconds: "8" });
  expect(made).toMatchObject({ object: "video", status: "queued", model: "sim-video", seconds: "8" });
  await expect(client.videos.create({ model: "wan_txt_to_video", prompt: PROMPT })).rejects.toMatchObject({
    status: 400,
    param: "model",
  });
  await client.videos.retrieve(made.id);
  expect(await client.videos.retrieve(made.id)).toMatchObject({ id: made.id, status: "completed" });
  const content = await client.videos.downloadContent(made.id);
  expect([content.headers.get("content-type"), (await content.arrayBuffer()).byteLength]).toEqual([
    "video/mp4",
    24,
  ]);
  const other = openai(first.url, (await operator.customer("1")).key.secret);
  for (const foreign of [
    () => other.videos.retrieve(made.id),
    () => other.videos.downloadContent(made.id),
    () => other.videos.delete(made.id),
  ])
    await expect(foreign()).rejects.toMatchObject({ status: 404 });
  expect(await client.videos.delete(made.id)).toMatchObject({ id: made.id, deleted: true });
  await expectExact(account.id, "5", 8 * 0.05);
});

it("leaves neither what was asked for nor what was made in a table, a file or the output", async () => {
  const markers = [PROMPT, RESULT];
  expect(await tablesWith(database, markers)).toEqual([]);
  for (const { dataDir, output } of [first, second]) {
    expect(await filesWith(dataDir, markers)).toEqual([]);
    expect(markersIn(output(), markers)).toEqual([]);
  }
});

/** An upstream of /v3 tasks, all of which end as it is told. */
async function startTasks() {
  const images = new Map<string, number>();
  let status = "PROCESSING";
  let onArrival: (() => void) | undefined;
  const server = createServer((request, response) => void serve(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "", "http://upstream");
    response.setHeader("content-type", "application/json");
    if (request.method === "POST" && url.pathname === "/v3/async/txt2img") {
      const id = randomUUID();
      images.set(id, JSON.parse(Buffer.concat(chunks).toString()).request.image_num);
      if (onArrival !== undefined) {
        onArrival();
        onArrival = undefined;
        return;
      }
      response.end(JSON.stringify({ task_id: id }));
      return;
    }
    const id = url.searchParams.get("task_id") ?? "";
    const count = status === "SUCCEED" ? (images.get(id) ?? 0) : 0;
    response.end(
      JSON.stringify({
        task: { task_id: id, status: `TASK_STATUS_${status}`, reason: "" },
        images: Array.from({ length: count }, () => ({ image_url: RESULT })),
      }),
    );
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made: () => images.size,
    finish(as: "PROCESSING" | "SUCCEED" | "FAILED"): void {
      status = as;
    },
    /** The next task is taken and never answered; resolves when it has come. */
    hang: () =>
      new Promise<void>((resolve) => {
        onArrival = resolve;
      }),
    stop(): void {
      server.closeAllConnections();
      server.close();
    },
  };
}
