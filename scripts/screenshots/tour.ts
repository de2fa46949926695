import { readFile, writeFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import sharp from "sharp";
import { signedIn, take } from "./browser.ts";
import { CUSTOMER } from "./happenings.ts";

type Tour = { browser: Browser; baseURL: string; folder: string };
/** A page's picture: its name, its address or the list whose first row is opened, and what is done before it is taken. */
type Shot = { name: string; path: string; open?: (page: Page) => Promise<void> };

const row = (index: number) => (page: Page) =>
  page.locator(`tr[data-index="${index}"]`).getByRole("cell").first().click();
/** To the page that a row's sheet leads to. */
const openPage = (index: number) => async (page: Page) => {
  await page.locator(`tr[data-index="${index}"]`).click();
  const list = new URL(page.url()).pathname;
  await page.getByRole("link", { name: "Open page" }).click();
  await page.waitForURL((url) => url.pathname !== list);
};
/** To the page that a row of a list leads to. */
const follow = (name: string) => async (page: Page) => {
  const list = page.url();
  await page
    .getByRole("row", { name: new RegExp(name) })
    .first()
    .click();
  await page.waitForURL((url) => url.href !== list);
};

const SHOTS: readonly Shot[] = [
  { name: "overview", path: "/" },
  {
    name: "log",
    path: "/logs",
    open: async (page) => {
      await row(6)(page);
      await page.getByRole("table", { name: /bill/i }).waitFor();
    },
  },
  { name: "logs", path: "/logs" },
  { name: "by-ip", path: "/by-ip?range=30d" },
  { name: "charts", path: "/charts?groupBy=model" },
  {
    name: "key",
    path: "/keys",
    open: async (page) => {
      await openPage(1)(page);
      await page.getByRole("button", { name: "Rotate key" }).waitFor();
    },
  },
  {
    name: "keys",
    path: "/keys",
    open: async (page) => {
      for (const index of [1, 3, 4]) {
        await page.locator(`tr[data-index="${index}"]`).getByRole("checkbox").click();
      }
    },
  },
  { name: "accounts", path: "/accounts" },
  { name: "account", path: "/accounts", open: follow("Harbour Analytics") },
  { name: "channels", path: "/channels" },
  { name: "channel", path: "/channels", open: openPage(0) },
  { name: "models", path: "/models?sort=vendor" },
  { name: "prices", path: "/models/prices?vendor=openai" },
  { name: "version", path: "/models/versions", open: follow("Draft") },
  { name: "limits", path: "/limits" },
  { name: "recharges", path: "/recharges" },
  { name: "ledger", path: "/ledger" },
  { name: "incidents", path: "/incidents" },
  { name: "incident", path: "/incidents", open: follow("laptop") },
  {
    name: "audit",
    path: "/audit-log?action=channel.create",
    open: async (page) => {
      await page.locator('tr[data-index="0"]').click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "settings", path: "/settings" },
  { name: "pricing", path: "/pricing" },
];
const SHOTS_OF_CUSTOMER: readonly Shot[] = [
  { name: "customer-home", path: "/" },
  { name: "customer-recharge", path: "/recharge" },
];
const SHOTS_ON_PHONE: readonly Shot[] = [
  { name: "log", path: "/logs" },
  ...SHOTS.filter(({ name }) => name === "key"),
];

/** The pictures of docs/tour.md and of the README: every main page, light and dark. */
export async function takeTour(tour: Tour): Promise<void> {
  const { browser, baseURL } = tour;
  for (const colorScheme of ["light", "dark"] as const) {
    const look = { baseURL, colorScheme, viewport: { width: 1280, height: 760 } };
    await shootAll(tour, await signedIn(browser, look), SHOTS, colorScheme);
    await shootAll(tour, await signedInCustomer(browser, look), SHOTS_OF_CUSTOMER, colorScheme);
  }
  const look = { baseURL, colorScheme: "light", viewport: { width: 390, height: 780 } } as const;
  await shootAll(tour, await signedIn(browser, look), SHOTS_ON_PHONE, "phone");
}

async function shootAll({ folder }: Tour, page: Page, shots: readonly Shot[], look: string): Promise<void> {
  for (const { name, path, open } of shots) {
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await open?.(page);
    await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
    const picture = await take(page, folder, `tour-${name}-${look}`);
    await shrink(picture);
    console.log(picture);
  }
  await page.context().close();
}

async function signedInCustomer(browser: Browser, look: Parameters<Browser["newContext"]>[0]): Promise<Page> {
  const page = await (await browser.newContext({ ...look, reducedMotion: "reduce" })).newPage();
  await page.goto("/");
  await page.getByLabel("Email").fill(CUSTOMER.email);
  await page.getByLabel("Password").fill(CUSTOMER.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  return page;
}

/** A picture of an interface has few colours: with a palette it takes a third. */
async function shrink(path: string): Promise<void> {
  await writeFile(
    path,
    await sharp(await readFile(path))
      .png({ palette: true, effort: 8 })
      .toBuffer(),
  );
}
