import { expect, type Page } from "@playwright/test";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "../support/chat.ts";
import { mailedLink } from "../support/people.ts";
import { expectAccessible, expectAccessibleInEveryLook, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

type Limits = {
  items: { id: string; model: string | null; metric: string; value: number; shadow: boolean }[];
};
const password = "a password of one's own";

const cell = (page: Page, name: string) => page.getByRole("gridcell", { name: new RegExp(`^${name}`) });

async function defaultsOn(operator: Operator, model: string) {
  const { items } = await operator.need<Limits>("GET", `/api/limits?scope=default&model=${model}`);
  return Object.fromEntries(
    items.map(({ metric, value, shadow }) => [metric, shadow ? `${value} shadow` : value]),
  );
}

test("limits are edited by keyboard, tried on the last 24 h, saved and taken back", async ({
  page,
  gateway,
  operator,
}) => {
  // A model that no other test calls: the dry run counts calls of all accounts.
  const { account, key } = await operator.customer("20");
  for (let call = 0; call < 6; call += 1) {
    await (await chat(gateway.url, key.secret, { model: "sim-reasoner", messages: HELLO })).text();
  }
  await expect
    .poll(async () => {
      const logs = await operator.need<{ items: unknown[] }>("GET", `/api/logs?accountId=${account.id}`);
      return logs.items.length;
    })
    .toBe(6);
  await signIn(page);
  await page.goto("/limits?all=true&q=sim-reasoner");
  await cell(page, "sim-reasoner, RPM").click();

  await test.step("typing begins, Esc leaves what stood, what cannot be read is not taken", async () => {
    await page.keyboard.type("9");
    await page.keyboard.press("Escape");
    await expect(cell(page, "sim-reasoner, RPM: no limit")).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.type("1.5");
    await page.keyboard.press("Enter");
    await expect(page.getByText("A whole number")).toBeVisible();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("3");
    await page.keyboard.press("Tab");
    await expect(cell(page, "sim-reasoner, TPM")).toBeFocused();
    await page.keyboard.type("30");
    await page.keyboard.type("m");
    await page.keyboard.press("Enter");
    await expect(cell(page, "sim-reasoner, TPM: 30,000,000, changed")).toBeVisible();
    await expect(page.getByText("2 changes, not saved")).toBeVisible();
  });

  await test.step("a pasted row fills to the right, and Ctrl+Z takes it back", async () => {
    await cell(page, "sim-reasoner, IPM").click();
    await cell(page, "sim-reasoner, IPM").evaluate((element) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", "5\t6\nx\n");
      element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect(cell(page, "sim-reasoner, VPM: 6, changed")).toBeVisible();
    await cell(page, "sim-reasoner, IPM").press("ControlOrMeta+z");
    await expect(page.getByText("2 changes, not saved")).toBeVisible();
  });

  await test.step("the preview says what the limit would have refused; saved, it stands", async () => {
    await page.getByRole("button", { name: "Preview and save" }).click();
    const review = page.getByRole("dialog", { name: "2 limits change" });
    await expect(review.getByText("Would have refused 3 of 6 calls")).toBeVisible();
    await expectAccessible(page, "the preview of changes");
    await review.getByRole("button", { name: "Save 2 limits" }).click();
    await expect(review).toBeHidden();
    expect(await defaultsOn(operator, "sim-reasoner")).toEqual({ rpm: 3, tpm: 30_000_000 });
  });

  await test.step("and is taken back with one click", async () => {
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => defaultsOn(operator, "sim-reasoner")).toEqual({});
  });
});

test("many limits are multiplied at once, and one is put into shadow mode", async ({ page, operator }) => {
  await signIn(page);
  await page.goto("/limits?q=img");
  await page.getByRole("button", { name: "Edit many" }).click();
  await page.getByLabel("Metric", { exact: true }).first().click();
  await page.getByRole("option", { name: "Images per minute" }).click();
  await page.getByText("Multiply", { exact: true }).click();
  await page.getByLabel("Factor").fill("1.5");
  await page.getByRole("button", { name: "Change 2 limits" }).click();
  await expect(cell(page, "txt2img_v3, IPM: 30, changed")).toBeVisible();
  await cell(page, "txt2img_v3, IPM").click();
  await page.getByRole("switch", { name: "Shadow mode" }).click({ force: true });
  await page.getByRole("button", { name: "Preview and save" }).click();
  await page.getByRole("button", { name: "Save 2 limits" }).click();
  await expect.poll(() => defaultsOn(operator, "txt2img_v3")).toEqual({ ipm: "30 shadow" });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => defaultsOn(operator, "txt2img_v3")).toEqual({ ipm: 20 });
});

test("a customer asks for more, an operator grants something else, and the gauge shows it", async ({
  page,
  browser,
  gateway,
  operator,
}) => {
  const account = await operator.createAccount({ name: "Harbour Images" });
  const email = `${crypto.randomUUID()}@example.com`;
  await operator.need("POST", "/api/invitations", { email, accountId: account.id, memberRole: "admin" });
  const customers = await browser.newContext({ baseURL: gateway.url, reducedMotion: "reduce" });
  const customer = await customers.newPage();
  await customer.goto(await mailedLink(operator, email));
  await customer.getByLabel("Name", { exact: true }).fill("Carla");
  await customer.getByLabel("New password").fill(password);
  await customer.keyboard.press("Enter");
  await customer.getByRole("link", { name: "Limits" }).click();

  await test.step("the customer asks", async () => {
    await customer.getByRole("button", { name: /^Show all/ }).click();
    const row = customer.getByRole("row", { name: /txt2img_v3 IPM/ });
    await expect(row.getByRole("meter")).toHaveAttribute("aria-valuemax", "20");
    await row.getByRole("button", { name: "Ask for more" }).click();
    const form = customer.getByRole("dialog", { name: "Ask for a higher limit" });
    await form.getByLabel("Asked for").fill("10");
    await form.getByLabel("What for").fill("A launch on Friday");
    await form.getByRole("button", { name: "Send request" }).click();
    await expect(form.getByText("More than 20 is expected")).toBeVisible();
    await form.getByLabel("Asked for").fill("500");
    await expectAccessible(customer, "the form that asks for more");
    await form.getByRole("button", { name: "Send request" }).click();
    await expect(form).toBeHidden();
    await expect(customer.getByRole("table", { name: "Requests" })).toContainText("Waiting");
  });

  await test.step("the operator grants less", async () => {
    await signIn(page);
    const link = page.getByRole("navigation").getByRole("link", { name: /^Limit requests/ });
    await expect(link).toContainText("1");
    await link.click();
    await page.getByRole("row", { name: /Harbour Images/ }).click();
    const sheet = page.getByRole("dialog", { name: "Request", exact: true });
    await expect(sheet.getByText("A launch on Friday").first()).toBeVisible();
    await sheet.getByLabel("New limit").fill("300");
    await sheet.getByLabel("Answer").fill("As much as the provider has.");
    await settled(page);
    await expectAccessible(page, "a limit request");
    await sheet.getByRole("button", { name: "Grant limit" }).click();
    await expect(sheet.getByText("Granted", { exact: true }).first()).toBeVisible();
    await expect(sheet.getByRole("button", { name: "Grant limit" })).toHaveCount(0);
  });

  await test.step("the customer sees it", async () => {
    await customer.reload();
    const row = customer.getByRole("row", { name: /txt2img_v3 IPM/ });
    await expect(row.getByRole("meter")).toHaveAttribute("aria-valuemax", "300");
    await expect(customer.getByRole("table", { name: "Requests" })).toContainText(
      "As much as the provider has.",
    );
  });
  await customers.close();
});

test("the pages of limits meet WCAG 2.1 AA, without sideways scrolling", async ({ page, operator }) => {
  await signIn(page);
  const { account, key } = await operator.customer("5");
  const paths = [
    "/limits",
    "/limits?view=overrides",
    `/limits?view=applied&keyId=${key.id}&model=txt2img_v3`,
    "/limits?view=refused",
    "/limit-requests",
    `/accounts/${account.id}?tab=limits`,
  ];
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(path);
      await settled(page);
      await expectAccessibleInEveryLook(page, path);
    });
  }
});
