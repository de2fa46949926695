import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Operator } from "#bench/operator";
import { chat, HELLO } from "./support/chat.ts";
import { type MockUpstream, startMockUpstream } from "./support/mock-upstream.ts";
import { signInOwner } from "./support/owner.ts";
import { newDataDir, startTollgate, type Tollgate } from "./support/tollgate.ts";

const CREDENTIAL = "sk-upstream-credential-0123456789";
let dataDir: string;
let upstream: MockUpstream;
let gateway: Tollgate;
let operator: Operator;
let secret: string;

beforeAll(async () => {
  [dataDir, upstream] = await Promise.all([newDataDir(), startMockUpstream()]);
  await start();
  const models = [{ model: "gpt-4o-mini", upstreamModel: "ok" }];
  await operator.createChannel({ baseUrl: upstream.url, credential: CREDENTIAL, models });
  ({
    key: { secret },
  } = await operator.customer());
});
afterAll(async () => {
  await gateway?.remove();
  await upstream?.stop();
});

async function start(): Promise<void> {
  gateway = await startTollgate({ dataDir });
  operator = await signInOwner(gateway.url);
}

/** Runs the command; `until` is looked at all the time, and once it is true the process is killed. */
async function rotate(until?: () => boolean): Promise<{ code: number | null; output: string }> {
  const child: ChildProcess = spawn(resolve("node_modules/.bin/node"), ["server/rotate-master-key.ts"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  const watch = setInterval(() => until?.() && child.kill("SIGKILL"), 1);
  const code = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(watch);
  return { code, output };
}

/** Upstream is reached with the credential that was stored. */
async function expectCredentialOpens(): Promise<void> {
  const before = upstream.calls("ok").length;
  const answer = await chat(gateway.url, secret, { model: "gpt-4o-mini", messages: HELLO });
  expect([answer.status, await answer.json()]).toMatchObject([200, { choices: [{}] }]);
  expect(upstream.calls("ok").at(before)?.headers.authorization).toBe(`Bearer ${CREDENTIAL}`);
}

it("is refused while the server runs", async () => {
  const { code, output } = await rotate();
  expect([code, output]).toEqual([1, expect.stringContaining("in use by process")]);
  await expectCredentialOpens();
});

it("killed in the middle, loses nothing; run again, it gives a new key that the next start uses", async () => {
  const key = await readFile(join(dataDir, "master.key"), "utf8");
  expect(await gateway.stop()).toBe(0);
  const killed = await rotate(() => existsSync(join(dataDir, "master.key.next")));
  expect(killed.code).toBeNull();
  await start();
  await expectCredentialOpens();
  expect(await gateway.stop()).toBe(0);

  const { code, output } = await rotate();
  expect([code, output]).toEqual([0, expect.stringMatching(/new master key|cut off/)]);
  expect(output).not.toContain(CREDENTIAL);
  const rotated = await readFile(join(dataDir, "master.key"), "utf8");
  expect(rotated).not.toBe(key);
  expect(output).not.toContain(rotated.trim());
  await start();
  await expectCredentialOpens();
});
