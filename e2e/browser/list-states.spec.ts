import { expect } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { signIn, test } from "./fixtures.ts";

// What a list looks like while it loads, when that fails, while rows keep coming, and where there are none.

let accountId = "";
let secret = "";
test.beforeAll(async ({ operator }) => {
  const { account, key } = await operator.customer("20");
  accountId = account.id;
  secret = key.secret;
});
test.beforeEach(({ page }) => signIn(page));

test("live rows come by themselves", async ({ page, gateway }) => {
  await page.goto(`/logs?accountId=${accountId}`);
  await page.getByRole("switch", { name: "Live" }).click({ force: true });
  await expect(page).toHaveURL(/live=true/);
  const answer = await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO });
  await answer.text();
  const row = page.locator(`[data-row-id="${answer.headers.get("x-request-id")}"]`);
  await expect(row).toBeVisible();
});

test("live rows wait while one reads further down, and come at the top", async ({
  page,
  gateway,
  operator,
}) => {
  const call = async () => {
    const answer = await chat(gateway.url, secret, { model: "sim-chat", messages: HELLO });
    await answer.text();
    return answer.headers.get("x-request-id") ?? "";
  };
  const ids = await Promise.all(Array.from({ length: 16 }, call));
  await Promise.all(ids.map((id) => operator.row(id)));
  await page.setViewportSize({ width: 1280, height: 560 });
  await page.clock.install();
  let polls = 0;
  page.on("request", (request) => {
    if (/\/api\/logs\?.*limit=100/.test(request.url())) polls += 1;
  });
  await page.goto(`/logs?accountId=${accountId}&live=true`);
  await expect.poll(() => polls).toBeGreaterThan(0);
  const scroller = page.getByRole("table", { name: "Request logs" }).locator("..");
  const scrollTo = (top: number) => scroller.evaluate((element, y) => element.scrollTo(0, y), top);
  await scrollTo(200);
  await expect(page.getByRole("switch", { name: "Live, paused while scrolled down" })).toBeChecked();
  const before = polls;
  const id = await call();
  await operator.row(id);
  await page.clock.fastForward(10_000);
  await expect(page.locator(`[data-row-id="${id}"]`)).toHaveCount(0);
  expect(polls).toBe(before);
  await scrollTo(0);
  await expect(page.locator(`[data-row-id="${id}"]`)).toBeVisible();
});

test("while a list loads, its rows and columns stand where they will be", async ({ page, operator }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/api/keys?*", async (route) => {
    await held;
    await route.continue();
  });
  const { account } = await operator.customer("1", { name: "the only one" });
  await page.goto(`/accounts/${account.id}`);
  await page.getByRole("tab", { name: "API keys" }).click();
  const geometry = () =>
    page.getByRole("tabpanel", { name: "API keys" }).evaluate((panel) => {
      const box = (element: Element | null) => element?.getBoundingClientRect();
      const row = box(panel.querySelector("tbody tr"));
      const edges = [...panel.querySelectorAll("thead th")].map((head) => Math.round(box(head)?.right ?? 0));
      return { top: row?.top, height: row?.height, edges };
    });
  await expect(page.locator("[aria-busy=true] tbody tr").first()).toBeVisible();
  const skeleton = await geometry();
  expect(skeleton.edges.length).toBeGreaterThan(3);
  release();
  await expect(page.getByRole("row", { name: /the only one/ })).toBeVisible();
  expect(await geometry()).toEqual(skeleton);
});

test("a failed load says its request id and can be tried again", async ({ page }) => {
  let isBroken = true;
  await page.route("**/api/audit-log*", (route) =>
    isBroken
      ? route.fulfill({
          status: 500,
          contentType: "application/problem+json",
          body: JSON.stringify({
            status: 500,
            code: "internal",
            detail: "It broke.",
            requestId: "019aa0c4-dead-beef",
          }),
        })
      : route.continue(),
  );
  await page.goto("/audit-log?action=no-such-thing-yet");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByText("019aa0c4-dead-beef")).toBeVisible();
  isBroken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("row", { name: /key\.create/ }).first()).toBeVisible();
});

test("an empty log shows the command that fills it", async ({ page, gateway }) => {
  await page.route("**/api/logs?*", (route) => route.fulfill({ json: { items: [], nextCursor: null } }));
  await page.goto("/models");
  await page.getByRole("link", { name: "Request logs" }).click();
  await page.goto("/logs?from=2001-01-01T00:00:00.000Z&to=2001-01-02T00:00:00.000Z");
  await expect(page.getByText("Nothing matches these filters")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("region", { name: "Ready-made curl" })).toContainText(
    `curl ${gateway.url}/v1/chat`,
  );
});
