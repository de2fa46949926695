import type { Browser, Page } from "@playwright/test";
import { layoutFaults } from "../../e2e/browser/layout-faults.ts";
import { pagesUnder } from "../../e2e/support/pages.ts";
import { signedIn, take } from "./browser.ts";
import { contactSheet } from "./contact-sheet.ts";

const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

type Walk = {
  browser: Browser;
  baseURL: string;
  folder: string;
  what: string;
  addresses?: readonly string[];
};

/**
 * A picture of every page of the console in three looks, with a contact sheet for each look, and of lists that can be
 * scrolled one of their end. Answers what is broken by measure: what sticks out sideways, lies over its neighbour or is too tall.
 */
export async function takeLists({ browser, baseURL, folder, what, addresses }: Walk): Promise<string[]> {
  const faults: string[] = [];
  const paths = addresses ?? (await pagesUnder("(console)"));
  for (const { name, ...look } of looks) {
    const page = await signedIn(browser, { ...look, baseURL });
    const pictures: string[] = [];
    const shoot = async (path: string, part: string) => {
      const broken = await layoutFaults(page);
      if (Object.values(broken).some((count) => count > 0)) {
        faults.push(`${what}, ${name}, ${path}${part}: ${JSON.stringify(broken)}`);
      }
      pictures.push(await take(page, `${folder}/${what}-${name}`, `${nameOf(path)}${part}`));
    };
    for (const path of paths) {
      await page.goto(path);
      await shoot(path, "");
      if (name === "light" && (await scrollToEnd(page))) await shoot(path, "-end");
    }
    await page.context().close();
    await sheets(browser, pictures, `${folder}/${what}-${name}`, name === "phone");
  }
  return faults;
}

/** Contact sheets of so many pictures that each can still be judged. */
async function sheets(
  browser: Browser,
  pictures: readonly string[],
  path: string,
  isPhone: boolean,
): Promise<void> {
  const size = isPhone ? { columns: 6, width: 300 } : { columns: 3, width: 640 };
  const perSheet = isPhone ? 12 : 9;
  for (let from = 0; from < pictures.length; from += perSheet) {
    const sheet = `${path}-${from / perSheet + 1}.png`;
    await contactSheet(browser, pictures.slice(from, from + perSheet), sheet, size);
    console.log(sheet);
  }
}

function nameOf(path: string): string {
  return path === "/" ? "overview" : path.slice(1).replaceAll(/[^a-z0-9-]+/g, "_");
}

/** Whether the page has a list that goes on below. */
async function scrollToEnd(page: Page): Promise<boolean> {
  const table = page.getByRole("table").first();
  if ((await table.count()) === 0) return false;
  return table.locator("..").evaluate((element) => {
    if (element.scrollHeight <= element.clientHeight + 40) return false;
    element.scrollTop = element.scrollHeight;
    return true;
  });
}
