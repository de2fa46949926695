import { expect, type Page } from "@playwright/test";
import { codeAt } from "#lib/auth/totp";
import { chat, HELLO } from "../support/chat.ts";
import { addIncident } from "../support/incident.ts";
import { addressOf } from "../support/page-addresses.ts";
import { pagesOfCustomers } from "../support/pages.ts";
import { mailedLink } from "../support/people.ts";
import { expectAccessible, expectAccessibleInEveryLook, settled } from "./axe.ts";
import { go, signIn, test } from "./fixtures.ts";

const password = "a password of one's own";

test("an owner invites an operator, who joins, and sets up a second factor", async ({ page, operator }) => {
  const email = `${crypto.randomUUID()}@example.com`;
  await signIn(page);
  await page.getByRole("link", { name: "People" }).click();
  await page.getByRole("button", { name: "Invite person" }).click();
  const form = page.getByRole("dialog", { name: "Invite person" });
  await form.getByLabel("Email").fill(email);
  await form.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByRole("row", { name: new RegExp(email) })).toContainText("Open");

  await page.context().clearCookies();
  await accept(page, await mailedLink(operator, email), "Olga");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.goto("/profile");
  await page.getByRole("button", { name: "Set up second factor" }).click();
  const setUp = page.getByRole("dialog", { name: "Set up second factor" });
  const secret = /[A-Z2-7]{32}/.exec(await setUp.innerText())?.[0] ?? "";
  await expectAccessible(page, "setting up a second factor");
  const codes = page.getByRole("dialog", { name: "Recovery codes" });
  // The code of half a minute ago, which is refused if another half minute begins on its way: then the next is due.
  await expect(async () => {
    await setUp.getByLabel("The code that the app shows").fill(codeAt(secret, Date.now() - 30_000));
    await page.keyboard.press("Enter");
    await expect(codes.getByRole("listitem")).toHaveCount(10, { timeout: 10_000 });
  }).toPass({ timeout: 40_000 });
  const recoveryCode = await codes.getByRole("listitem").first().innerText();
  await codes.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByRole("button", { name: "New recovery codes" })).toBeVisible();

  for (const code of [codeAt(secret, Date.now()), recoveryCode]) {
    await page.context().clearCookies();
    await enter(page, email);
    await expect(page.getByLabel("Code")).toBeFocused();
    await expectAccessible(page, "the second step of a sign-in");
    await page.keyboard.type("000000");
    await page.keyboard.press("Enter");
    await expect(page.getByText("This code is wrong")).toBeVisible();
    await page.getByLabel("Code").fill(code);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  }
});

test("a forgotten password is set anew through the mail, and old sessions end", async ({
  page,
  operator,
}) => {
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", "/api/invitations", { email, role: "support" });
  await accept(page, await mailedLink(operator, email), "Sam");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  const before = await page.context().cookies();
  await page.context().clearCookies();
  await page.goto("/");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByRole("heading", { level: 1, name: "Forgot your password?" }).waitFor();
  // What is typed before the page's own code has come is typed again.
  await expect(async () => {
    await page.getByLabel("Email").fill(email);
    await page.keyboard.press("Enter");
    await expect(page.getByRole("status")).toContainText("a link is on its way", { timeout: 5_000 });
  }).toPass({ timeout: 40_000 });
  await page.goto(await mailedLink(operator, email));
  await expectAccessible(page, "setting a new password");
  await page.getByLabel("New password").fill("another password entirely");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await page.context().clearCookies();
  await page.context().addCookies(before);
  await page.goto("/");
  await expect(page.getByLabel("Email")).toBeVisible();
});

test("a customer's whole way by keyboard: join, see the money, make a key, follow a bill, disable it", async ({
  page,
  operator,
  gateway,
}) => {
  const { account, key } = await operator.customer("20");
  await (await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).text();
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", `/api/accounts/${account.id}/members`, { email, role: "admin" });
  await page.goto(await mailedLink(operator, email));
  await expectAccessible(page, "accepting an invitation");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await expect(page.getByText(account.name).first()).toBeVisible();
  await expect(page.getByRole("link", { name: /Available \$19\.99/ })).toBeVisible();
  await expect(page.getByRole("link", { name: "Channels" })).toHaveCount(0);

  await go(page, "k", "API keys");
  await focusOn(page, "Create key");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Create API key" }).getByLabel("Name")).toBeFocused();
  await page.keyboard.type("from the keyboard");
  await page.keyboard.press("Enter");
  const shown = page.getByRole("dialog", { name: /from the keyboard/ });
  const secret = /sk-tg-[0-9A-Za-z]{38}/.exec(await shown.innerText())?.[0] ?? "";
  await focusOn(page, "I have copied it");
  await page.keyboard.press("Enter");
  const answer = await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO });
  expect(answer.status).toBe(200);
  await answer.text();
  await operator.row(answer.headers.get("x-request-id") ?? "");

  await go(page, "l", "Request logs");
  await expect(page.getByRole("row", { name: /from the keyboard/ })).toBeVisible();
  await page.getByRole("row", { name: /from the keyboard/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: /bill/i })).toContainText("Cost");
  await expect(page.getByText("Attempts")).toHaveCount(0);
  await expectAccessible(page, "a customer's sheet of a request");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await go(page, "k", "API keys");
  await page.getByRole("row", { name: /from the keyboard/ }).focus();
  await page.keyboard.press("Enter");
  await focusOn(page, "Disable");
  await page.keyboard.press("Enter");
  await expect(page.getByText("from the keyboard is disabled")).toBeVisible();
  await expect
    .poll(async () => (await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO })).status)
    .toBe(401);
});

test("the pages of people and of customers meet WCAG 2.1 AA", async ({ page, operator, database }) => {
  await page.goto("/forgot-password");
  await expectAccessibleInEveryLook(page, "/forgot-password");
  await page.goto("/invitation?token=none");
  await expectAccessibleInEveryLook(page, "/invitation");
  await signIn(page);
  const { account, key } = await operator.customer("1");
  for (const path of [
    "/people",
    "/people?show=invitations",
    "/profile",
    `/accounts/${account.id}?tab=members`,
  ]) {
    await page.goto(path);
    await settled(page);
    await expectAccessibleInEveryLook(page, path);
  }
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", `/api/accounts/${account.id}/members`, { email });
  await page.context().clearCookies();
  await accept(page, await mailedLink(operator, email), "Bob");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  const things = { accountId: account.id, keyId: key.id };
  const { id: incidentId } = await addIncident(database, things);
  for (const each of [...pagesOfCustomers, "/pricing", "/announcements"]) {
    const path = addressOf(each, { ...things, incidentId });
    await page.goto(path);
    await settled(page);
    await expectAccessibleInEveryLook(page, `${path} of a customer`);
  }
});

async function accept(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("New password").fill(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("/");
}

async function enter(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}

/** Tab after Tab, until the button has the focus. */
async function focusOn(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  await expect(button.first()).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    const isThere = await button.evaluateAll((all) => all.some((one) => one === document.activeElement));
    if (isThere) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches the button ${name}`);
}
