import { expect } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { pagesUnder } from "../support/pages.ts";
import { expectAccessibleInEveryLook, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

// The slice of every `npm test`; the rest differs from these by words alone, and is looked at by `npm run test:full`, which
// finds every page by itself.
const SLICE = [
  "/",
  "/logs",
  "/by-ip",
  "/charts",
  "/accounts",
  "/keys",
  "/channels",
  "/models",
  "/models/prices",
  "/models/versions",
  "/models/official",
  "/groups",
  "/groups/default",
  "/pricing",
  "/announcements",
  "/subscribers",
  "/ledger",
  "/incidents",
  "/dead-letters",
  "/nodes",
  "/outbox",
  "/jobs",
  "/settings",
  "/audit-log",
  "/docs/privacy",
];
const GUIDES = [
  "/docs/quickstart",
  "/docs/errors",
  "/docs/rate-limits",
  "/docs/batch",
  "/docs/leaked-key",
  "/docs/paying",
  "/docs/open-programs",
];
const PAGES = process.env.TEST_FULL ? await everyPage() : SLICE;

const ofLinks = ["/reset-password", "/invitation", "/subscription", "/subscription/confirm"];

/** Where a form is, the button that opens it, and the one that sends it if that is called otherwise. */
const FORMS: readonly (readonly [path: string, button: string, action?: string])[] = [
  ["/keys", "Create key"],
  ["/accounts", "Create account"],
  ["/channels", "Connect channel"],
  ["/outbox", "Enter mail server", "Save mail server"],
];

/** What has an address of its own. Team and recharge are customers' pages; the first run has none once there is an owner. */
async function everyPage(): Promise<string[]> {
  const found = [...(await pagesUnder("(console)")), ...(await pagesUnder("(public)"))];
  const elsewhere = ["/team", "/recharge", "/first-run"];
  return [...new Set([...SLICE, ...GUIDES, ...found])].filter((path) => !elsewhere.includes(path));
}

test.beforeAll(async ({ gateway, operator }) => {
  const { key } = await operator.customer("20");
  await operator.createChannel({
    name: "Simulated",
    provider: "simulator",
    baseUrl: "https://sim.invalid/v1",
    models: ["gpt-4o-mini", "house-made"],
  });
  await (await chat(gateway.url, key.secret, { model: "sim-chat", messages: HELLO })).text();
  await (await chat(gateway.url, key.secret, { model: "no-such-model", messages: HELLO })).text();
});

test("the sign-in form meets WCAG 2.1 AA", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByLabel("Email")).toBeVisible();
  await expectAccessibleInEveryLook(page, "the sign-in form");
});

test("every page meets WCAG 2.1 AA, without sideways scrolling or errors in the console", async ({
  page,
  operator,
}) => {
  // Thirty pages in three looks: alone it may take longer than all other tests may.
  test.slow();
  if (process.env.TEST_FULL) test.setTimeout(900_000);
  const errors: string[] = [];
  let at = "/";
  page.on("console", (message) => {
    // Pages of mailed links say in words that there is no such link.
    const isAsked = ofLinks.includes(at) && message.text().includes("404");
    if (message.type() === "error" && !isAsked) errors.push(`${at}: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await signIn(page);
  const [account] = (await operator.need<{ items: { id: string }[] }>("GET", "/api/accounts")).items;
  const [channel] = (await operator.need<{ items: { id: string }[] }>("GET", "/api/channels")).items;
  const [key] = (await operator.need<{ items: { id: string }[] }>("GET", "/api/keys")).items;
  const own = [
    `/accounts/${account?.id}`,
    `/accounts/${account?.id}?tab=usage`,
    `/channels/${channel?.id}`,
    `/keys/${key?.id}`,
  ];
  if (process.env.TEST_FULL) await operator.need("PATCH", "/api/settings", { "signIn.registration": true });
  for (const path of [...PAGES, ...own]) {
    at = path;
    await test.step(path, async () => {
      await page.goto(path);
      await settled(page);
      await expectAccessibleInEveryLook(page, path);
    });
  }
  if (process.env.TEST_FULL) await operator.need("PATCH", "/api/settings", { "signIn.registration": false });
  expect(errors).toEqual([]);
});

test("the sheet of a request, each form and the palette meet WCAG 2.1 AA", async ({ page, operator }) => {
  await signIn(page);
  const [row] = (await operator.need<{ items: { requestId: string }[] }>("GET", "/api/logs?status=200"))
    .items;
  await page.goto(`/logs?row=${row?.requestId}`);
  await expect(page.getByRole("table", { name: /bill/i })).toBeVisible();
  await settled(page);
  await expectAccessibleInEveryLook(page, "sheet of a request");
  for (const [path, button, action = button] of FORMS) {
    await page.goto(path);
    await page.getByRole("button", { name: button }).first().click();
    await expect(page.getByRole("dialog").getByRole("button", { name: action })).toBeVisible();
    await settled(page);
    await expectAccessibleInEveryLook(page, button);
  }
  await page.goto("/");
  await settled(page);
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByPlaceholder(/Go to a page/)).toBeVisible();
  await expectAccessibleInEveryLook(page, "palette");
});
