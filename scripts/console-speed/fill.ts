import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { OWNER, signInOwner } from "../../e2e/support/owner.ts";
import type { Tollgate } from "../../e2e/support/tollgate.ts";

/** A customer with a key, some real calls, and `rows` rows in the log; answers the owner's Cookie header. */
export async function fillConsole(gateway: Tollgate, rows: number): Promise<string> {
  const operator = await signInOwner(gateway.url);
  const { account, key } = await operator.customer("100", { name: "production" });
  const calls = Array.from({ length: 20 }, () =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key.secret}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "sim-chat", messages: [{ role: "user", content: "Hello" }] }),
    }).then((response) => response.text()),
  );
  await Promise.all(calls);
  const database = new pg.Client({ connectionString: await databaseUrl(gateway) });
  await database.connect();
  // Ids that tell their own time, as the gateway's do, spread over the last 20 hours.
  await database.query(
    `WITH ids AS (SELECT uuidv7((-1 * (n * 7.2) || ' seconds')::interval) AS id, n FROM generate_series(60, $1 + 59) AS n)
     INSERT INTO hot.request_log (request_id, created_at, node_id, account_id, key_id, key_prefix, group_id, ip,
       protocol, endpoint, model, attempts, stream, status, prompt_tokens, completion_tokens, cost, hold, latency_ms,
       usage_source)
     SELECT id, uuid_extract_timestamp(id), gen_random_uuid(), $2, $3, $4, 'default', '203.0.113.7',
       'openai', 'chat', 'sim-chat', '[]', false, CASE WHEN n % 40 = 0 THEN 502 ELSE 200 END,
       n % 4000, n % 900, n * 1000, n * 2000, n % 3000, 'upstream' FROM ids`,
    [rows, account.id, key.id, key.prefix],
  );
  await database.end();
  return cookieOf(gateway.url);
}

async function databaseUrl(gateway: Tollgate): Promise<string> {
  return (await readFile(join(gateway.dataDir, "database.url"), "utf8")).trim();
}

/** Signs in once more, for the cookie itself. */
async function cookieOf(url: string): Promise<string> {
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const first = csrf.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: first.join("; ") },
    body: new URLSearchParams({ ...OWNER, csrfToken, json: "true" }),
  });
  const session = answer.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  return session.filter((pair) => pair.includes("session")).join("; ");
}
