import { expect } from "@playwright/test";
import { chat, HELLO } from "../support/chat.ts";
import { addIncident } from "../support/incident.ts";
import { addresses } from "../support/page-addresses.ts";
import { allPages, isOfOneRow, pagesOfCustomers } from "../support/pages.ts";
import { expectAccessibleInEveryLook, settled } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";

// The slice of every `npm test`, each page once; the rest differs from these by words alone, and is looked at by
// `npm run test:full`, which finds every page by itself, and opens all that a page has (its tabs, its links).
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
  "/groups/[id]",
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
  "/accounts/[id]",
  "/keys/[id]",
  "/channels/[id]",
  "/incidents/[id]",
  "/announcements/[id]",
];

/** Pages that operators do not find; people.spec.ts opens every page of customers with axe. */
const OF_CUSTOMERS_ALONE = ["/team", "/recharge"];

/** Where a form is, the button that opens it, and the one that sends it if that is called otherwise. */
const FORMS: readonly (readonly [path: string, button: string, action?: string])[] = [
  ["/keys", "Create key"],
  ["/accounts", "Create account"],
  ["/channels", "Connect channel"],
  ["/outbox", "Enter mail server", "Save mail server"],
];

let customer: { accountId: string; keyId: string };

test.beforeAll(async ({ gateway, operator }) => {
  const { account, key } = await operator.customer("20");
  customer = { accountId: account.id, keyId: key.id };
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

test("every page has its place in a walk with axe", async () => {
  const pages = await allPages();
  const unknown = pages.filter((page) => isOfOneRow(page) && addresses[page] === undefined);
  expect(unknown, "pages of one row that e2e/support/page-addresses.ts does not name").toEqual([]);
  const named = [...Object.keys(addresses), ...pagesOfCustomers];
  expect(named.filter((page) => !pages.includes(page))).toEqual([]);
  expect(OF_CUSTOMERS_ALONE.filter((page) => !pagesOfCustomers.includes(page))).toEqual([]);
});

test("every page meets WCAG 2.1 AA, without sideways scrolling or errors in the console", async ({
  page,
  operator,
  database,
}) => {
  // Thirty pages in three looks: alone it may take longer than all other tests may.
  test.slow();
  if (process.env.TEST_FULL) test.setTimeout(900_000);
  const errors: string[] = [];
  let at = "/";
  page.on("console", (message) => {
    // Pages of mailed links say in words that there is no such link.
    const isAsked = at.endsWith("token=none") && message.text().includes("404");
    if (message.type() === "error" && !isAsked) errors.push(`${at}: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(error.message));
  await signIn(page);
  const { id: incidentId, link: incidentLink } = await addIncident(database, customer);
  const makes = { ...customer, incidentId, incidentLink, operator };
  const pages = process.env.TEST_FULL
    ? (await allPages()).filter((path) => !OF_CUSTOMERS_ALONE.includes(path))
    : SLICE;
  if (process.env.TEST_FULL) await operator.need("PATCH", "/api/settings", { "signIn.registration": true });
  for (const path of pages) {
    const all = (await addresses[path]?.(makes)) ?? [path];
    for (const address of process.env.TEST_FULL ? all : all.slice(0, 1)) {
      at = address;
      await test.step(address, async () => {
        await page.goto(address);
        await settled(page);
        await expectAccessibleInEveryLook(page, address);
      });
    }
  }
  if (process.env.TEST_FULL) {
    await operator.need("PATCH", "/api/settings", { "signIn.registration": false });
    const versions = await operator.all<{ id: string; state: string }>("/api/prices/versions");
    for (const { id, state } of versions) {
      if (state === "draft") await operator.need("DELETE", `/api/prices/versions/${id}`);
    }
  }
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
