// `npm run screenshots`: the pictures of docs/tour.md and of the README, of an instance that `npm run demo` filled and that
// has a made-up month behind it.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import pg from "pg";
import { chromiumPath } from "../e2e/support/chromium.ts";
import { OWNER } from "../e2e/support/owner.ts";
import { startTollgate, type Tollgate } from "../e2e/support/tollgate.ts";

const folder = process.argv[2] ?? "docs/images";
const calls = "900";

const gateway = await startTollgate({ env: { TRUSTED_PROXIES: "127.0.0.0/8" } });
try {
  runDemo(gateway);
  await addHistory(gateway);
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
  });
  for (const scheme of ["light", "dark"] as const) await takeAll(browser, scheme);
  await takePhone(browser);
  await browser.close();
} finally {
  await gateway.remove();
}

function runDemo({ url }: Tollgate): void {
  const who = ["--url", url, "--email", OWNER.email, "--password", OWNER.password];
  const run = spawnSync(
    resolve("node_modules/.bin/node"),
    ["bench/demo.ts", ...who, "--calls", calls, "--minutes", "0.5"],
    { stdio: "inherit" },
  );
  if (run.status !== 0) throw new Error("npm run demo failed");
}

/** What charts and strips read, for 30 days back: a wave a day, less at weekends; one key seen from somewhere new. */
async function addHistory({ dataDir }: Tollgate): Promise<void> {
  const connectionString = (await readFile(join(dataDir, "database.url"), "utf8")).trim();
  const database = new pg.Client({ connectionString });
  await database.connect();
  await database.query(`
    INSERT INTO hot.rollup_minute_key
      (minute, account_id, key_id, model, requests, errors, prompt_tokens, completion_tokens, images, cost)
    SELECT date_trunc('minute', now()) - n * interval '5 minutes', k.account_id, k.key_id, k.model,
      w.size, (w.size / 60)::int, w.size * 900, w.size * 210, 0, w.size * 190000
    FROM (SELECT DISTINCT account_id, key_id, model FROM hot.rollup_minute_key WHERE key_id <> '') AS k,
      generate_series(2, 2400) AS n,
      LATERAL (SELECT (4 + 9 * (1 + sin(n * 5 / 229.2)) * (1 + (hashtext(k.key_id) % 5) / 9.0)
        + (hashtext(k.key_id || n) % 4))::int AS size) AS w
    WHERE w.size > 0
    ON CONFLICT DO NOTHING`);
  await database.query(`
    INSERT INTO hot.rollup_minute_model (minute, model, group_id, channel_id, status_class, requests, prompt_tokens,
      completion_tokens, images, cost, latency_histogram, first_token_histogram)
    SELECT minute, model, 'default', '', 2, sum(requests), sum(prompt_tokens), sum(completion_tokens), 0, sum(cost),
      '{}', '{}'
    FROM hot.rollup_minute_key WHERE minute < now() - interval '5 minutes' GROUP BY minute, model
    ON CONFLICT DO NOTHING`);
  await database.query(`
    INSERT INTO hot.rollup_day_ip (day, key_id, ip, account_id, requests, errors, cost, first_seen, last_seen)
    SELECT d, k.key_id, a.ip, k.account_id, a.much * (20 + abs(hashtext(k.key_id || d) % 400)), 3, 1000000,
      d + interval '1 hour', least(d + interval '20 hours', now())
    FROM (SELECT DISTINCT key_id, account_id FROM hot.rollup_day_ip WHERE key_id <> '') AS k,
      (VALUES ('203.0.113.14'::inet, 1, 30), ('203.0.113.15', 2, 19), ('198.51.100.7', 8, 1)) AS a (ip, much, since),
      generate_series(current_date - a.since, current_date, interval '1 day') AS d
    WHERE extract(dow FROM d) BETWEEN 1 AND 5 OR a.since = 1
    ON CONFLICT DO NOTHING`);
  await database.end();
}

async function takeAll(browser: Browser, colorScheme: "light" | "dark"): Promise<void> {
  const page = await signedIn(browser, { colorScheme, viewport: { width: 1280, height: 760 } });
  await take(page, "/", `tour-overview-${colorScheme}`);
  await page.goto("/logs");
  await page.locator('tr[data-index="6"]').click();
  await page.getByRole("table", { name: /bill/i }).waitFor();
  await take(page, null, `tour-log-${colorScheme}`);
  await page.goto("/keys");
  await page.locator('tr[data-index="1"]').click();
  await page.getByRole("link", { name: "Open page" }).click();
  await page.getByRole("button", { name: "Rotate key" }).waitFor();
  await take(page, null, `tour-key-${colorScheme}`);
  if (colorScheme === "light") {
    await page.goto("/keys");
    for (const index of [1, 3, 4]) {
      await page.locator(`tr[data-index="${index}"]`).getByRole("checkbox").click();
    }
    await take(page, null, "tour-keys-light");
    await take(page, "/settings", "tour-settings-light");
  } else {
    await page.goto("/audit-log?action=channel.create");
    await page.locator('tr[data-index="0"]').click();
    await page.getByRole("dialog").waitFor();
    await take(page, null, "tour-audit-dark");
  }
  await page.context().close();
}

async function takePhone(browser: Browser): Promise<void> {
  const page = await signedIn(browser, { colorScheme: "light", viewport: { width: 390, height: 780 } });
  await take(page, "/logs", "tour-log-phone");
  await page.goto("/keys");
  await page.locator('tr[data-index="1"]').click();
  await page.getByRole("link", { name: "Open page" }).click();
  await page.getByRole("button", { name: "Rotate key" }).waitFor();
  await take(page, null, "tour-key-phone");
  await page.context().close();
}

async function signedIn(browser: Browser, look: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const context = await browser.newContext({ ...look, baseURL: gateway.url, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  return page;
}

async function take(page: Page, path: string | null, name: string): Promise<void> {
  if (path !== null) await page.goto(path);
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}
