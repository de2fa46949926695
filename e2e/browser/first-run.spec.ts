import { spawnSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { startTollgate, type Tollgate } from "../support/tollgate.ts";
import { expectAccessibleInEveryLook } from "./axe.ts";

let gateway: Tollgate;
test.beforeAll(async () => {
  gateway = await startTollgate({ env: { OWNER_EMAIL: "", OWNER_PASSWORD: "", SIMULATOR: "off" } });
});
test.afterAll(() => gateway.remove());

test("a newcomer gets from the link to the first billed row on one page", async ({ page }) => {
  const link = /http:\S+\/first-run\?token=\S+/.exec(gateway.output())?.[0] ?? "";
  await page.goto(link);
  await expectAccessibleInEveryLook(page, "/first-run");
  await page.getByLabel("Email").fill("first@example.com");
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Create owner" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expectAccessibleInEveryLook(page, "the guide of the first run");

  const name = page.getByRole("textbox", { name: "Name of the gateway" });
  const save = page.getByRole("button", { name: "Save name" });
  // What is typed before the page's own code has come is typed again.
  await expect(async () => {
    await name.fill("");
    await name.fill("Quay");
    await expect(save).toBeEnabled({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await save.click();
  await expect(page.getByRole("link", { name: "Quay" }).first()).toBeVisible();
  await page.getByRole("button", { name: "Use the simulator" }).click();
  await expect(page.getByText("Connected: Simulator")).toBeVisible();
  await page.getByRole("button", { name: "Create account and key" }).click();
  const command = page.getByRole("region", { name: "Make the first call" });
  await expect(command).toContainText("sk-tg-");
  await expect(page.getByText("Waiting for the first call…")).toBeVisible();

  const text = await command.locator("pre").innerText();
  const run = spawnSync("bash", ["-c", text], { encoding: "utf8" });
  expect(JSON.parse(run.stdout).choices).toHaveLength(1);
  await expect(page.getByText(/It is here: 200/)).toBeVisible();
  await page.getByRole("link", { name: "Open its bill" }).click();
  await expect(page.getByText("Equals what was charged.")).toBeVisible();
  await page.goto(gateway.url);
  await expect(page.getByRole("link", { name: /Requests per minute/ })).toBeVisible();
});
