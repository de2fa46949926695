import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { chromiumPath } from "../../e2e/support/chromium.ts";
import { OWNER } from "../../e2e/support/owner.ts";

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
  });
}

/** A page of its own, on which the owner has signed in. */
export async function signedIn(
  browser: Browser,
  look: Parameters<Browser["newContext"]>[0] & { baseURL: string },
): Promise<Page> {
  const context = await browser.newContext({ ...look, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Email").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  return page;
}

/** The picture of what is shown, once nothing is loading any more. Answers where it lies. */
export async function take(page: Page, folder: string, name: string): Promise<string> {
  await page.mouse.move(0, 0);
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.fonts.ready);
  // What hovering opened stays for a moment.
  await page.waitForTimeout(500);
  const path = join(folder, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path });
  return path;
}
