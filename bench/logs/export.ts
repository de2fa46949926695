import { exportLogsOperation } from "#lib/api/operations/log-reports";
import type { Asker } from "./ask.ts";

const ROWS = 1_000_000;
const MEGABYTE = 2 ** 20;

/** Memory of the process in MB. */
export type Exported = {
  rows: number;
  megabytes: number;
  seconds: number;
  before: number;
  peak: number;
  after: number;
};

/** Streams a million rows of everything as CSV and throws them away as they come, as a slow disk would take them. */
export async function measureExport(asker: Asker): Promise<Exported> {
  globalThis.gc?.();
  const rss = () => process.memoryUsage.rss() / MEGABYTE;
  const before = rss();
  const startedAt = performance.now();
  const response = await asker.response(exportLogsOperation, { format: "csv" });
  let [rows, bytes, peak] = [0, 0, before];
  const reader = response.body?.getReader();
  while (reader !== undefined && rows < ROWS) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    for (const byte of value) if (byte === 10) rows += 1;
    peak = Math.max(peak, rss());
  }
  await reader?.cancel();
  const seconds = (performance.now() - startedAt) / 1_000;
  const exported = { rows, megabytes: bytes / MEGABYTE, seconds, before, peak, after: rss() };
  console.log("export", exported);
  return exported;
}
