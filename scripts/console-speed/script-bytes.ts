import { gzipSync } from "node:zlib";
import type { Page, Response } from "@playwright/test";

/** KiB of JavaScript, gzipped: what the document names, and what comes by itself after it (toasts, next pages). */
export type ScriptBytes = { firstKiB: number; laterKiB: number };

export async function scriptBytes(page: Page, path: string): Promise<ScriptBytes> {
  const scripts: Response[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response);
  });
  const document = (await (await page.goto(path))?.text()) ?? "";
  await page.waitForLoadState("networkidle");
  const sizes = { firstKiB: 0, laterKiB: 0 };
  for (const script of scripts) {
    const isNamed = document.includes(`src="${new URL(script.url()).pathname}`);
    sizes[isNamed ? "firstKiB" : "laterKiB"] += gzipSync(await script.body()).length / 1024;
  }
  await page.close();
  return { firstKiB: Math.round(sizes.firstKiB), laterKiB: Math.round(sizes.laterKiB) };
}
