import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Until nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** No violation of WCAG 2.1 AA on what is shown. */
export async function expectAccessible(page: Page, what = "the page"): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 300)} ${node.failureSummary ?? ""}`),
  );
  expect.soft(found, what).toEqual([]);
}

// The look that a page is opened in comes last, so that the test goes on as it began.
const LOOKS = [
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
] as const;

/**
 * No violation of WCAG 2.1 AA on what is shown, and no sideways scrolling, in light, in dark and on a phone. The page
 * stays as it is and changes its look, which takes a third of the time that opening it thrice would.
 */
export async function expectAccessibleInEveryLook(page: Page, what: string): Promise<void> {
  for (const { name, colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expectAccessible(page, `${what}, ${name}`);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(sideways, `${what}, ${name}, scrolls sideways`).toBeLessThanOrEqual(0);
  }
}
