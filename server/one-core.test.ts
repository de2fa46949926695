import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

/** How the threads of a process stand that has said how many cores it has: by name. */
function prioritiesWith(cores: number): Record<string, number[]> {
  const script = `
    import { readdirSync, readFileSync } from "node:fs";
    import { getPriority } from "node:os";
    const { favourMainThread } = await import("./server/one-core.ts");
    favourMainThread(${cores});
    const found = {};
    for (const id of readdirSync("/proc/self/task")) {
      const name = readFileSync("/proc/self/task/" + id + "/comm", "utf8").trim();
      (found[name] ??= []).push(getPriority(Number(id)));
    }
    console.log(JSON.stringify(found));`;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script]).toString());
}

describe("a process with one core", () => {
  it("has V8's helper threads take only what the main thread leaves", () => {
    const { MainThread, V8Worker } = prioritiesWith(1);
    expect(MainThread).toEqual([0]);
    expect(new Set(V8Worker)).toEqual(new Set([19]));
  });
});

describe("a process with more cores", () => {
  it("leaves its threads equals", () => {
    expect(new Set(Object.values(prioritiesWith(2)).flat())).toEqual(new Set([0]));
  });
});
