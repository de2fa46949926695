import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/db/testing";
import { OWNER } from "./support/owner.ts";
import { startTollgate, type Tollgate } from "./support/tollgate.ts";

const run = promisify(execFile);
const NODE = "node_modules/.bin/node";
const RECORDED = process.env.TRACE_FILE ?? "../shared/data/azure-llm-2023-conv.csv";
/** The recorded hour at 30 times its speed if it is at hand, else a made-up one; a slice unless asked for all. */
const isFull = process.env.TEST_FULL === "1";
const [speed, calls] = isFull ? ["30", "0"] : ["600", "1500"];

let gateway: Tollgate;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase({ seeded: true });
  gateway = await startTollgate({ databaseUrl: database.url });
});
afterAll(async () => {
  await gateway?.remove();
  await database?.stop();
});

it("a replayed trace leaves every row, every token and every nano-dollar that it should", async () => {
  const { stdout } = await run(
    NODE,
    ["bench/replay.ts", await trace(), "--url", gateway.url, "--speed", speed, "--limit", calls],
    { env: { ...process.env, OWNER_EMAIL: OWNER.email, OWNER_PASSWORD: OWNER.password }, timeout: 900_000 },
  );
  expect(stdout).not.toContain("✗");
  expect(stdout).toMatch(/failed 0 /);
  expect(stdout.match(/✓/g)).toHaveLength(6);
}, 900_000);

async function trace(): Promise<string> {
  if (existsSync(RECORDED)) return RECORDED;
  const file = join(gateway.dataDir, "trace.csv");
  const [made, minutes] = isFull ? ["19000", "60"] : ["1500", "20"];
  await run(NODE, ["bench/synthetic-trace.ts", file, "--calls", made, "--minutes", minutes]);
  return file;
}
