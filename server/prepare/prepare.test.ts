import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.mjs";
import { withLock } from "./lock.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tollgate-prepare-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe("the fingerprint of sources", () => {
  it("follows contents and names, and neither times nor tests", () => {
    write("app/page.tsx", "one");
    const before = fingerprint(folder, ["app", "missing"]);
    write("app/page.tsx", "one");
    write("app/page.test.ts", "a test");
    expect(fingerprint(folder, ["app", "missing"])).toBe(before);
    write("app/page.tsx", "two");
    const changed = fingerprint(folder, ["app", "missing"]);
    expect(changed).not.toBe(before);
    write("app/other.tsx", "");
    expect(fingerprint(folder, ["app", "missing"])).not.toBe(changed);
  });

  it("leaves generated files out", () => {
    write("lib/a.ts", "a");
    const before = fingerprint(folder, ["lib"]);
    write("lib/db/generated/client.ts", "generated");
    expect(fingerprint(folder, ["lib"])).toBe(before);
  });
});

describe("the lock of a clone", () => {
  it("lets one process work at a time, even if they start together and one dies with it", async () => {
    write("counter", "0");
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      import { withLock } from ${JSON.stringify(new URL("./lock.mjs", import.meta.url).href)};
      const [folder, dies] = process.argv.slice(-2);
      await withLock(folder + "/lock", () => {}, async () => {
        const before = Number(readFileSync(folder + "/counter", "utf8"));
        if (dies === "dies") process.kill(process.pid, "SIGKILL");
        await new Promise((resolve) => setTimeout(resolve, 50));
        writeFileSync(folder + "/counter", String(before + 1));
      });
    `;
    const run = (how: string) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder, how]);
        child.once("exit", resolve);
      });
    await Promise.all([run("dies"), run("lives"), run("lives"), run("lives"), run("dies")]);
    expect(readFileSync(join(folder, "counter"), "utf8")).toBe("3");
  });

  it("is given back when the work throws", async () => {
    const lock = join(folder, "lock");
    const failing = withLock(
      lock,
      () => {},
      () => Promise.reject(new Error("failed")),
    );
    await expect(failing).rejects.toThrow("failed");
    let hasRun = false;
    await withLock(
      lock,
      () => {},
      () => {
        hasRun = true;
      },
    );
    expect(hasRun).toBe(true);
  });
});
