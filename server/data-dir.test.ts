import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { claimDataDir } from "./data-dir.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tollgate-claim-"));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it("keeps a second process out, names the first, and lets the next one in after a kill -9", async () => {
  const script = `
    import { claimDataDir } from ${JSON.stringify(new URL("./data-dir.ts", import.meta.url).href)};
    await claimDataDir(${JSON.stringify(dataDir)});
    console.log("claimed");
    setInterval(() => {}, 1000);
  `;
  const other = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(other.stdout, "data");
  const refusal = await claimDataDir(dataDir).catch(String);
  other.kill("SIGKILL");
  await once(other, "exit");
  expect(refusal).toContain(`in use by process ${other.pid}: stop it`);

  const claim = await claimDataDir(dataDir);
  expect(readFileSync(join(dataDir, "server.pid"), "utf8")).toBe(`${process.pid}\n`);
  claim.release();
  expect(existsSync(join(dataDir, "server.pid"))).toBe(false);
});
