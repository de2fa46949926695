import type { Page } from "@playwright/test";

/**
 * What sticks out sideways (of the page, or of a table that should fit), how many cells' text lies over another cell's, how
 * many rows are broken open, how many columns' names are cut.
 */
export async function layoutFaults(
  page: Page,
): Promise<{ sideways: number; spilled: number; tall: number; cut: number }> {
  await page.waitForLoadState("networkidle");
  return page.evaluate(() => {
    // What scrolls the page's content, or a sheet's, goes down alone; grids that are edited have more columns than a window, a
    // line of buttons may go on at its right, and so may programs and what else is a stop of the Tab key for its width.
    const scrollers = [
      ...document.querySelectorAll<HTMLElement>("main, main *, [role=dialog], [role=dialog] *"),
    ].filter(
      (one) =>
        /auto|scroll/.test(getComputedStyle(one).overflowY) &&
        one.clientHeight > 200 &&
        (one.tabIndex !== 0 || one.closest("[role=dialog]") !== null) &&
        one.querySelector("[role=grid]") === null,
    );
    const sideways = Math.max(
      document.documentElement.scrollWidth - window.innerWidth,
      ...scrollers.map((one) => one.scrollWidth - one.clientWidth),
    );
    const cells = [...document.querySelectorAll<HTMLElement>("tr[data-index] td")];
    const spilled = cells.filter(
      (cell) => cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).overflow === "visible",
    );
    const rows = [...document.querySelectorAll<HTMLElement>("tr[data-index]")];
    const tall = rows.filter((row) => row.offsetHeight > 130);
    const heads = [...document.querySelectorAll<HTMLElement>("thead[role=rowgroup] th")];
    const cut = heads.filter((head) => head.clientWidth > 1 && head.scrollWidth > head.clientWidth + 1);
    return {
      sideways: Math.max(0, sideways),
      spilled: spilled.length,
      tall: tall.length,
      // On a phone they are only read aloud.
      cut: window.innerWidth < 800 ? 0 : cut.length,
    };
  });
}

export const noLayoutFaults = { sideways: 0, spilled: 0, tall: 0, cut: 0 };
