import type { Page } from "@playwright/test";

export type Interaction = { ms: number; what: string; count: number };

/**
 * The longest interaction to next paint (ms) on the request log with `rows` rows loaded and scrolled: walking by keys,
 * opening and closing rows, choosing columns, filtering.
 */
export async function longestInteraction(page: Page, rows: number): Promise<Interaction> {
  await page.addInitScript(() => {
    const seen: { ms: number; what: string }[] = [];
    Object.assign(globalThis, { seenInteractions: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[]) {
        if ((entry.interactionId ?? 0) > 0) seen.push({ ms: entry.duration, what: entry.name });
      }
    }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  });
  await page.goto("/logs?range=30d");
  await loadAll(page, rows);
  await interact(page);
  const seen = await page.evaluate(
    () => (globalThis as unknown as { seenInteractions: { ms: number; what: string }[] }).seenInteractions,
  );
  const longest = seen.toSorted((left, right) => right.ms - left.ms)[0];
  return { ms: Math.round(longest?.ms ?? 0), what: longest?.what ?? "none over 16 ms", count: seen.length };
}

/** Scrolls to the end again and again until every row is there. */
async function loadAll(page: Page, rows: number): Promise<void> {
  await page.locator('tr[data-index="0"]').waitFor();
  await page.waitForFunction(
    (wanted) => {
      // The chart has a table too, for those who cannot see it.
      const scroller = document.querySelector("tr[data-index]")?.closest("table")?.parentElement;
      if (scroller === null || scroller === undefined) return false;
      scroller.scrollTop = scroller.scrollHeight;
      const last = [...document.querySelectorAll<HTMLElement>("tr[data-index]")].at(-1);
      return Number(last?.dataset.index ?? 0) >= wanted - 1;
    },
    rows,
    { timeout: 180_000, polling: 30 },
  );
}

async function interact(page: Page): Promise<void> {
  const pause = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 40))));
  await page.locator("tr[data-index]").last().focus();
  for (const key of ["k", "k", "ArrowUp", "Home", "j", "j", "End", "k", "Enter", "j", "j", "k", "Escape"]) {
    await page.keyboard.press(key);
    await pause();
  }
  for (let step = 0; step < 20; step += 1) {
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, step % 2 === 0 ? 20_000 : -9_000);
    await pause();
  }
  await page.locator("tr[data-index]").nth(8).click();
  await pause();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Columns and export" }).click();
  await page.getByRole("checkbox", { name: "IP" }).click();
  await pause();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Type filters" }).pressSequentially("status:502");
  await page.keyboard.press("Enter");
  await pause();
  await page.waitForLoadState("networkidle");
}
