import type { Browser, Page } from "@playwright/test";
import { signedIn, take } from "./browser.ts";

type Tour = { browser: Browser; baseURL: string; folder: string };

/** The pictures of docs/tour.md and of the README. */
export async function takeTour(tour: Tour): Promise<void> {
  for (const scheme of ["light", "dark"] as const) await takeAll(tour, scheme);
  await takePhone(tour);
}

async function takeAll({ browser, baseURL, folder }: Tour, colorScheme: "light" | "dark"): Promise<void> {
  const page = await signedIn(browser, { baseURL, colorScheme, viewport: { width: 1280, height: 760 } });
  const shoot = shooter(folder);
  await shoot(page, "/", `tour-overview-${colorScheme}`);
  await page.goto("/logs");
  await page.locator('tr[data-index="6"]').getByRole("cell").first().click();
  await page.getByRole("table", { name: /bill/i }).waitFor();
  await shoot(page, null, `tour-log-${colorScheme}`);
  await page.goto("/keys");
  await page.locator('tr[data-index="1"]').click();
  await page.getByRole("link", { name: "Open page" }).click();
  await page.getByRole("button", { name: "Rotate key" }).waitFor();
  await shoot(page, null, `tour-key-${colorScheme}`);
  if (colorScheme === "light") {
    await page.goto("/keys");
    for (const index of [1, 3, 4]) {
      await page.locator(`tr[data-index="${index}"]`).getByRole("checkbox").click();
    }
    await shoot(page, null, "tour-keys-light");
    await shoot(page, "/settings", "tour-settings-light");
  } else {
    await page.goto("/audit-log?action=channel.create");
    await page.locator('tr[data-index="0"]').click();
    await page.getByRole("dialog").waitFor();
    await shoot(page, null, "tour-audit-dark");
  }
  await page.context().close();
}

async function takePhone({ browser, baseURL, folder }: Tour): Promise<void> {
  const page = await signedIn(browser, {
    baseURL,
    colorScheme: "light",
    viewport: { width: 390, height: 780 },
  });
  const shoot = shooter(folder);
  await shoot(page, "/logs", "tour-log-phone");
  await page.goto("/keys");
  await page.locator('tr[data-index="1"]').click();
  await page.getByRole("link", { name: "Open page" }).click();
  await page.getByRole("button", { name: "Rotate key" }).waitFor();
  await shoot(page, null, "tour-key-phone");
  await page.context().close();
}

function shooter(folder: string) {
  return async (page: Page, path: string | null, name: string): Promise<void> => {
    if (path !== null) await page.goto(path);
    console.log(await take(page, folder, name));
  };
}
