import { expect, type Page } from "@playwright/test";
import { openDatabase } from "../support/database.ts";
import { addOddRows, addOddRowsElsewhere, addOddRowsOfOne, oddNames } from "../support/odd-rows.ts";
import { signInOwner } from "../support/owner.ts";
import { startTollgate, type Tollgate } from "../support/tollgate.ts";
import { settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";
import { layoutFaults, noLayoutFaults } from "./layout-faults.ts";
import { filesWithLists, filtered, type List, lists, type One } from "./lists.ts";

/** The lists of every `npm test`; all others, which have no rows that other tests would stumble over, have their own gateway. */
const SLICE = [
  "logs/logs-view",
  "accounts/accounts-view",
  "keys/keys-view",
  "channels/channels-view",
  "audit/audit-view",
  "models/models-view",
  "people/users",
  "outbox/outbox-view",
];
const MANY = 10_000;
const looks = [
  ["desktop", { width: 1280, height: 800 }],
  ["phone", { width: 390, height: 844 }],
] as const;

test("every list of the console has its place here", async () => {
  expect(Object.keys(lists).sort()).toEqual(await filesWithLists());
});

for (const [look, viewport] of looks) {
  test.describe(look, () => {
    test.use({ viewport });

    test("lists hold with no row, with one, with odd names and amounts, and with 10,000", async ({
      page,
      operator,
      database,
    }) => {
      test.setTimeout(180_000);
      await signIn(page);
      const slice = SLICE.map(listOf);
      const nobody = { accountId: "", keyId: "", channelId: "" };
      await test.step("no row", () =>
        each(page, slice, ({ at, none }) => filtered(at(nobody), `${none}`), 0));
      if (look === "desktop") await addOddRows(database, operator, MANY);
      // Shorter than every list, it looks alike on both.
      if (look === "desktop" || process.env.TEST_FULL) {
        await test.step("one row", () =>
          each(page, slice, ({ at, one }) => filtered(at(nobody), `${one}`), 1));
      }
      await test.step("10,000 rows", () => each(page, slice, ({ at }) => at(nobody), "many"));
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

if (process.env.TEST_FULL) {
  let own: Tollgate;
  test.beforeAll(async () => {
    own = await startTollgate();
  });
  test.afterAll(() => own.remove());

  test("every list of a console of its own, with no row, one, and as many as it may have", async ({
    browser,
  }) => {
    test.setTimeout(1_800_000);
    const operator = await signInOwner(own.url);
    const database = await openDatabase(own);
    const account = await operator.createAccount({ name: oddNames[0] });
    const key = await operator.createKey(account.id, { name: oddNames[2] });
    const channel = await operator.createChannel({
      name: oddNames[1],
      provider: "simulator",
      baseUrl: "https://sim.invalid/v1",
      models: ["gpt-4o-mini"],
    });
    const one = { accountId: account.id, keyId: key.id, channelId: channel.id };
    const all = Object.entries(lists)
      .filter(([name]) => !SLICE.includes(name))
      .map(([, list]) => list);
    const walk = async (rows: 0 | 1 | "many", among: readonly List[]) => {
      for (const [look, viewport] of looks) {
        const context = await browser.newContext({ baseURL: own.url, viewport, reducedMotion: "reduce" });
        const page = await context.newPage();
        await signIn(page);
        await test.step(`${rows}, ${look}`, () =>
          each(page, among, (list) => addressWith(list, one, rows), rows));
        await context.close();
      }
    };
    await walk(
      0,
      all.filter(({ none }) => none !== undefined),
    );
    await addOddRows(database, operator, 1);
    await addOddRowsElsewhere(database, 1);
    await addOddRowsOfOne(database, one, 1);
    await walk(1, all);
    await addOddRows(database, operator, MANY);
    await addOddRowsElsewhere(database, MANY);
    await addOddRowsOfOne(database, one, MANY);
    await walk("many", all);
    await database.end();
  });
}

function listOf(name: string): List {
  const list = lists[name];
  if (list === undefined) throw new Error(`there is no list ${name}`);
  return list;
}

function addressWith({ at, none, one }: List, things: One, rows: 0 | 1 | "many"): string {
  const only = typeof one === "function" ? one(things) : one;
  const filter = rows === 0 ? none : rows === 1 ? only : undefined;
  return typeof filter === "string" ? filtered(at(things), filter) : at(things);
}

/** Opens each list and judges it; with many rows its end as well. `rows`: so many it has to show. */
async function each(
  page: Page,
  among: readonly List[],
  address: (list: List) => string,
  rows: 0 | 1 | "many",
): Promise<void> {
  for (const list of among) {
    const path = address(list);
    await page.goto(path);
    await settled(page);
    // A tab that is not looked at keeps its list.
    const shown = page.locator("tr[data-index]:visible");
    if (rows === 0 || (rows === 1 && list.one !== undefined)) await expect(shown, path).toHaveCount(rows);
    else await expect(shown.first(), path).toBeVisible();
    await holds(page, `${path}, ${rows}`);
    if (rows !== "many") continue;
    await scrollFar(page);
    await holds(page, `${path}, scrolled`);
    expect.soft(await shown.count(), `rows of ${path} in the page`).toBeLessThan(90);
  }
}

async function holds(page: Page, what: string): Promise<void> {
  expect.soft(await layoutFaults(page), what).toEqual(noLayoutFaults);
}

async function scrollFar(page: Page): Promise<void> {
  const scroller = page.locator("tr[data-index]:visible").first().locator("xpath=ancestor::table/..");
  for (let step = 0; step < 4; step += 1) {
    await scroller.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.waitForLoadState("networkidle");
  }
}
