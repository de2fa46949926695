import { defineConfig } from "@playwright/test";
import { chromiumPath } from "./e2e/support/chromium.ts";

/**
 * Browser tests of the console against a real server process of their own (e2e/browser/fixtures.ts starts it, one a worker).
 * Chromium comes from npm; no download, no system package.
 */
export default defineConfig({
  testDir: "e2e/browser",
  testMatch: "*.spec.ts",
  outputDir: ".cache/playwright",
  // One leaves two fifths of two processors idle.
  workers: 2,
  forbidOnly: true,
  // Long, for machines that are slower or busier than ours; what fails says so sooner.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["json", { outputFile: ".cache/test/browser.json" }]],
  use: {
    screenshot: "only-on-failure",
    trace: "off",
    reducedMotion: "reduce",
    launchOptions: {
      executablePath: await chromiumPath(),
      args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
    },
  },
});
