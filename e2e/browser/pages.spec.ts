import { expect } from "@playwright/test";
import type { CreatedKey } from "#lib/keys/schema";
import { chat, HELLO } from "../support/chat.ts";
import { signIn, test } from "./fixtures.ts";

test("settings: name, colour, header, footer and logo show at once, everywhere; the audit log tells the difference", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  await signIn(page);
  await page.goto("/settings");
  await page.getByLabel("Name", { exact: true }).fill("Harbour Gate");
  await page.getByRole("textbox", { name: "Accent colour" }).fill("#a3265e");
  await page.getByLabel("Header", { exact: true }).fill("Quay 4 is closed tonight.");
  await page.getByLabel("Footer").fill("Questions: call the harbour.");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Settings are saved and in force")).toBeVisible();
  await expect(page.getByRole("link", { name: "Harbour Gate" }).first()).toBeVisible();
  const accent = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--tg-accent").trim());
  await expect.poll(accent).toBe("#a3265e");

  await page.locator('input[type="file"]').setInputFiles({
    name: "logo.png",
    mimeType: "image/png",
    buffer: Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    ),
  });
  await expect(page.getByRole("img", { name: "Logo" })).toHaveAttribute("src", /\/api\/site-logo\?v=/);
  const logo = await page.request.get(
    (await page.getByRole("img", { name: "Logo" }).getAttribute("src")) ?? "",
  );
  expect(logo.headers()["content-type"]).toBe("image/png");
  expect(logo.headers()["content-disposition"]).toContain("attachment");

  const stranger = await browser.newPage();
  await stranger.goto(gateway.url);
  await expect(stranger).toHaveTitle("Harbour Gate");
  await expect(stranger.getByText("Quay 4 is closed tonight.")).toBeVisible();
  await expect(stranger.getByText("Questions: call the harbour.")).toBeVisible();
  await expect(stranger.getByText("Tollgate")).toHaveCount(0);
  await stranger.close();

  await page.goto("/audit-log?action=settings.update");
  await page.locator('tr[data-index="0"]').click();
  const difference = page.getByRole("dialog").getByRole("row", { name: /site\.name/ });
  await expect(difference).toContainText("Tollgate");
  await expect(difference).toContainText("Harbour Gate");
  await operator.need("PATCH", "/api/settings", {
    "site.name": "Tollgate",
    "site.accent": null,
    "site.header": "",
    "site.footer": "",
  });
  await operator.need("PUT", "/api/site-logo", { image: null });
});

test("a site password stands before every page, for pages asked in parts too, and not before programs", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  await operator.need("PUT", "/api/site-password", { password: "harbour lights" });
  const context = await browser.newContext({ baseURL: gateway.url });
  const stranger = await context.newPage();
  for (const path of ["/", "/docs/quickstart", "/first-run"]) {
    await stranger.goto(path);
    await expect(stranger.getByLabel("Site password")).toBeVisible();
    await expect(stranger.getByLabel("Email")).toHaveCount(0);
  }
  const part = await context.request.get("/docs/quickstart", { headers: { rsc: "1" } });
  expect(await part.text()).not.toContain("TOLLGATE_KEY");
  expect((await context.request.get("/healthz")).status()).toBe(200);
  expect((await context.request.get("/v1/models")).status()).toBe(401);

  await stranger.goto("/docs/quickstart");
  await stranger.getByLabel("Site password").fill("wrong");
  await stranger.keyboard.press("Enter");
  await expect(stranger.getByText("This is not the site's password.")).toBeVisible();
  await stranger.getByLabel("Site password").fill("harbour lights");
  await stranger.keyboard.press("Enter");
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Quickstart");
  await operator.need("PUT", "/api/site-password", { password: null });
  await context.close();
  await signIn(page);
});

test("the page of a key tells where it was used from, and rotates it in three steps", async ({
  page,
  gateway,
  operator,
}) => {
  const { key } = await operator.customer("20", { name: "rotating" });
  const answer = await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO });
  await answer.text();
  await operator.row(answer.headers.get("x-request-id") ?? "");
  await signIn(page);
  await page.goto(`/keys/${key.id}`);
  await expect(page.getByRole("table", { name: "Addresses over 30 days" })).toContainText("127.0.0.1");
  await expect(page.getByRole("table", { name: "Last calls" }).getByRole("row")).toHaveCount(2);
  await page.getByRole("button", { name: "Rotate key" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate rotating" });
  await dialog.getByRole("radio", { name: "In 1 hour" }).click();
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog).toContainText(`${key.prefix}…${key.last4}`);
  await dialog.getByRole("button", { name: "Rotate key" }).click();
  await expect(dialog.getByRole("timer")).toContainText(/works for another (59:5\d|01:00:00)/);
  const text = await dialog.innerText();
  const secret = /sk-tg-[0-9A-Za-z]{38}/.exec(text)?.[0] ?? "";
  expect(secret).not.toBe(key.secret);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  const status = async (with_: string) =>
    (await chat(gateway.url, with_, { model: "sim-chat", messages: HELLO })).status;
  expect([await status(secret), await status(key.secret)]).toEqual([200, 200]);
  await page.getByRole("button", { name: "End now" }).click();
  await expect.poll(() => status(key.secret)).toBe(401);
  expect(await status(secret)).toBe(200);
});

test("numbers on the overview lead to exactly their rows, in the currency and zone of the settings", async ({
  page,
  gateway,
  operator,
}) => {
  const { key } = await operator.customer("20");
  const refused = await chat(gateway.url, key.secret, { model: "no-such-model", messages: HELLO });
  await operator.row(refused.headers.get("x-request-id") ?? "");
  await signIn(page);
  await page.getByRole("link", { name: /Errors, last hour/ }).click();
  await expect(page).toHaveURL(/status=failed/);
  await expect(page.locator(`[data-row-id="${refused.headers.get("x-request-id")}"]`)).toBeVisible();
  await expect(page.getByRole("row", { name: /\b200\b/ })).toHaveCount(0);
  await operator.need("PATCH", "/api/settings", { "site.currency": "CNY", "site.timeZone": "Asia/Shanghai" });
  await page.goto("/");
  await expect(page.getByRole("link", { name: /Spend today.*¥/ })).toBeVisible();
  await page.getByRole("link", { name: /Spend today/ }).click();
  // Where a day begins at 16:00 UTC.
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\dT16(%3A|:)00/);
  await operator.need("PATCH", "/api/settings", { "site.currency": "USD", "site.timeZone": "UTC" });
});

test("the docs can be read by anyone, in both languages, and their programs name this gateway", async ({
  page,
  gateway,
  operator,
}) => {
  await page.goto("/docs");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quickstart");
  const curl = page.getByRole("region", { name: "curl" });
  await expect(curl).toContainText(`curl ${gateway.url}/v1/chat/completions`);
  for (const title of ["Errors and what to do", "Batch clients", "If your key leaked", "API reference"]) {
    await page.getByRole("navigation", { name: "Docs" }).getByRole("link", { name: title }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
    if (title !== "API reference") continue;
    await page.goBack();
  }
  await page.goto("/docs/errors");
  await expect(page.getByRole("row", { name: /insufficient_balance/ })).toContainText("402");
  await page.context().addCookies([{ name: "tollgate-locale", value: "zh", url: gateway.url }]);
  await page.goto("/docs/quickstart");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("快速开始");
  await operator.all<CreatedKey>("/api/keys");
});
