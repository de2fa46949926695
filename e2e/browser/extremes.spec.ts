import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import pg from "pg";
import { addOddRows, oddNames } from "../support/odd-rows.ts";
import { signIn, test } from "./fixtures.ts";
import { layoutFaults, noLayoutFaults } from "./layout-faults.ts";

const lists = [
  "/logs?range=30d",
  "/accounts",
  "/keys",
  "/channels",
  "/audit-log",
  "/models",
  "/people",
  "/outbox",
];
let database: pg.Client;
test.beforeAll(async ({ gateway }) => {
  const url = (await readFile(join(gateway.dataDir, "database.url"), "utf8")).trim();
  database = new pg.Client({ connectionString: url });
  await database.connect();
});
test.afterAll(() => database.end());

for (const [look, viewport] of [
  ["desktop", { width: 1280, height: 800 }],
  ["phone", { width: 390, height: 844 }],
] as const) {
  test.describe(look, () => {
    test.use({ viewport });

    test("every list holds with no row, with one, with odd names and amounts, and with 10,000", async ({
      page,
      operator,
    }) => {
      test.setTimeout(180_000);
      await signIn(page);
      await test.step("no row", async () => {
        for (const list of lists) {
          await page.goto(
            list.includes("?") ? "/logs?range=30d&model=none-such" : `${list}?${nothing(list)}`,
          );
          await holds(page, `${list}, empty`);
        }
      });
      if (look === "desktop") await addOddRows(database, operator, 10_000);
      for (const list of lists) {
        await test.step(list, async () => {
          await page.goto(list);
          await expect(page.locator("tr[data-index]").first()).toBeVisible();
          await holds(page, list);
          await scrollFar(page);
          await holds(page, `${list}, scrolled`);
          expect(await page.locator("tr[data-index]").count(), `rows of ${list} in the page`).toBeLessThan(
            90,
          );
        });
      }
      await page.goto("/accounts?q=A%20name%20that%20goes");
      await expect(page.getByRole("row", { name: /A name that goes/ }).first()).toBeVisible();
      await page.goto("/keys?q=%D8%B4%D8%B1%D9%83%D8%A9");
      await expect(page.getByText(oddNames[2]).first()).toBeVisible();
      await expect(page.getByText(oddNames[2]).first()).toHaveCSS("direction", "rtl");
      await holds(page, "right-to-left name");
      await page.goto("/accounts?q=In%20debt");
      await expect(page.getByText("-$0.000000001").first()).toBeVisible();
    });
  });
}

function nothing(list: string): string {
  if (list === "/audit-log") return "action=none.such";
  return list === "/outbox" ? "to=none-such-at-all" : "q=none-such-at-all";
}

async function holds(page: Page, what: string): Promise<void> {
  expect.soft(await layoutFaults(page), what).toEqual(noLayoutFaults);
}

async function scrollFar(page: Page): Promise<void> {
  const scroller = page.getByRole("table").first().locator("..");
  for (let step = 0; step < 4; step += 1) {
    await scroller.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForLoadState("networkidle");
  }
}
