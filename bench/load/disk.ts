import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Histogram } from "./histogram.ts";

export type DiskLoad = { rate: number; seconds: number };

/** About what the spool's log gets for one bill: four pages. */
const PAGE_BYTES = 4096;
const PAGES = 4;
const FILE_BYTES = 16 << 20;

/**
 * Writes over a file that has its room on the disk, as the spool does, and syncs it, `rate` times a second. A turn that comes
 * while the disk is at the last one waits for it, as a call would: its time counts from when it was due.
 */
async function run({ rate, seconds }: DiskLoad): Promise<{ p50Ms: number; p99Ms: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-bench-"));
  const file = openSync(join(folder, "log"), "w");
  try {
    writeSync(file, Buffer.alloc(FILE_BYTES));
    fdatasyncSync(file);
    const page = Buffer.alloc(PAGE_BYTES, 1);
    const took = new Histogram();
    const startedAt = performance.now();
    let lastEndedAt = 0;
    for (let turn = 0; turn < rate * seconds; turn += 1) {
      const dueAt = startedAt + (turn * 1000) / rate;
      const dueInMs = dueAt - performance.now();
      if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
      // A timer that is late is not the disk's fault.
      const cameAt = lastEndedAt > dueAt ? dueAt : performance.now();
      for (let index = turn * PAGES; index < (turn + 1) * PAGES; index += 1) {
        writeSync(file, page, 0, PAGE_BYTES, (index * PAGE_BYTES) % FILE_BYTES);
      }
      fdatasyncSync(file);
      lastEndedAt = performance.now();
      took.record((lastEndedAt - cameAt) * 1000);
    }
    return { p50Ms: took.percentileMs(0.5), p99Ms: took.percentileMs(0.99), failed: 0 };
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? "{}"))));
