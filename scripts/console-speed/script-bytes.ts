import { gzipSync } from "node:zlib";
import type { Page, Response } from "@playwright/test";

/** KiB of JavaScript, gzipped, that a page loads before anything is done with it. */
export async function scriptBytes(page: Page, path: string): Promise<number> {
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response);
  });
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  const sizes = await Promise.all(scripts.map(async (script) => gzipSync(await script.body()).length));
  await page.close();
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
}
