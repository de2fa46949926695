import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import pg from "pg";
import type { Operator } from "#bench/operator";
import { signIn, test } from "./fixtures.ts";

const lists = [
  "/logs?range=30d",
  "/accounts",
  "/keys",
  "/channels",
  "/audit-log",
  "/models",
  "/people",
  "/outbox",
];
const long = `A name that goes on and on ${"and on ".repeat(14)}`.trim().slice(0, 128);
const names = [long, "海港分析有限公司 上海", "شركة الميناء للتحليلات", "חברת הנמל"];

let database: pg.Client;
test.beforeAll(async ({ gateway }) => {
  const url = (await readFile(join(gateway.dataDir, "database.url"), "utf8")).trim();
  database = new pg.Client({ connectionString: url });
  await database.connect();
});
test.afterAll(() => database.end());

for (const [look, viewport] of [
  ["desktop", { width: 1280, height: 800 }],
  ["phone", { width: 390, height: 844 }],
] as const) {
  test.describe(look, () => {
    test.use({ viewport });

    test("every list holds with no row, with one, with odd names and amounts, and with 10,000", async ({
      page,
      operator,
    }) => {
      test.setTimeout(180_000);
      await signIn(page);
      await test.step("no row", async () => {
        for (const list of lists) {
          await page.goto(
            list.includes("?") ? "/logs?range=30d&model=none-such" : `${list}?${nothing(list)}`,
          );
          await holds(page, `${list}, empty`);
        }
      });
      if (look === "desktop") await fill(operator);
      for (const list of lists) {
        await test.step(list, async () => {
          await page.goto(list);
          await expect(page.locator("tr[data-index]").first()).toBeVisible();
          await holds(page, list);
          await scrollFar(page);
          await holds(page, `${list}, scrolled`);
          expect(await page.locator("tr[data-index]").count(), `rows of ${list} in the page`).toBeLessThan(
            90,
          );
        });
      }
      await page.goto("/accounts?q=A%20name%20that%20goes");
      await expect(page.getByRole("row", { name: /A name that goes/ }).first()).toBeVisible();
      await page.goto("/keys?q=%D8%B4%D8%B1%D9%83%D8%A9");
      await expect(page.getByText(names[2] ?? "").first()).toBeVisible();
      await holds(page, "right-to-left name");
      await page.goto("/accounts?q=In%20debt");
      await expect(page.getByText("-$0.000000001").first()).toBeVisible();
    });
  });
}

function nothing(list: string): string {
  if (list === "/audit-log") return "action=none.such";
  return list === "/outbox" ? "to=none-such-at-all" : "q=none-such-at-all";
}

/** 10,000 of everything by SQL, with names in three scripts that go on and on; a few with odd names, one a nano-dollar in debt. */
async function fill(operator: Operator) {
  for (const name of names) {
    const account = await operator.createAccount({ name });
    await operator.createKey(account.id, { name });
  }
  const debtor = await operator.createAccount({ name: "In debt by a nano-dollar" });
  await database.query(
    `INSERT INTO hot.account_funds (account_id, balance) VALUES ($1, -1)
     ON CONFLICT (account_id) DO UPDATE SET balance = -1`,
    [debtor.id],
  );
  await database.query(`
    WITH made AS (
      INSERT INTO account (id, name, updated_at)
      SELECT uuidv7((-n || ' seconds')::interval), 'Account ' || n, now() FROM generate_series(1, 10000) AS n
      RETURNING id, name)
    INSERT INTO api_key (id, account_id, name, hash, prefix, last4, updated_at)
    SELECT uuidv7(), id, 'Key of ' || name, sha256(id::text::bytea), 'sk-tg-' || left(md5(id::text), 6), right(md5(id::text), 4), now()
    FROM made`);
  await database.query(`
    WITH ids AS (SELECT uuidv7((-n * 7 || ' seconds')::interval) AS id, n FROM generate_series(1, 10000) AS n)
    INSERT INTO hot.request_log (request_id, created_at, node_id, key_prefix, ip, protocol, endpoint, model, attempts,
      stream, status, prompt_tokens, completion_tokens, cost, hold, latency_ms, usage_source)
    SELECT id, uuid_extract_timestamp(id), gen_random_uuid(), 'sk-tg-odd', '2001:db8::ffff:203.0.113.7', 'openai', 'chat',
      CASE n % 3 WHEN 0 THEN repeat('long-model-name/', 7) WHEN 1 THEN '模型' ELSE 'sim-chat' END, '[]', false, 200,
      CASE n % 2 WHEN 0 THEN 1234567890 ELSE 1 END, 0, CASE n % 2 WHEN 0 THEN 1 ELSE 123456789123456 END, 0, n, 'upstream'
    FROM ids`);
  await database.query(`
    INSERT INTO audit_entry (id, actor_type, actor_id, actor_name, action, target_type, target_id, before, after)
    SELECT uuidv7((-n || ' seconds')::interval), 'user', 'x', 'Somebody', 'key.update', 'key', 'x', '{"a":1}', '{"a":2}'
    FROM generate_series(1, 10000) AS n`);
  await fillSupplyAndPeople();
}

/** At revision 0, so that the gateway does not load them: they are there to be listed. */
async function fillSupplyAndPeople() {
  const odd = `CASE n % 4 WHEN 0 THEN repeat('goes-on-and-on ', 8) WHEN 1 THEN '海港分析有限公司' WHEN 2 THEN 'شركة الميناء' ELSE 'Plain' END`;
  await database.query(`
    WITH made AS (
      INSERT INTO channel (id, name, provider, base_url, groups, priority, weight, status, cost_multiplier, updated_at)
      SELECT uuidv7((-n || ' seconds')::interval), ${odd} || ' ' || n, 'openai-compatible',
        'https://' || repeat('sub.', 20) || 'example.com/v1', '{}', -n, 1, 'disabled', '1/3', now()
      FROM generate_series(1, 10000) AS n RETURNING id)
    INSERT INTO channel_model (channel_id, model, upstream_model) SELECT id, 'gpt-4o-mini', 'gpt-4o-mini' FROM made`);
  await database.query(`
    INSERT INTO model (id, vendor, display_name, kind, sync_policy, official, official_source, official_source_date, updated_at)
    SELECT 'odd/' || repeat('very-long-model-id-', 5) || n, repeat('vendor', 6), ${odd}, 'chat', 'manual', '{}', 'nowhere',
      '2026-01-01', now() FROM generate_series(1, 10000) AS n`);
  await database.query(`
    INSERT INTO app_user (id, email, name, password_hash, role, updated_at)
    SELECT uuidv7((-n || ' seconds')::interval), 'person-' || n || '@' || repeat('long-', 30) || 'example.com', ${odd}, '', 'customer', now()
    FROM generate_series(1, 10000) AS n`);
  await database.query(`
    INSERT INTO mail (id, "to", subject, text, html, template, locale, state, tries, message_id, created_at)
    SELECT uuidv7((-n || ' seconds')::interval), 'person-' || n || '@' || repeat('long-', 30) || 'example.com', ${odd}, 'x', 'x',
      'test-mail', 'en', 'sent', 1, '<' || n || '@test>', now() FROM generate_series(1, 10000) AS n`);
}

/** Nothing sticks out sideways, no text lies over another cell's, nothing is broken. */
async function holds(page: Page, what: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  const found = await page.evaluate(() => {
    const sideways = document.documentElement.scrollWidth - window.innerWidth;
    const cells = [...document.querySelectorAll<HTMLElement>("tr[data-index] td")];
    const spilled = cells.filter(
      (cell) => cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).overflow === "visible",
    );
    const rows = [...document.querySelectorAll<HTMLElement>("tr[data-index]")];
    const tall = rows.filter((row) => row.offsetHeight > 130);
    return { sideways: Math.max(0, sideways), spilled: spilled.length, tall: tall.length };
  });
  expect.soft(found, what).toEqual({ sideways: 0, spilled: 0, tall: 0 });
}

async function scrollFar(page: Page): Promise<void> {
  const scroller = page.getByRole("table").first().locator("..");
  for (let step = 0; step < 4; step += 1) {
    await scroller.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForLoadState("networkidle");
  }
}
