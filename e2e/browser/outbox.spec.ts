import { expect } from "@playwright/test";
import { startTestSmtp } from "#lib/mail/smtp/testing";
import { go, signIn, test } from "./fixtures.ts";

test("the owner enters a mail server, tries it, and sees in the outbox how the mail fares", async ({
  page,
}) => {
  const smtp = await startTestSmtp({ user: { name: "tollgate", password: "right one" } });
  await signIn(page);
  await go(page, "x", "Outbox");
  await expect(page.getByText("No mail server")).toBeVisible();

  await test.step("with a wrong password the reason stands there", async () => {
    await page.getByRole("button", { name: "Enter mail server" }).click();
    const form = page.getByRole("dialog", { name: "Mail server" });
    await form.getByLabel("Host").fill("127.0.0.1");
    await form.getByLabel("Port").fill(String(smtp.port));
    await form.getByRole("combobox", { name: "Encryption" }).click();
    await page.getByRole("option", { name: "None" }).click();
    await expect(form.getByText("Without encryption")).toBeVisible();
    await form.getByLabel("User").fill("tollgate");
    await form.getByLabel("Password", { exact: true }).fill("wrong one");
    await form.getByRole("button", { name: "Save mail server" }).click();
    // What the server has to say stands at its field.
    await expect(form.getByText("an address such as no-reply@example.com")).toBeVisible();
    await form.getByLabel("From").fill("Acme <no-reply@acme.example>");
    await form.getByRole("button", { name: "Save mail server" }).click();
    await expect(form).toBeHidden();
    await page.getByRole("button", { name: "Send me a test" }).click();
    const sheet = page.getByRole("dialog", { name: "Test mail from Tollgate" });
    await expect(sheet.getByText("Waits")).toBeVisible();
    await expect(sheet.getByText(/535/)).toBeVisible();
    await page.keyboard.press("Escape");
  });

  await test.step("with the right one the mail that waits goes out by itself", async () => {
    await page.getByRole("button", { name: "Mail server" }).click();
    const form = page.getByRole("dialog", { name: "Mail server" });
    await form.getByLabel("Password", { exact: true }).fill("right one");
    await form.getByRole("button", { name: "Save mail server" }).click();
    await expect(form).toBeHidden();
    await expect(page.getByText(`over 127.0.0.1:${smtp.port}`)).toBeVisible();
    const row = page.getByRole("row", { name: /Test mail from Tollgate/ });
    await expect(row.getByText("Sent")).toBeVisible();
    await row.click();
  });

  const sheet = page.getByRole("dialog", { name: "Test mail from Tollgate" });
  await expect(sheet.frameLocator("iframe").getByRole("heading", { name: "Mail works" })).toBeVisible();
  await sheet.getByText("Plain text").click();
  await expect(sheet.getByText(/That it reached you means/)).toBeVisible();
  // Others may have waited for a mail server as well.
  const tests = smtp.received.filter(({ raw }) => raw.includes("Subject: Test mail from Tollgate"));
  expect(tests).toHaveLength(1);
  expect(tests[0]?.from).toBe("no-reply@acme.example");
  await page.keyboard.press("Escape");

  await test.step("and can take the server away again", async () => {
    await page.getByRole("button", { name: "Mail server" }).click();
    await page.getByRole("dialog", { name: "Mail server" }).getByRole("button", { name: "Remove" }).click();
    const question = page.getByRole("dialog", { name: "Remove this mail server?" });
    await question.getByRole("textbox").fill("127.0.0.1");
    await question.getByRole("button", { name: "Remove mail server" }).click();
    await expect(page.getByText("No mail server")).toBeVisible();
  });
  await smtp.stop();
});

test("an operator runs a job now and sees how it went", async ({ page }) => {
  await signIn(page);
  await page.goto("/jobs");
  await page.getByRole("row", { name: /Spent links/ }).click();
  const sheet = page.getByRole("dialog", { name: "Spent links" });
  await expect(sheet.getByText("daily at 03:41 UTC")).toBeVisible();
  await sheet.getByRole("button", { name: "Run now" }).click();
  await expect(sheet.getByText("forgotten 0")).toBeVisible({ timeout: 20_000 });
  await expect(sheet.getByText("Done").first()).toBeVisible();
});
