import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Histogram } from "./histogram.ts";

export type DiskLoad = { rate: number; seconds: number };

/** About what the spool's log gets for one bill: four pages. */
const PAGE_BYTES = 4096;
const PAGES = 4;
const FILE_BYTES = 16 << 20;

/** Writes over a file that has its room on the disk, as the spool does, and syncs it, `rate` times a second. */
async function run({ rate, seconds }: DiskLoad): Promise<{ p50Ms: number; p99Ms: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  const file = openSync(join(folder, "log"), "w");
  try {
    writeSync(file, Buffer.alloc(FILE_BYTES));
    fdatasyncSync(file);
    const page = Buffer.alloc(PAGE_BYTES, 1);
    const took = new Histogram();
    const startedAt = performance.now();
    for (let turn = 0; turn < rate * seconds; turn += 1) {
      const dueInMs = startedAt + (turn * 1000) / rate - performance.now();
      if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
      const before = performance.now();
      for (let index = turn * PAGES; index < (turn + 1) * PAGES; index += 1) {
        writeSync(file, page, 0, PAGE_BYTES, (index * PAGE_BYTES) % FILE_BYTES);
      }
      fdatasyncSync(file);
      took.record((performance.now() - before) * 1000);
    }
    return { p50Ms: took.percentileMs(0.5), p99Ms: took.percentileMs(0.99), failed: 0 };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));
