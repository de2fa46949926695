import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";
import type { CreatedKey } from "#lib/keys/schema";
import { chat, HELLO } from "../support/chat.ts";
import { openRow, signIn, test } from "./fixtures.ts";

let key: CreatedKey;
let answered = "";
let refused = "";

test.beforeAll(({ early }) => {
  ({ key, answered, refused } = early);
});

test.beforeEach(({ page }) => signIn(page));

const field = (page: Page) => page.getByRole("combobox", { name: "Type filters" });
const row = (page: Page, id: string) => page.locator(`[data-row-id="${id}"]`);

test("typed filters become chips, stand in the address, and leave exactly their rows", async ({ page }) => {
  await page.goto("/logs");
  await field(page).fill('key:"typed by name" status:4xx ip:127.0.0.0/8 tokens:<10 last:1h');
  await page.keyboard.press("Enter");
  await expect(row(page, refused)).toBeVisible();
  await expect(row(page, answered)).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`keyId=${key.id}`));
  await expect(page).toHaveURL(/range=1h/);
  const chip = (text: string) => page.getByRole("search").getByRole("button", { name: text, exact: true });
  for (const text of ["Key typed by name", "Status 4xx", "Network 127.0.0.0/8", "Tokens <10"]) {
    await expect(chip(text)).toBeVisible();
  }

  await page.getByRole("button", { name: "Edit all filters as text" }).click();
  await expect(field(page)).toHaveValue(`last:1h key:${key.id} ip:127.0.0.0/8 status:4xx tokens:<10`);
  // Of its own key: other tests' calls to the same model fill more than a screen.
  await field(page).fill(`model:sim* key:${key.id}`);
  await page.keyboard.press("Enter");
  await expect(row(page, answered)).toBeVisible();
  await expect(page).not.toHaveURL(/status=/);
  await page.goBack();
  await expect(row(page, refused)).toBeVisible();
});

test("a word that cannot be read says why in its place, and nothing is filtered by half", async ({
  page,
}) => {
  await page.goto("/logs");
  await field(page).fill("model:sim-chat ip:10.0.0.300 colour:red");
  await page.keyboard.press("Enter");
  const faults = page.getByRole("alert").filter({ hasText: "is no address" });
  await expect(faults).toContainText("“10.0.0.300” is no address");
  await expect(faults).toContainText("There is no filter “colour”");
  await expect(field(page)).toBeFocused();
  expect(
    await field(page).evaluate((input: HTMLInputElement) => [input.selectionStart, input.selectionEnd]),
  ).toEqual([15, 28]);
  await expect(page).not.toHaveURL(/model=/);
  await field(page).fill("key:nobody-has-this-name");
  await page.keyboard.press("Enter");
  await expect(page.getByText("There is nothing called “nobody-has-this-name”.")).toBeVisible();
});

test("names and values are completed while one types, by keyboard", async ({ page }) => {
  await page.goto("/logs");
  await page.keyboard.press("/");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type("sta");
  await expect(page.getByRole("option", { name: /status:/ })).toBeVisible();
  // Drawn late, as on a busy machine: who types on at once finds the letters where they belong all the same.
  await page.evaluate(() => {
    window.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()), 100);
  });
  await page.keyboard.press("Tab");
  await page.keyboard.type("4x", { delay: 150 });
  await expect(field(page)).toHaveValue("status:4x");
  await expect(page.getByRole("option", { name: "4xx" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/status=4xx/);
  await expect(field(page)).toHaveValue("");
  await page.keyboard.type("key:typed");
  await page.getByRole("option", { name: /typed by name/ }).click();
  await expect(page).toHaveURL(new RegExp(`keyId=${key.id}`));
  await expect(row(page, refused)).toBeVisible();
});

test("dragging over the chart sets the time; zooming out widens it again", async ({ page }) => {
  await page.goto(`/logs?keyId=${key.id}&range=1h`);
  await expect(row(page, answered)).toBeVisible();
  const chart = page.getByRole("figure", { name: /Requests per minute/ });
  await expect(chart).toContainText("2 calls, 50% refused or failed");
  const bars = chart.locator("svg rect");
  await expect(bars.first()).toBeVisible();
  const box = await chart.locator("svg").boundingBox();
  if (box === null) throw new Error("the chart has no place");
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.85, box.y + 40, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d{4}.*to=\d{4}/);
  const ends = new URL(page.url()).searchParams;
  const minutes = (Date.parse(ends.get("to") ?? "") - Date.parse(ends.get("from") ?? "")) / 60_000;
  expect(minutes).toBeGreaterThan(15);
  expect(minutes).toBeLessThan(25);
  // The calls were made just now, which is beyond the stretch.
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Zoom out" }).click();
  await expect(row(page, answered)).toBeVisible();

  // Beyond what is kept, and without an end: both are said.
  await page.goto(`/logs?keyId=${key.id}&from=2020-01-01T00:00:00.000Z`);
  await expect(page.getByRole("note")).toContainText("Rows are kept for 90 days");
  await expect(page.getByRole("note")).toContainText("Without an end: up to");
});

test("a value in a row and in its sheet becomes a filter by a click; j goes on to the neighbour", async ({
  page,
}) => {
  await page.goto(`/logs?keyId=${key.id}`);
  await row(page, answered).getByRole("button", { name: "Only IP 127.0.0.1" }).click();
  await expect(page).toHaveURL(/ip=127\.0\.0\.1/);
  await expect(page.getByRole("figure", { name: /Requests per minute/ })).toContainText("2 calls");
  await openRow(row(page, refused));
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText("model_not_allowed");
  await page.keyboard.press("j");
  await expect(page).toHaveURL(new RegExp(`row=${answered}`));
  await sheet.getByRole("button", { name: "Only Model sim-chat" }).click();
  await expect(page).toHaveURL(/model=sim-chat/);
  await expect(row(page, refused)).toHaveCount(0);
  await expect(row(page, answered)).toBeVisible();
});

test("an address shows all keys that it used, stops one of them, and leads to its rows", async ({
  page,
  operator,
}) => {
  await page.goto(`/by-ip?keyId=${key.id}`);
  await openRow(page.getByRole("row", { name: /127\.0\.0\.1/ }));
  const sheet = page.getByRole("dialog", { name: "127.0.0.1" });
  await expect(sheet.getByRole("link", { name: "typed by name" })).toBeVisible();
  await expect(sheet).toContainText("2 calls");
  const line = sheet.getByRole("listitem").filter({ hasText: "typed by name" });
  await line.getByRole("button", { name: "Disable" }).click();
  await expect(line.getByRole("button", { name: "Enable" })).toBeVisible();
  await expect
    .poll(async () => (await operator.need<CreatedKey>("GET", `/api/keys/${key.id}`)).status)
    .toBe("disabled");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(line.getByRole("button", { name: "Disable" })).toBeVisible();
  await sheet.getByRole("link", { name: "View requests" }).click();
  await expect(page).toHaveURL(/\/logs\?ip=127\.0\.0\.1/);
  await expect(row(page, answered)).toBeVisible();
});

test("by network, sorted, searched; what is no address is said at the field", async ({ page }) => {
  await page.goto("/by-ip");
  await page.getByText("Network", { exact: true }).click();
  await expect(page.getByRole("row", { name: /127\.0\.0\.0\/24/ })).toBeVisible();
  await page.getByRole("button", { name: "Spend" }).click();
  await expect(page).toHaveURL(/sort=cost/);
  const search = page.getByRole("textbox", { name: "Find an address or network" });
  await search.fill("300.1.1.1");
  await page.keyboard.press("Enter");
  await expect(page.getByText("“300.1.1.1” is neither an address nor a network")).toBeVisible();
  await search.fill("198.51.100");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/cidr=198\.51\.100\.0/);
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
});

/** A chart ends with the last whole minute: the calls are in it once theirs is over. A line of zeros has no height. */
async function openDrawn(page: Page, path: string): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    await expect(page.locator(".recharts-area-curve").first()).toBeVisible({ timeout: 4_000 });
  }).toPass({ timeout: 80_000 });
}

test("a chart's series and steps open exactly their rows; dragging zooms, the table has the same figures", async ({
  page,
}) => {
  test.slow();
  await openDrawn(page, `/charts?groupBy=model&keyId=${key.id}&range=1h`);
  const series = page.getByRole("table", { name: "Series" });
  await expect(series.getByRole("row", { name: /sim-chat/ })).toContainText("50.0 %");
  const plot = page.locator(".recharts-wrapper");
  const box = await plot.boundingBox();
  if (box === null) throw new Error("the chart has no place");
  await page.mouse.move(box.x + box.width * 0.6, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.98, box.y + 100, { steps: 6 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d{4}.*to=\d{4}/);
  await expect(page).toHaveURL(/\/charts/);
  await page.getByRole("button", { name: "Zoom out" }).click();
  await page.getByText("Table", { exact: true }).click();
  const points = page.getByRole("table", { name: "RPM, By model" });
  await expect(points.getByRole("columnheader", { name: "sim-chat" })).toBeVisible();
  await expect(points.locator("tr[data-index]").filter({ hasText: "1" }).first()).toBeVisible();
  await series.getByRole("link", { name: "sim-image" }).click();
  await expect(page).toHaveURL(/\/logs\?/);
  await expect(page).toHaveURL(/model=sim-image/);
  await expect(row(page, refused)).toBeVisible();
  await expect(row(page, answered)).toHaveCount(0);
});

test("a click on a step of a chart opens the rows of that step", async ({ page }) => {
  test.slow();
  await openDrawn(page, `/charts?keyId=${key.id}&range=1h`);
  const plot = page.locator(".recharts-wrapper");
  const box = await plot.boundingBox();
  if (box === null) throw new Error("the chart has no place");
  // At once, as a finger does, which never hovers.
  await page.mouse.click(box.x + box.width * 0.5, box.y + 120);
  await expect(page).toHaveURL(/\/logs\?keyId=/);
  const ends = new URL(page.url()).searchParams;
  expect(Date.parse(ends.get("to") ?? "") - Date.parse(ends.get("from") ?? "")).toBe(60_000);
});

test("what the list shows comes as CSV and as NDJSON, its range in the name; a running export can be stopped", async ({
  page,
}) => {
  await page.goto(`/logs?keyId=${key.id}&range=24h`);
  await expect(row(page, answered)).toBeVisible();
  const save = async (format: string) => {
    await page.getByRole("button", { name: "Columns and export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Export as ${format}` }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const csv = await save("CSV");
  expect(csv.name).toMatch(/^request-logs_\d{4}-\d\d-\d\dT\d{6}Z_\d{4}-\d\d-\d\dT\d{6}Z\.csv$/);
  const [head, ...lines] = csv.text.trim().split("\r\n");
  expect(head).toContain("requestId,createdAt,status,errorCode");
  expect(lines.map((line) => line.split(",")[0])).toEqual([refused, answered]);
  await expect(page.getByText(/2 rows in request-logs_/)).toBeVisible();
  const ndjson = await save("NDJSON");
  expect(JSON.parse(ndjson.text.split("\n")[0] ?? "")).toMatchObject({ requestId: refused, status: 403 });

  await page.route("**/api/logs/export*", () => {});
  await page.getByRole("button", { name: "Columns and export" }).click();
  await page.getByRole("button", { name: "Export as CSV" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("Cancelled. Nothing was saved.")).toBeVisible();
});

test("a saved view drops a column that the list has no more, and says which", async ({ page, operator }) => {
  const hiddenColumns = ["ip", "phase-of-the-moon"];
  await operator.need("POST", "/api/saved-views", {
    list: "logs",
    name: "Old habits",
    query: "?status=4xx",
    hiddenColumns,
  });
  await page.goto("/logs");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: "Old habits", exact: true }).click();
  await expect(page.getByText("This list no longer has: phase-of-the-moon.")).toBeVisible();
  await expect(page).toHaveURL(/status=4xx/);
  await expect(page.getByRole("columnheader", { name: "IP" })).toHaveCount(0);
  await expect(page.getByRole("columnheader", { name: "Model" })).toBeVisible();
});

test("what may be wrong with keys is counted and shown; many are rotated at once, their secrets shown once", async ({
  page,
  gateway,
  operator,
}) => {
  const { account } = await operator.customer("20", { name: "never rotated" });
  await operator.createKey(account.id, { name: "second" });
  await page.goto(`/keys?accountId=${account.id}&sort=name`);
  await page.getByRole("button", { name: /Never used 2/ }).click();
  await expect(page).toHaveURL(/hygiene=neverUsed/);
  await page.getByRole("checkbox", { name: "Choose all rows shown" }).click();
  await page.getByRole("region", { name: "2 chosen" }).getByRole("button", { name: "Rotate" }).click();
  const dialog = page.getByRole("dialog", { name: "Rotate 2 keys" });
  await dialog.getByRole("radio", { name: "After a time of your own" }).click();
  await dialog.getByRole("textbox", { name: "How long" }).fill("45");
  await dialog.getByRole("combobox", { name: "Unit" }).selectOption("minutes");
  await dialog.getByRole("button", { name: "Rotate 2 keys" }).click();
  const secrets = dialog.getByRole("table", { name: "New secrets" });
  await expect(secrets.getByRole("row")).toHaveCount(2);
  const secret = /sk-tg-[0-9A-Za-z]{38}/.exec(await secrets.innerText())?.[0] ?? "";
  expect((await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO })).status).toBe(200);
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByText(secret)).toHaveCount(0);
});
