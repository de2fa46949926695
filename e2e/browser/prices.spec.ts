import { expect } from "@playwright/test";
import type { PublicPrices } from "#lib/models/public-schema";
import type { PriceVersionDetail } from "#lib/pricing/version-schema";
import { expectAccessible, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";
import { layoutFaults, noLayoutFaults } from "./layout-faults.ts";

test("prices are edited by keyboard, tried on real usage and published; a departure asks why", async ({
  page,
}) => {
  await signIn(page);
  await page.goto("/models/prices?vendor=anthropic&q=claude-sonnet-4-5");
  const grid = page.getByRole("grid", { name: "Edit prices" });
  const row = grid.getByRole("row", { name: /^claude-sonnet-4-5 / }).first();
  const cell = (column: number) => row.getByRole("gridcell").nth(column);
  const [drift, input, output] = [cell(2), cell(3), cell(4)] as const;
  await expect(drift).toContainText("100 %");
  await input.click();

  // Typing over a cell edits it; what cannot be read stays open with what is wrong.
  await page.keyboard.type("-1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "is no multiplier or price" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(input).toContainText("×1.5");

  // Half the official multiplier of the model moves input and output alike.
  await page.keyboard.type("1.2");
  await page.keyboard.press("Tab");
  await expect(input).toContainText("×1.2");
  await expect(input).toContainText("$2.40");
  await expect(output).toContainText("$12.00");
  await expect(drift).toContainText("80 %");
  const bar = page.getByRole("region", { name: "Draft" });
  await expect(bar).toContainText("1 model changed");

  // A price in dollars above the official one wants a reason before anything goes on.
  await page.keyboard.type("$16");
  await page.keyboard.press("Enter");
  await expect(bar.getByRole("button", { name: "Publish" })).toBeDisabled();
  await expect(bar).toContainText("1 needs a reason");
  await bar.getByRole("textbox", { name: "One reason for all of them" }).fill("Dearer at the vendor");
  await bar.getByRole("button", { name: "Give it" }).click();
  await expect(bar.getByRole("button", { name: "Publish" })).toBeEnabled();
  await settled(page);
  await expectAccessible(page);

  await bar.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Version");
  const changes = page.getByRole("table", { name: "Changes" });
  await expect(changes.getByRole("row", { name: /claude-sonnet-4-5/ })).toContainText("$2.40");
  await expect(changes).toContainText("Dearer at the vendor");
  await expect(page.getByText("Revenue after")).toBeVisible();
  await settled(page);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Publish" }).click();
  const dialog = page.getByRole("dialog", { name: "Publish prices" });
  await expect(dialog).toContainText("in 2 seconds");
  await dialog.getByRole("button", { name: "Publish" }).click();
  await expect(
    page
      .getByText("Scheduled")
      .or(page.getByText("In force", { exact: true }))
      .first(),
  ).toBeVisible();
});

test("many prices are changed together, and undone", async ({ page }) => {
  await signIn(page);
  await page.goto("/models/prices?vendor=mistral");
  await page.getByRole("button", { name: "Change in bulk" }).click();
  const form = page.getByRole("dialog");
  await form.getByText("× official", { exact: true }).click();
  await form.getByRole("textbox", { name: "Share of the official price" }).fill("0.9");
  await form.getByRole("button", { name: /^Change \d+ models$/ }).click();
  const bar = page.getByRole("region", { name: "Draft" });
  await expect(bar).toContainText(/\d+ models changed/);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(bar).toBeHidden();
});

test("cells of a spreadsheet become a draft, compared with any version", async ({ page }) => {
  await signIn(page);
  await page.goto("/models/versions");
  await page.getByRole("button", { name: "Import" }).click();
  const form = page.getByRole("dialog", { name: "Import prices" });
  await form.getByLabel("Or paste it here").fill("model\tinput\noops-no-such-model\t1");
  await form.getByRole("button", { name: "Make a draft" }).click();
  await expect(form.getByRole("alert")).toContainText("entries.0.model");
  await form.getByLabel("Or paste it here").fill("model\tinput\toutput\nclaude-haiku-4-5\t0.9\t4.5");
  await form.getByRole("button", { name: "Make a draft" }).click();
  await expect(page.getByRole("table", { name: "Changes" })).toContainText("−10 %");
  await page.getByRole("button", { name: "Discard draft" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Price versions" })).toBeVisible();
});

test("everybody finds a price by keyboard: what it is, why, outside of what, what a call costs, which fees there are", async ({
  page,
  operator,
}) => {
  // All that the calculator needs: other tests change prices of the list.
  const price = { input: "0.3", output: "4", cacheRead: "0.08" };
  const entry = { model: "claude-3-5-haiku-latest", price, reason: "A gift to beginners" };
  const draft = await operator.need<PriceVersionDetail>("POST", "/api/prices/versions", { entries: [entry] });
  await operator.need("POST", `/api/prices/versions/${draft.id}/publish`, {});
  const held = async () =>
    (await operator.need<PublicPrices>("GET", `/api/pricing?q=${entry.model}`)).items[0]?.price.input;
  await expect.poll(held, { timeout: 20_000 }).toBe("0.3");

  // Nobody is signed in. The form is one of the browser's own: it is walked and sent without a mouse.
  await page.goto("/pricing");
  await page.getByRole("searchbox", { name: "Search" }).focus();
  await page.keyboard.type("haiku");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Vendor")).toBeFocused();
  await page.keyboard.type("anthropic");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Kind")).toBeFocused();
  await page.keyboard.type("Chat");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=haiku&vendor=anthropic&kind=chat&all=true/);
  const table = page.getByRole("region", { name: "Prices" }).getByRole("table");
  const row = table.getByRole("row").filter({ has: page.getByText(entry.model, { exact: true }) });
  await expect(row).toContainText("$0.30");
  await expect(row).toContainText("official $0.80");
  await expect(row).toContainText("Set by us");
  await expect(row).toContainText("Outside 0.5 to 1.0 × the official price");
  await expect(row).toContainText(entry.reason);
  for (const text of await table.getByRole("rowheader").allTextContents()) {
    expect(text).toMatch(/haiku/i);
    expect(text).toContain("anthropic · Chat");
  }

  // 12,000 × $0.30 + 345 cached × $0.08 + 678 × $4.00 of a million tokens each, on a line of × 1.
  const calculator = page.getByRole("region", { name: "What a call costs" });
  await calculator.getByRole("combobox", { name: "Model" }).selectOption(entry.model);
  await calculator.getByRole("combobox", { name: "Line" }).selectOption("default");
  await calculator.getByRole("spinbutton", { name: "Input tokens" }).fill("12345");
  await calculator.getByRole("spinbutton", { name: "of which cached" }).fill("345");
  await calculator.getByRole("spinbutton", { name: "Output tokens" }).fill("678");
  await expect(page.getByRole("status").filter({ hasText: "Costs" })).toContainText("$0.0063396");

  const method = page.getByRole("region", { name: "How a price comes about" });
  await expect(method).toContainText("line × model × (prompt + completion × completion multiplier");
  await expect(page.getByRole("region", { name: "Fees" })).toContainText("1 CNY = ");
  await expect(page.getByRole("region", { name: "Discount tiers" })).toContainText(
    "3,000 CNY recharged in all",
  );
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(page.getByText(entry.reason)).toBeVisible();
  expect(await layoutFaults(page)).toEqual(noLayoutFaults);
  await page.setViewportSize({ width: 1280, height: 800 });

  // By modality alone, in the address as a link has it.
  await page.goto("/pricing?kind=embedding&all=true");
  const kinds = await table.getByRole("rowheader").allTextContents();
  expect(kinds.length).toBeGreaterThan(3);
  for (const text of kinds) expect(text).toContain("· Embedding");
});

test("an account gets a price of its own on its page, beside the list's, and loses it again", async ({
  page,
  operator,
}) => {
  const { id } = await operator.createAccount();
  await signIn(page);
  await page.goto(`/accounts/${id}?tab=prices`);
  await expect(page.getByText("This account pays the prices of the list")).toBeVisible();
  await page.getByRole("button", { name: "Set own price" }).click();
  const form = page.getByRole("dialog", { name: "Set a price of its own" });
  await form.getByRole("combobox", { name: "Model" }).fill("claude-opus-4-1");
  await page.getByRole("option", { name: "claude-opus-4-1", exact: true }).click();
  await form.getByLabel("Input", { exact: true }).fill("3");
  await expect(form.getByText("40 %")).toBeVisible();
  await settled(page);
  await expectAccessible(page, "the form of an own price");
  await form.getByRole("button", { name: "Publish now" }).click();
  await expect(form.getByText("claude-opus-4-1: outside 0.5 to 1.0")).toBeVisible();
  await form.getByLabel("Reason").fill("Yearly contract");
  await form.getByRole("button", { name: "Publish now" }).click();
  await expect(form).toBeHidden();
  const row = page.getByRole("table", { name: "Own prices" }).getByRole("row", { name: /^claude-opus-4-1/ });
  await expect(row).toContainText("$6.00");
  await expect(row).toContainText("×3");
  await expect(row).toContainText("$15.00 · $75.00");
  await expect(row).toContainText("40 %");
  await expect(row).toContainText("Yearly contract");
  await settled(page);
  await expectAccessible(page, "own prices");
  await row.getByRole("button", { name: "End own price of claude-opus-4-1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End own price" }).click();
  await expect(page.getByText("This account pays the prices of the list")).toBeVisible();
});
