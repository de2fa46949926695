import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import type { CreatedKey } from "#lib/keys/schema";
import { chat, HELLO } from "../support/chat.ts";
import { go, signIn, test, typeInPalette } from "./fixtures.ts";

let keys: CreatedKey[] = [];
let accountId = "";
let requestId = "";

test.beforeAll(async ({ gateway, operator }) => {
  const { account, key } = await operator.customer("20", { name: "harbour-main" });
  accountId = account.id;
  await operator.need("PATCH", `/api/accounts/${account.id}`, { name: "Harbour Habits" });
  keys = [key];
  for (const name of ["ant", "bee", "cat"]) keys.push(await operator.createKey(account.id, { name }));
  const answer = await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO });
  requestId = answer.headers.get("x-request-id") ?? "";
  await answer.text();
  await operator.row(requestId);
});

test.beforeEach(({ page }) => signIn(page));

test("⌘K finds a key by its prefix, an account and a channel by name, a request by its id", async ({
  page,
}) => {
  const find = async (text: string, option: RegExp) => {
    await typeInPalette(page, text);
    await expect(page.getByRole("button", { name: option }).first()).toBeVisible();
    await page.getByRole("button", { name: option }).first().click();
  };
  await find(keys[0]?.prefix ?? "", /harbour-main/);
  await expect(page.getByRole("dialog", { name: "harbour-main" })).toBeVisible();
  await find("harbour hab", /^Harbour Habits/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Harbour Habits");
  await find("simul", /^Simulator/i);
  await expect(page).toHaveURL(/\/channels/);
  await find(requestId, /Open request/);
  await expect(page.getByRole("table", { name: /bill/i })).toBeVisible();
});

test("⌘K creates, and changes the look", async ({ page }) => {
  const choose = async (text: string, name: string) => {
    await typeInPalette(page, text);
    await expect(page.getByRole("button", { name, exact: true })).toBeVisible();
    await page.keyboard.press("Enter");
  };
  await choose("create account", "Create account");
  await expect(page.getByRole("dialog", { name: "Create account" }).getByLabel("Name")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await choose("dark", "Dark theme");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await choose("light", "Light theme");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
});

test("g and a letter goes, / searches, ? helps, c creates, r asks again", async ({ page }) => {
  await go(page, "k", "API keys");
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search keys" })).toBeFocused();
  await page.keyboard.type("ant");
  await expect(page).toHaveURL(/q=ant/);
  await expect(page.getByRole("row", { name: /bee/ })).toHaveCount(0);
  await page.getByRole("heading", { level: 1 }).click();
  const again = page.waitForRequest((request) => request.url().includes("/api/keys?"));
  await page.keyboard.press("r");
  await again;
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help.getByText("Search this list")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();
});

test("j and k walk a list from anywhere, and rows in an open sheet", async ({ page }) => {
  await page.goto(`/keys?accountId=${accountId}&sort=name`);
  await expect(page.getByRole("row", { name: /ant/ })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.locator('tr[data-index="0"]')).toBeFocused();
  await page.keyboard.press("j");
  await expect(page.locator('tr[data-index="1"]')).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "ant" })).toBeVisible();
  await page.keyboard.press("j");
  await expect(page.getByRole("dialog", { name: "bee" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a switched-off key can be switched back on from the notice", async ({ page, operator }) => {
  await page.goto(`/keys?row=${keys[1]?.id}`);
  const sheet = page.getByRole("dialog", { name: "ant" });
  await sheet.getByRole("button", { name: "Disable" }).click();
  await expect(sheet.getByRole("button", { name: "Enable" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(sheet.getByRole("button", { name: "Disable" })).toBeVisible();
  await expect
    .poll(async () => (await operator.need<CreatedKey>("GET", `/api/keys/${keys[1]?.id}`)).status)
    .toBe("active");
});

test("a switch that the server refuses goes back, with the server's reason", async ({ page }) => {
  await page.goto(`/keys?row=${keys[1]?.id}`);
  const sheet = page.getByRole("dialog", { name: "ant" });
  let answer: () => void = () => {};
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(`**/api/keys/${keys[1]?.id}`, async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    await mayAnswer;
    await route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({
        status: 409,
        code: "conflict",
        detail: "The harbour is closed.",
        title: "Conflict",
      }),
    });
  });
  await sheet.getByRole("button", { name: "Disable" }).click();
  // At once, before the server has said anything.
  await expect(sheet.getByRole("button", { name: "Enable" })).toBeVisible();
  answer();
  await expect(page.getByText("The harbour is closed.")).toBeVisible();
  await expect(sheet.getByRole("button", { name: "Disable" })).toBeVisible();
});

test("a form whose row cannot be read says so, and opens when it is tried again", async ({ page }) => {
  await page.goto(`/keys?row=${keys[1]?.id}`);
  await page.route(`**/api/keys/${keys[1]?.id}`, (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      body: JSON.stringify({ status: 409, code: "conflict", title: "Conflict", detail: "Come back later." }),
    }),
  );
  await page.getByRole("dialog", { name: "ant" }).getByRole("button", { name: "Edit" }).click();
  await expect(page.getByText("This could not be loaded: Come back later.")).toBeVisible();
  await page.unroute(`**/api/keys/${keys[1]?.id}`);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("ant");
});

test("a list comes as CSV with its filters and columns", async ({ page }) => {
  await page.goto(`/keys?accountId=${accountId}&sort=name`);
  await page.getByRole("button", { name: "Columns and export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download CSV" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const [head, ...rows] = text.trim().split("\r\n");
  expect(head).toMatch(/^Name,Account,Key,State/);
  expect(rows.map((row) => row.split(",")[0])).toEqual(["ant", "bee", "cat", "harbour-main"]);
});

test("filters and columns can be kept under a name, and brought back anywhere", async ({ page }) => {
  await page.goto("/logs?status=4xx&range=7d");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("textbox", { name: "Name of the view" }).fill("Refused this week");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Refused this week is saved")).toBeVisible();
  await page.goto("/logs");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: "Refused this week", exact: true }).click();
  await expect(page).toHaveURL(/status=4xx/);
  await expect(page).toHaveURL(/range=7d/);
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: "Delete the view Refused this week" }).click();
  await expect(page.getByRole("button", { name: "Refused this week", exact: true })).toHaveCount(0);
});

test("a column's name sorts, and the address says so", async ({ page }) => {
  await page.goto(`/keys?accountId=${accountId}`);
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.locator('tr[data-index="0"]')).toContainText("ant");
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await expect(page.locator('tr[data-index="0"]')).toContainText("harbour-main");
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
});

test("chosen keys are switched off together, deleted after typing, and brought back", async ({ page }) => {
  await page.goto(`/keys?accountId=${accountId}&sort=name`);
  await expect(page.locator('tr[data-index="0"]')).toContainText("ant");
  await page.keyboard.press("j");
  await expect(page.locator('tr[data-index="0"]')).toBeFocused();
  await page.keyboard.press("x");
  await page
    .locator('tr[data-index="2"]')
    .getByRole("checkbox")
    .click({ modifiers: ["Shift"] });
  const bar = page.getByRole("region", { name: "3 chosen" });
  await bar.getByRole("button", { name: "Disable" }).click();
  await expect(page.getByText("3 keys are disabled")).toBeVisible();
  await expect(page.getByRole("row", { name: /Disabled/ })).toHaveCount(3);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("row", { name: /Disabled/ })).toHaveCount(0);
  await bar.getByRole("button", { name: "Delete" }).click();
  const confirm = page.getByRole("dialog", { name: "Delete these 3 keys?" });
  await expect(confirm.getByRole("button", { name: "Delete 3 keys" })).toBeDisabled();
  await confirm.getByRole("textbox").fill("3 keys");
  await confirm.getByRole("button", { name: "Delete 3 keys" }).click();
  await expect(page.getByRole("row", { name: /ant|bee|cat/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).first().click();
  await expect(page.getByRole("row", { name: /ant|bee|cat/ })).toHaveCount(3);
});

test("an edit that someone overtook is shown as mine against theirs, and overwrites nothing unasked", async ({
  page,
  operator,
}) => {
  const key = await operator.createKey(accountId, { name: "contested" });
  await page.goto(`/keys?edit=${key.id}`);
  const form = page.getByRole("dialog", { name: "Edit contested" });
  await form.getByLabel("Name", { exact: true }).fill("mine");
  await operator.need("PATCH", `/api/keys/${key.id}`, { name: "theirs", allowedCidrs: ["203.0.113.0/24"] });
  await form.getByRole("button", { name: "Save key" }).click();
  await expect(form.getByText("Someone has changed this meanwhile")).toBeVisible();
  await expect(form.getByRole("radio", { name: "Mine: mine" })).toBeChecked();
  await expect(form.getByRole("radio", { name: "Theirs: 203.0.113.0/24" })).toBeChecked();
  await form.getByText("Theirs: theirs").click();
  await form.getByRole("button", { name: "Save key" }).click();
  await expect(form).toBeHidden();
  const saved = await operator.need<CreatedKey>("GET", `/api/keys/${key.id}`);
  expect([saved.name, saved.allowedCidrs]).toEqual(["theirs", ["203.0.113.0/24"]]);
});

test("an id is copied by a click, a time shows itself in UTC", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`/logs?row=${requestId}`);
  const sheet = page.getByRole("dialog");
  await sheet
    .getByRole("button", { name: /copy the whole id/ })
    .first()
    .click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(requestId);
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  // A pointer that rests where the sheet was is not seen to come; it comes again.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await page.locator(`[data-row-id="${requestId}"] time`).hover();
    await expect(page.getByText(/^\d{4}-\d\d-\d\dT.*Z$/).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("filters stand in a drawer", async ({ page }) => {
    await page.goto("/keys");
    await page.getByRole("button", { name: "Filters" }).click();
    const drawer = page.getByRole("dialog", { name: "Filters" });
    await drawer.getByRole("button", { name: "Disabled" }).click();
    await drawer.getByRole("button", { name: "Show rows" }).click();
    await expect(page).toHaveURL(/status=disabled/);
    await expect(page.getByRole("button", { name: "Filters (1)" })).toBeVisible();
  });
});

test("the whole way of an operator works by keyboard alone", async ({ page, operator }) => {
  await press(page, "g", "a");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accounts");
  await press(page, "c");
  const account = page.getByRole("dialog", { name: "Create account" });
  await expect(account.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Keyboard Ltd");
  await press(page, "ControlOrMeta+Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Keyboard Ltd");
  await tabTo(page, "Recharge");
  await press(page, "Enter");
  await expect(page.getByRole("dialog", { name: /Recharge/ }).getByLabel("Amount")).toBeFocused();
  await page.keyboard.type("12.5");
  await press(page, "Enter");
  await expect(page.getByText("$12.50").first()).toBeVisible();
  await press(page, "g", "k");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("API keys");
  await press(page, "c");
  const form = page.getByRole("dialog", { name: "Create API key" });
  await expect(
    form.getByRole("combobox", { name: "Account" }).or(form.getByLabel("Account")).first(),
  ).toBeFocused();
  await page.keyboard.type("Keyboard");
  await expect(page.getByRole("option", { name: "Keyboard Ltd" })).toBeVisible();
  await press(page, "ArrowDown", "Enter", "Tab");
  await page.keyboard.type("by hand");
  await press(page, "ControlOrMeta+Enter");
  const secret = page.getByRole("dialog", { name: /by hand is ready/ });
  await expect(secret).toContainText("sk-tg-");
  await tabTo(page, "I have copied it");
  await press(page, "Enter");
  await expect(secret).toBeHidden();
  await expect
    .poll(
      async () =>
        (await operator.need<{ items: { name: string }[] }>("GET", "/api/keys?q=by%20hand")).items.length,
    )
    .toBe(1);

  await press(page, "g", "c");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Channels");
  await press(page, "c");
  const channel = page.getByRole("dialog", { name: "Connect a channel" });
  await expect(channel.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Keyboard channel");
  await walkTo(page, channel.getByRole("textbox", { name: "Base URL" }));
  await page.keyboard.type("http://127.0.0.1:9/v1");
  await walkTo(page, channel.getByRole("textbox", { name: "Credential", exact: true }));
  await page.keyboard.type("sk-by-hand");
  const models = channel.getByLabel("Models");
  await walkTo(page, models);
  await page.keyboard.type("keyboard-model,");
  await press(page, "ControlOrMeta+Enter");
  await expect(channel).toBeHidden();
  await expect
    .poll(async () =>
      (await operator.need<{ items: { name: string }[] }>("GET", "/api/channels")).items.map(
        ({ name }) => name,
      ),
    )
    .toContain("Keyboard channel");
});

async function press(page: Page, ...pressed: string[]): Promise<void> {
  for (const key of pressed) await page.keyboard.press(key);
}

/** Walks by Tab until the button of that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  await walkTo(page, page.getByRole("button", { name, exact: true }));
}

async function walkTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab never reached it");
}
