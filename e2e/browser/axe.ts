import { expect, type Page } from "@playwright/test";
import axe from "axe-core";
import { layoutFaults, noLayoutFaults } from "./layout-faults.ts";

/** Until nothing is loading any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
}

/** No violation of WCAG 2.1 AA on what is shown. */
export async function expectAccessible(page: Page, what = "the page"): Promise<void> {
  expect.soft(await violations(page), what).toEqual([]);
}

/**
 * axe in the page itself, brought there once per document: what gathers the results of other frames in a page of its own
 * takes five times as long, and the only frames of ours are previews of mails.
 */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const found = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
      resultTypes: ["violations"],
    });
    return found.violations.flatMap((violation) =>
      violation.nodes.map(
        (node) => `${violation.id}: ${node.html.slice(0, 300)} ${node.failureSummary ?? ""}`,
      ),
    );
  });
}

// The look that a page is opened in comes last, so that the test goes on as it began.
const LOOKS = [
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
] as const;

/**
 * No violation of WCAG 2.1 AA on what is shown, nothing too wide and no cell broken, in light, in dark and on a phone. The
 * page stays as it is and changes its look, which takes a third of the time that opening it thrice would.
 */
export async function expectAccessibleInEveryLook(page: Page, what: string): Promise<void> {
  for (const { name, colorScheme, viewport } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await expect(page.locator(`html[data-mantine-color-scheme=${colorScheme}]`)).toBeAttached();
    await drawn(page);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expectAccessible(page, `${what}, ${name}`);
    expect.soft(await layoutFaults(page), `${what}, ${name}`).toEqual(noLayoutFaults);
  }
}

/** Until the look is drawn: colours that change slowly are neither the old nor the new ones for a moment. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
}
