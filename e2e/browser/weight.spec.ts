import { expect } from "@playwright/test";
import { scriptBytes } from "../../scripts/console-speed/script-bytes.ts";
import { signIn, test } from "./fixtures.ts";

test("the request logs load at most 280 KiB of JavaScript before anything is done", async ({ page }) => {
  await signIn(page);
  const { firstKiB } = await scriptBytes(await page.context().newPage(), "/logs?range=30d");
  // Less than React and Next alone would mean that nothing was counted.
  expect(firstKiB).toBeGreaterThan(100);
  expect(firstKiB).toBeLessThanOrEqual(280);
});
