import { expect, type Locator, type Page } from "@playwright/test";
import type { Account } from "#lib/accounts/schema";
import type { Grant } from "#lib/groups/grant-schema";
import type { OwnPrices } from "#lib/pricing/own-prices-schema";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { OWNER } from "../support/owner.ts";
import { expectAccessible } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

const notice = "Someone has changed this meanwhile";

test.beforeEach(async ({ page, operator }) => {
  await signIn(page);
  await operator.need("POST", "/api/auth/reauthenticate", { password: OWNER.password });
});

test("a credit line and a grant that somebody else set meanwhile are shown, not overwritten", async ({
  page,
  operator,
}) => {
  const account = await operator.createAccount({ name: `Contested ${unique()}` });
  await page.goto(`/accounts/${account.id}?tab=credit`);
  await page.getByRole("button", { name: "Credit line" }).click();
  const line = page.getByRole("dialog", { name: `Credit line of ${account.name}` });
  await line.getByLabel("Amount, USD").fill("20");
  await line.getByLabel("Reason").fill("Mine");
  const linePath = `/api/accounts/${account.id}/credit-line`;
  await operator.need("PUT", linePath, { amount: "10", reason: "Theirs" });
  await line.getByRole("button", { name: "Set credit line" }).click();
  await expectConflict(line, "Mine: 20", "Theirs: 10");
  await line.getByRole("button", { name: "Set credit line" }).click();
  await expect(line).toBeHidden();
  expect((await operator.need<Account>("GET", `/api/accounts/${account.id}`)).creditLine).toBe("20");

  const grantPath = `/api/groups/training/grants/${account.id}`;
  await operator.need("PUT", grantPath, { models: ["gpt-4o"], note: "Asked for" });
  await page.goto("/groups/training");
  const row = page.getByRole("table", { name: "Activated for" }).getByRole("row", { name: account.name });
  await row.getByRole("button", { name: "Edit" }).click();
  const grant = page.getByRole("dialog", { name: /^Activate on / });
  await grant.getByLabel("Note").fill("Mine");
  await operator.need("PUT", grantPath, { models: ["gpt-4o", "o3"], note: "Theirs" });
  await grant.getByRole("button", { name: "Save" }).click();
  await expectConflict(grant, "Mine: Mine", "Theirs: Theirs");
  await expect(grant.getByRole("radio", { name: "Theirs: gpt-4o, o3" })).toBeChecked();
  await expectAccessible(page, "a grant that was overtaken");
  await grant.getByRole("button", { name: "Save" }).click();
  await expect(grant).toBeHidden();
  expect(await operator.need<Grant>("GET", grantPath)).toMatchObject({
    models: ["gpt-4o", "o3"],
    note: "Mine",
  });
});

test("a draft of prices is merged with what somebody else has saved: its words, its note, its prices", async ({
  page,
  operator,
}) => {
  const entry = (model: string, input: string) => ({ model, price: { input }, reason: "A contract" });
  const draft = await operator.need<PriceVersionDetail>("POST", "/api/prices/versions", {
    entries: [entry("gpt-4o", "2.3"), entry("o3", "1.9")],
    note: "Autumn",
  });
  const path = `/api/prices/versions/${draft.id}`;
  await page.goto(`/models/versions/${draft.id}`);

  const note = page.getByRole("textbox", { name: "Note" });
  await note.fill("Mine");
  await operator.need("PATCH", path, { note: "Theirs" });
  await page.getByRole("button", { name: "Save note" }).click();
  await expectConflict(page, "Mine: Mine", "Theirs: Theirs");
  await page.getByRole("button", { name: "Save note" }).click();
  await expect(page.getByText(notice)).toBeHidden();
  await note.fill("Mine again");
  await page.getByRole("button", { name: "Save note" }).click();
  await expect(page.getByRole("button", { name: "Save note" })).toBeHidden();
  await expect(page.getByText(notice)).toBeHidden();

  await page.getByRole("button", { name: "Edit words" }).click();
  const words = page.getByRole("dialog");
  await words.getByLabel("Title", { exact: true }).fill("Mine");
  await operator.need("PUT", `${path}/announcement`, { title: "Theirs", text: "Cheaper." });
  await words.getByRole("button", { name: "Save" }).click();
  await expectConflict(words, "Mine: Mine", "Theirs: Theirs");
  await words.getByRole("button", { name: "Save" }).click();
  await expect(words).toBeHidden();

  await page.goto(`/models/prices?draft=${draft.id}&q=gpt-4o`);
  const row = page.getByRole("row", { name: /^gpt-4o / }).first();
  await row.getByRole("gridcell").nth(3).click();
  await page.keyboard.type("$2.2");
  await page.keyboard.press("Enter");
  await operator.need("PATCH", path, { entries: [entry("gpt-4o", "2.1"), entry("o4-mini", "1")] });
  const bar = page.getByRole("region", { name: "Draft" });
  await bar.getByRole("button", { name: "Preview" }).click();
  await expect(bar.getByText(notice)).toBeVisible();
  await expect(bar.getByRole("radio", { name: /Mine: Input \$2\.2,/ })).toBeChecked();
  await expect(bar.getByRole("radio", { name: /Theirs: Input \$2\.1,/ })).not.toBeChecked();
  await expectAccessible(page, "a draft of prices that was overtaken");
  // The filter hides what somebody else has added; it is kept for all that.
  await bar.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Version");
  const { entries } = await operator.need<PriceVersionDetail>("GET", path);
  const inputs = entries.map(({ model, price }) => `${model} ${price?.input}`);
  expect(inputs.sort()).toEqual(["gpt-4o 2.2", "o4-mini 1"]);
});

test("an account's own price is not published over another one that was published meanwhile", async ({
  page,
  operator,
}) => {
  const account = await operator.createAccount({ name: `Own ${unique()}` });
  const path = `/api/accounts/${account.id}/prices`;
  const model = "claude-haiku-4-5";
  await operator.need("PUT", path, { model, modelMultiplier: "0.45" });
  await page.goto(`/accounts/${account.id}?tab=prices`);
  await page.getByRole("button", { name: `Edit own price of ${model}` }).click();
  const form = page.getByRole("dialog", { name: `Own price of ${model}` });
  await form.getByLabel("Input", { exact: true }).fill("0.4");
  await operator.need("PUT", path, { model, modelMultiplier: "0.42" });
  await form.getByRole("button", { name: "Publish now" }).click();
  await expectConflict(form, "Mine: 0.4", "Theirs: 0.42");
  await form.getByText("Theirs: 0.42").click();
  await form.getByLabel("Output", { exact: true }).fill("4.9");
  await form.getByRole("button", { name: "Publish now" }).click();
  await expect(form).toBeHidden();
  const [own] = (await operator.need<OwnPrices>("GET", path)).items;
  expect(own?.upcoming.at(-1)?.price).toMatchObject({ input: "0.84", output: "4.116" });
});

test("a payment is recorded from its first field on; subscribers have one CSV", async ({ page }) => {
  await page.goto("/recharges");
  await page.getByRole("button", { name: "Record payment" }).click();
  const form = page.getByRole("dialog", { name: "Record payment" });
  await expect(form.getByRole("combobox", { name: "Account" })).toBeFocused();
  await page.goto("/subscribers");
  await page.getByRole("button", { name: "Columns and export" }).click();
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download CSV" }).click();
  expect((await file).suggestedFilename()).toBe("subscribers.csv");
  await expect(page.getByText(/CSV/)).toHaveCount(0);
});

async function expectConflict(where: Page | Locator, mine: string, theirs: string): Promise<void> {
  await expect(where.getByText(notice)).toBeVisible();
  const alert = where.getByRole("alert").filter({ hasText: notice });
  // All of it is to be seen, however long the form below it.
  await expect.poll(() => alert.evaluate((box) => box.scrollHeight - box.clientHeight)).toBe(0);
  await expect(where.getByRole("radio", { name: mine, exact: true })).toBeChecked();
  await expect(where.getByRole("radio", { name: theirs, exact: true })).not.toBeChecked();
}

function unique(): string {
  return crypto.randomUUID().slice(0, 8);
}
