// `npm run lighthouse`: how fast and how accessible the console is, measured on the built app of this clone with the
// Chromium from npm; writes docs/console-speed.md. Starts its own server with its own database.
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { chromium } from "@playwright/test";
import { chromiumPath } from "../e2e/support/chromium.ts";
import { startTollgate } from "../e2e/support/tollgate.ts";
import { fillConsole } from "./console-speed/fill.ts";
import { longestInteraction } from "./console-speed/interactions.ts";
import { lighthouseMedians } from "./console-speed/lighthouse.ts";
import { reportOf } from "./console-speed/report.ts";
import { scriptBytes } from "./console-speed/script-bytes.ts";

const rows = 10_000;
const limits = { score: 95, scriptKiB: 280, interactionMs: 200 };

const gateway = await startTollgate();
try {
  const cookie = await fillConsole(gateway, rows);
  const executablePath = await chromiumPath();
  const pages = [
    { name: "Sign-in", path: "/", cookie: null },
    { name: "Public prices", path: "/pricing?all=true", cookie: null },
    { name: "Overview", path: "/", cookie },
    { name: "Request logs", path: "/logs?range=30d", cookie },
  ];
  const scores = [];
  for (const page of pages) {
    scores.push(await lighthouseMedians(page.name, gateway.url + page.path, page.cookie, executablePath));
    console.log(scores.at(-1));
  }
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({ baseURL: gateway.url, extraHTTPHeaders: { cookie } });
  const scripts = await scriptBytes(await context.newPage(), "/logs?range=30d");
  const interaction = await longestInteraction(await context.newPage(), rows);
  await browser.close();
  console.log({ scripts, interaction });
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}`;
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(
    "docs/console-speed.md",
    reportOf({ scores, scripts, interaction, limits, machine, day, rows }),
  );
  const isMissed =
    scores.some(({ performance, accessibility, bestPractices }) =>
      [performance, accessibility, bestPractices].some((score) => score < limits.score),
    ) ||
    scripts.firstKiB > limits.scriptKiB ||
    interaction.ms >= limits.interactionMs;
  console.log(isMissed ? "A limit is missed: see docs/console-speed.md." : "All limits are kept.");
  process.exitCode = isMissed ? 1 : 0;
} finally {
  await gateway.remove();
}
