// `npm run screenshots [folder]`: the pictures of docs/tour.md and of the README, of an instance that `npm run demo` filled
// and that has a made-up month behind it. `npm run screenshots -- --lists [folder]`: every page of the console with no row,
// with one of each and with 10,000 odd ones, light, dark and on a phone, and a contact sheet of each walk.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { addOddRows, addOddRowsElsewhere } from "../e2e/support/odd-rows.ts";
import { OWNER, signInOwner } from "../e2e/support/owner.ts";
import { startTollgate, type Tollgate } from "../e2e/support/tollgate.ts";
import { openBrowser } from "./screenshots/browser.ts";
import { withDatabase } from "./screenshots/database.ts";
import { addHappenings } from "./screenshots/happenings.ts";
import { addHistory } from "./screenshots/history.ts";
import { takeLists } from "./screenshots/lists.ts";
import { takeTour } from "./screenshots/tour.ts";

const calls = "900";
const manyRows = 10_000;
const { values, positionals } = parseArgs({
  options: { lists: { type: "boolean", default: false } },
  allowPositionals: true,
});

const gateway = await startTollgate({ env: { TRUSTED_PROXIES: "127.0.0.0/8" } });
const browser = await openBrowser();
try {
  if (values.lists) await takeAllLists(positionals[0] ?? ".cache/lists");
  else {
    runDemo(gateway);
    await withDatabase(gateway, async (database) => {
      await addHistory(database);
      await addHappenings(database, await signInOwner(gateway.url));
    });
    await takeTour({ browser, baseURL: gateway.url, folder: positionals[0] ?? "docs/images" });
  }
} finally {
  await browser.close();
  await gateway.remove();
}

async function takeAllLists(folder: string): Promise<void> {
  const operator = await signInOwner(gateway.url);
  const walk = (what: string) => takeLists({ browser, baseURL: gateway.url, folder, what });
  const faults = await walk("none");
  await withDatabase(gateway, async (database) => {
    await addOddRows(database, operator, 1);
    await addOddRowsElsewhere(database, 1);
    faults.push(...(await walk("one")));
    await addOddRows(database, operator, manyRows);
    await addOddRowsElsewhere(database, manyRows);
    faults.push(...(await walk("many")));
  });
  for (const fault of faults) console.log(fault);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function runDemo({ url }: Tollgate): void {
  const who = ["--url", url, "--email", OWNER.email, "--password", OWNER.password];
  const run = spawnSync(
    resolve("node_modules/.bin/node"),
    ["bench/demo.ts", ...who, "--calls", calls, "--minutes", "0.5"],
    { stdio: "inherit" },
  );
  if (run.status !== 0) throw new Error("npm run demo failed");
}
