import { expect } from "@playwright/test";
import { signIn, test } from "./fixtures.ts";

let list = "";
test.beforeAll(async ({ operator }) => {
  const { account } = await operator.customer("1", { name: "drawn" });
  list = `/keys?accountId=${account.id}`;
});
test.beforeEach(({ page }) => signIn(page));

test("columns and narrow rows stay as they were chosen, also in the server's first drawing", async ({
  page,
}) => {
  await page.goto(list);
  await page.getByRole("button", { name: "Columns and export" }).click();
  await page.getByRole("checkbox", { name: "Networks" }).click();
  await expect(page.getByRole("columnheader", { name: "Networks" })).toBeVisible();
  await page.getByRole("checkbox", { name: "Expires" }).click();
  await page.getByRole("switch", { name: "Narrow rows" }).click({ force: true });
  await expect(page.getByRole("columnheader", { name: "Expires" })).toHaveCount(0);
  const html = await (await page.request.get("/keys")).text();
  expect(html).toContain("data-compact");
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "Budget" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Networks" })).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "Expires" })).toHaveCount(0);
});

test("a column's edge is moved by pointer and by keyboard, fits by a double click, and stays where it was left", async ({
  page,
}) => {
  await page.goto(list);
  const head = page.getByRole("columnheader", { name: "Name", exact: true });
  const edge = page.getByRole("separator", { name: "Width of Name" });
  const width = async () => Math.round((await head.boundingBox())?.width ?? 0);
  const first = await width();
  const place = await edge.boundingBox();
  if (place === null) throw new Error("the edge has no place");
  await page.mouse.move(place.x + 4, place.y + 10);
  // A press that is over before what follows it is loaded takes nothing along: the key proves that it is loaded now.
  await page.mouse.down();
  await page.mouse.up();
  await edge.focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(width).toBe(first - 10);
  const now = await edge.boundingBox();
  await page.mouse.move((now?.x ?? 0) + 1, place.y + 10);
  await page.mouse.move((now?.x ?? 0) + 6, place.y + 10);
  expect(await width()).toBe(first - 10);
  await page.keyboard.press("ArrowRight");
  await expect.poll(width).toBe(first);
  await page.mouse.move(place.x + 4, place.y + 10);
  await page.mouse.down();
  // Moves that come before what follows them is loaded count from where the edge was taken.
  await expect(async () => {
    await page.mouse.move(place.x + 4 + 119, place.y + 10);
    await page.mouse.move(place.x + 4 + 120, place.y + 10);
    expect(await width()).toBe(first + 120);
  }).toPass();
  await page.mouse.up();
  await edge.focus();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(width).toBe(first + 110);
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("separator", { name: "Width of Account" })).toBeFocused();
  await page.reload();
  await expect.poll(width).toBe(first + 110);
  await edge.dblclick();
  await expect.poll(width).toBeLessThan(first);
  expect(await head.evaluate((cell) => cell.scrollWidth <= cell.clientWidth)).toBe(true);
  await page.getByRole("button", { name: "Columns and export" }).click();
  await page.getByRole("button", { name: "Usual column widths" }).click();
  await expect.poll(width).toBe(first);
});
