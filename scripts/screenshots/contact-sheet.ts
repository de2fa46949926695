import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Browser } from "@playwright/test";

/** Many pictures on one, each under its name, so that a walk through all lists takes a minute. */
export async function contactSheet(
  browser: Browser,
  pictures: readonly string[],
  path: string,
  { columns, width }: { columns: number; width: number },
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: columns * (width + 8), height: 600 } });
  const figures = await Promise.all(
    pictures.map(async (picture) => {
      const data = (await readFile(picture)).toString("base64");
      return `<figure><figcaption>${basename(picture, ".png")}</figcaption><img src="data:image/png;base64,${data}"></figure>`;
    }),
  );
  await page.setContent(`<style>
    body { margin: 0; display: grid; grid-template-columns: repeat(${columns}, ${width}px); gap: 8px; background: #777; font: 13px sans-serif }
    figure { margin: 0 } figcaption { color: #fff; padding: 2px 4px } img { width: 100%; display: block }
  </style>${figures.join("")}`);
  await page.screenshot({ path, fullPage: true });
  await page.close();
}
