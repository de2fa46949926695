import { expect } from "@playwright/test";
import { expectAccessible, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

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
