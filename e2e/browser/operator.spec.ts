import { expect, type Locator, type Page } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { OWNER } from "../support/owner.ts";
import { signIn, test, typeInPalette } from "./fixtures.ts";

test("an operator connects a channel, opens an account, sells a call and can follow its bill", async ({
  page,
  gateway,
}) => {
  await signIn(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");

  await test.step("connects a channel and tests it", async () => {
    await goTo(page, "Channels");
    await page.getByRole("button", { name: "Connect channel" }).first().click();
    const form = page.getByRole("dialog", { name: "Connect a channel" });
    await form.getByLabel("Name").fill("House simulator");
    await choose(form, "Provider", "Simulator");
    await form.getByLabel("Models").pressSequentially("gpt-4o-mini,");
    await form.getByRole("button", { name: "Connect channel" }).click();
    await expect(form).toBeHidden();
    const sheet = page.getByRole("dialog", { name: "House simulator" });
    await sheet.getByRole("button", { name: "Test" }).click();
    await expect(sheet.getByText(/Works, \d+ ms/).first()).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("row", { name: /House simulator/ })).toBeVisible();
  });

  await test.step("opens an account and recharges it", async () => {
    await goTo(page, "Accounts");
    await page.getByRole("button", { name: "Create account" }).first().click();
    const form = page.getByRole("dialog", { name: "Create account" });
    await form.getByLabel("Name").fill("Harbour Analytics");
    await form.getByRole("button", { name: "Create account" }).click();
    await expect(form).toBeHidden();
    await page
      .getByRole("link", { name: "Harbour Analytics" })
      .or(page.getByText("Harbour Analytics"))
      .first()
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Harbour Analytics");
    await page.getByRole("button", { name: "Recharge" }).click();
    const recharge = page.getByRole("dialog", { name: /Recharge/ });
    await recharge.getByLabel("Amount").fill("25");
    await recharge.getByRole("button", { name: "Credit now" }).click();
    await expect(recharge).toBeHidden();
    await expect(page.getByText("$25").first()).toBeVisible();
  });

  const secret = await test.step("makes a key, whose secret is shown once", async () => {
    await goTo(page, "API keys");
    await page.getByRole("button", { name: "Create key" }).first().click();
    const form = page.getByRole("dialog", { name: "Create API key" });
    await choose(form, "Account", "Harbour Analytics");
    await form.getByLabel("Name").fill("production");
    await form.getByRole("button", { name: "Create key" }).click();
    const shown = page.getByRole("dialog", { name: /production/ });
    const text = await shown.innerText();
    expect(text).toContain(gateway.url);
    const found = /sk-tg-[0-9A-Za-z]{38}/.exec(text)?.[0] ?? "";
    await shown.getByRole("button", { name: "I have copied it" }).click();
    await expect(page.getByText(found)).toHaveCount(0);
    return found;
  });

  const requestId = await test.step("a program calls with it", async () => {
    const response = await chat(
      gateway.url,
      secret,
      { model: "gpt-4o-mini", messages: HELLO },
      { "x-sim-prompt-tokens": "1234", "x-sim-completion-tokens": "567", "x-sim-cached-tokens": "100" },
    );
    expect(response.status).toBe(200);
    return response.headers.get("x-request-id") ?? "";
  });

  await test.step("the row opens to a bill that adds up", async () => {
    await goTo(page, "Request logs");
    const row = page.locator(`[data-row-id="${requestId}"]`);
    await expect(row).toContainText("gpt-4o-mini");
    await row.focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(requestId));
    const bill = page.getByRole("table", { name: /bill/i });
    await expect(bill).toBeVisible();
    const terms = await amounts(bill.locator("tbody td:last-child"));
    const [subtotal, exact, , cost] = await amounts(bill.locator("tfoot td:last-child"));
    // gpt-4o-mini: 1,134 × $0.15 + 100 × $0.075 + 567 × $0.60 per million.
    expect(terms.sort()).toEqual(["0.0000075", "0.0001701", "0.0003402"]);
    expect([subtotal, exact, cost]).toEqual(["0.0005178", "0.0005178", "0.0005178"]);
    await expect(page.getByText("Equals what was charged.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(bill).toBeHidden();
  });

  await test.step("disables the key, and the next call is refused", async () => {
    await goTo(page, "API keys");
    await page.getByRole("row", { name: /production/ }).click();
    const sheet = page.getByRole("dialog", { name: "production" });
    await sheet.getByRole("button", { name: "Disable" }).click();
    await expect(sheet.getByRole("button", { name: "Enable" })).toBeVisible();
    await expect
      .poll(async () => (await chat(gateway.url, secret, { model: "gpt-4o-mini", messages: HELLO })).status)
      .toBe(401);
  });

  await test.step("deletes it by typing its name", async () => {
    await page.getByRole("dialog", { name: "production" }).getByRole("button", { name: "Delete" }).click();
    const confirm = page.getByRole("dialog", { name: "Delete this key?" });
    await expect(confirm.getByRole("button", { name: "Delete key" })).toBeDisabled();
    await confirm.getByRole("textbox").fill("production");
    await confirm.getByRole("button", { name: "Delete key" }).click();
    await expect(confirm).toBeHidden();
    await expect(page.getByRole("row", { name: /production/ })).toHaveCount(0);
  });
});

test("a wrong password is refused in words, and the address of a page leads back to it after signing in", async ({
  page,
}) => {
  await page.goto("/keys");
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill("not the password at all");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Email or password is wrong.")).toBeVisible();
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("API keys");
});

test("a field that the server refuses says so beside itself", async ({ page }) => {
  await signIn(page);
  await page.goto("/channels");
  await page.getByRole("button", { name: "Connect channel" }).first().click();
  const form = page.getByRole("dialog", { name: "Connect a channel" });
  await form.getByLabel("Name").fill("Metadata thief");
  await form.getByLabel("Base URL").fill("http://169.254.169.254/v1");
  await form.getByLabel("Credential").fill("sk-x");
  await form.getByLabel("Models").pressSequentially("gpt-4o-mini,");
  await form.getByRole("button", { name: "Connect channel" }).click();
  await expect(form.getByLabel("Base URL")).toHaveAttribute("aria-invalid", "true");
});

test("the palette goes anywhere by keyboard, and signing out ends the session", async ({ page, gateway }) => {
  await signIn(page);
  await typeInPalette(page, "models");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Models & prices");
  await page.getByRole("button", { name: /Owner/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("Password")).toBeVisible();
  const answer = await page.request.get(`${gateway.url}/api/me`);
  expect(answer.status()).toBe(401);
});

test("the console speaks Chinese when asked to, and remembers", async ({ page }) => {
  await signIn(page);
  await page.getByRole("button", { name: /Owner/ }).click();
  await page.getByRole("menuitem", { name: "简体中文" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", /^zh/);
  await expect(page.getByRole("link", { name: "Overview" })).toHaveCount(0);
});

/** By the sidebar, until the page is there: the old one's rows must not be taken for the new one's. */
async function goTo(page: Page, title: string): Promise<void> {
  await page.getByRole("navigation").getByRole("link", { name: title, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
}

async function choose(form: Locator, label: string, option: string): Promise<void> {
  await form.getByRole("combobox", { name: label }).or(form.getByLabel(label)).first().click();
  await form.page().getByRole("option", { name: option }).click();
}

/** The dollar amounts at the ends of rows, as plain decimals. */
async function amounts(cells: Locator): Promise<string[]> {
  const texts = await cells.allInnerTexts();
  return texts.map((text) => text.replace(/[^\d.]/g, ""));
}
