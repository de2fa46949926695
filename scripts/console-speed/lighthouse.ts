import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";

export type Scores = { name: string; performance: number; accessibility: number; bestPractices: number };
const runs = 3;

/** Medians of three Lighthouse runs with its desktop preset, 0 to 100; signed in by `cookie` if there is one. */
export async function lighthouseMedians(
  name: string,
  url: string,
  cookie: string | null,
  executablePath: string,
): Promise<Scores> {
  const all: Scores[] = [];
  for (let run = 0; run < runs; run += 1) {
    all.push({ name, ...(await withBrowser(executablePath, (port) => scoresOf(url, cookie, port))) });
  }
  return {
    name,
    performance: median(all.map((one) => one.performance)),
    accessibility: median(all.map((one) => one.accessibility)),
    bestPractices: median(all.map((one) => one.bestPractices)),
  };
}

async function scoresOf(url: string, cookie: string | null, port: number): Promise<Omit<Scores, "name">> {
  const result = await lighthouse(
    url,
    {
      port,
      logLevel: "error",
      output: "json",
      onlyCategories: ["performance", "accessibility", "best-practices"],
      ...(cookie === null ? {} : { extraHeaders: { Cookie: cookie } }),
    },
    desktopConfig,
  );
  const report = result?.lhr;
  if (report === undefined || report.runtimeError !== undefined) {
    throw new Error(`Lighthouse could not measure ${url}: ${report?.runtimeError?.message ?? "no result"}`);
  }
  for (const audit of Object.values(report.audits)) {
    const isBad = audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== "informative";
    if (isBad && process.env.LIGHTHOUSE_DETAILS)
      console.log(`  ${audit.id} ${audit.score} ${audit.displayValue ?? ""}`);
  }
  const score = (category: string) => Math.round((report.categories[category]?.score ?? 0) * 100);
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    bestPractices: score("best-practices"),
  };
}

/** A Chromium of its own for each run, so that no cache helps the next. */
async function withBrowser<T>(executablePath: string, use: (port: number) => Promise<T>): Promise<T> {
  const profile = await mkdtemp(join(tmpdir(), "tollgate-lighthouse-"));
  const browser = spawn(
    executablePath,
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve) => browser.once("exit", resolve));
  try {
    return await use(await debuggingPort(profile));
  } finally {
    browser.kill("SIGKILL");
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function debuggingPort(profile: string): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await readFile(join(profile, "DevToolsActivePort"), "utf8").catch(() => "");
    if (text !== "") return Number(text.split("\n")[0]);
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("Chromium did not open its debugging port");
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
