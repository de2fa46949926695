import { type Browser, test as base, expect, type Locator, type Page } from "@playwright/test";
import type pg from "pg";
import type { Operator } from "#bench/operator";
import type { CreatedKey } from "#lib/keys/schema";
import { chat, HELLO } from "../support/chat.ts";
import { openDatabase } from "../support/database.ts";
import { OWNER, signInOwner } from "../support/owner.ts";
import { mailedLink } from "../support/people.ts";
import { startTollgate, type Tollgate } from "../support/tollgate.ts";

/** A key with the ids of a call that was answered and of one that was refused. */
type EarlyCalls = { key: CreatedKey; answered: string; refused: string };
type Shared = { gateway: Tollgate; operator: Operator; database: pg.Client; early: EarlyCalls };

/**
 * One gateway with its own Postgres for all browser tests of a worker; `operator` prepares data through the API, `database`
 * what no call makes within a test's time.
 */
export const test = base.extend<object, Shared>({
  gateway: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's dependencies from this pattern
    async ({}, use) => {
      const gateway = await startTollgate();
      await use(gateway);
      await gateway.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  operator: [async ({ gateway }, use) => use(await signInOwner(gateway.url)), { scope: "worker" }],
  database: [
    async ({ gateway }, use) => {
      const database = await openDatabase(gateway);
      await use(database);
      await database.end();
    },
    { scope: "worker" },
  ],
  // Made before the first test: a chart ends with the last whole minute, which would be waited for otherwise.
  early: [
    async ({ gateway, operator }, use) => use(await callEarly(gateway, operator)),
    { scope: "worker", auto: true },
  ],
  baseURL: async ({ gateway }, use) => use(gateway.url),
});

async function callEarly(gateway: Tollgate, operator: Operator): Promise<EarlyCalls> {
  const { key } = await operator.customer("20", { name: "typed by name", models: ["sim-chat"] });
  const call = async (model: string) => {
    const answer = await chat(gateway.url, key.secret, { model, messages: HELLO });
    await answer.text();
    return answer.headers.get("x-request-id") ?? "";
  };
  const answered = await call("sim-chat");
  // One that exists: names that callers make up stand in no chart.
  const refused = await call("sim-image");
  await Promise.all([operator.row(answered), operator.row(refused)]);
  return { key, answered, refused };
}

/** Through the form, as a person does: labels and Enter are part of the contract. */
export async function signIn(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
}

/** Who accepted an invitation to an account, on a page of their own: close its context in the end. */
export async function joined(browser: Browser, operator: Operator, accountId: string): Promise<Page> {
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", `/api/accounts/${accountId}/members`, { email, role: "admin" });
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  await page.goto(await mailedLink(operator, email));
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("New password").fill("a password of one's own");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  return page;
}

/** `g` and a letter, as the shortcut help says; again where a slow machine left more than their 1.2 s between the two. */
export async function go(page: Page, letter: string, heading: string): Promise<void> {
  const title = page.getByRole("heading", { level: 1, name: heading });
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(title).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 30_000 });
}

/** ⌘K and what one types there; the keys again where the page did not listen yet. */
export async function typeInPalette(page: Page, text: string): Promise<void> {
  const input = page.getByPlaceholder(/Go to a page/);
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+k");
    await expect(input).toBeVisible({ timeout: 10_000 });
  }).toPass({ timeout: 60_000 });
  await input.fill(text);
}

/** A click on a row's first cell, which has nothing of its own to click: what stands in its middle depends on the columns. */
export async function openRow(row: Locator): Promise<void> {
  await row
    .getByRole("cell")
    .first()
    .click({ position: { x: 22, y: 14 } });
}
