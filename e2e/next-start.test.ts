import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import type { CreatedKey } from "#lib/keys/schema";
import { chat, HELLO } from "./support/chat.ts";
import { ledgerOf } from "./support/ledger.ts";
import { openai } from "./support/openai.ts";
import { signInOwner } from "./support/owner.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

let database: TestDatabase;
let server: Tollgate;
let alone: Tollgate;
let operator: Operator;
let key: CreatedKey;

/** The server migrates, seeds and makes the owner; beside it `next start` serves the same database by itself. */
beforeAll(async () => {
  database = await testDatabase({ seeded: true });
  server = await startTollgate({ databaseUrl: database.url });
  operator = await signInOwner(server.url);
  key = (await operator.customer("10")).key;
  alone = await startTollgate({
    databaseUrl: database.url,
    nextAlone: true,
    env: { MASTER_KEY_FILE: join(server.dataDir, "master.key"), TRUSTED_PROXIES: "platform" },
  });
}, 300_000);
afterAll(async () => {
  await alone?.remove();
  await server?.remove();
  await database?.stop();
});

it("answers, bills and logs a call and a stream", async () => {
  const client = openai(alone.url, key.secret);
  const { response } = await client.chat.completions
    .create({ model: "sim-chat", messages: HELLO })
    .withResponse();
  const stream = await client.chat.completions.create({ model: "sim-chat", messages: HELLO, stream: true });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  expect(text).not.toBe("");
  const row = await operator.row(response.headers.get("x-request-id") ?? "");
  expect(row).toMatchObject({ status: 200, bill: { equal: true } });
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const ledger = await ledgerOf(pool, key.accountId);
  await pool.end();
  expect((await operator.account(key.accountId)).held).toBe("0");
  expect(ledger.usage).toBeLessThan(0n);
});

it("believes the platform about the caller's address", async () => {
  const response = await chat(
    alone.url,
    key.secret,
    { model: "sim-chat", messages: HELLO },
    { "x-forwarded-for": "203.0.113.7" },
  );
  const row = await operator.row(response.headers.get("x-request-id") ?? "");
  expect(row.ip).toBe("203.0.113.7");
});

it("signs the owner in, and applies a change within a second of the other node's answer", async () => {
  const there = await signInOwner(alone.url);
  expect((await there.call("GET", "/api/me")).status).toBe(200);
  await operator.need("PATCH", `/api/keys/${key.id}`, { status: "disabled" });
  await expect
    .poll(async () => (await chat(alone.url, key.secret, { model: "sim-chat", messages: HELLO })).status, {
      timeout: 1_000,
    })
    .toBe(401);
});
