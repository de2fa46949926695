import { rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { emptyRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import { openSpool, type Spool } from "#lib/spool/store";
import { percentile } from "./summary.ts";

/**
 * How fast this disk lets the spool commit: settlements per second with 1, 64 and 256 calls at a time, each journalled,
 * settled and later forgotten as the server does it. `npm run` knows it not: node bench/spool.ts --seconds 3.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "3" }, folder: { type: "string", default: tmpdir() } },
  });
  for (const callers of [1, 64, 256]) {
    const folder = await mkdtemp(join(values.folder, "tollgate-bench-"));
    try {
      await measure(join(folder, "spool.db"), callers, Number(values.seconds) * 1000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

async function measure(path: string, callers: number, forMs: number): Promise<void> {
  const spool = openSpool({ path, maxBytes: 2 ** 31, reserve: true });
  const waits: number[] = [];
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const endAt = startedAt + forMs;
  const drained = drainEvery(spool, 20, endAt);
  await Promise.all(Array.from({ length: callers }, () => call(spool, endAt, waits)));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await drained;
  const perSecond = waits.length / seconds;
  const cpuUs = (user + system) / waits.length;
  console.log(
    `${String(callers).padStart(3)} callers  ${perSecond.toFixed(0).padStart(7)} settlements/s` +
      `  ${(perSecond / callers).toFixed(0).padStart(6)} commits/s` +
      `  wait p50 ${percentile(waits, 0.5).toFixed(3)} p99 ${percentile(waits, 0.99).toFixed(3)}` +
      ` max ${percentile(waits, 1).toFixed(1)} ms  ${cpuUs.toFixed(1)} µs of CPU each` +
      `  file ${(statSync(path).size / 2 ** 20).toFixed(1)} MB, WAL ${(statSync(`${path}-wal`).size / 2 ** 20).toFixed(1)} MB`,
  );
  spool.close();
}

/** One caller: all callers of a turn share its commit, so that there are about as many commits as rounds. */
async function call(spool: Spool, endAt: number, waits: number[]): Promise<void> {
  while (performance.now() < endAt) {
    const requestId = newId();
    spool.journal({ requestId, holdNanoUsd: 9_000n, periodStartMs: null, log: () => ({ model: "bench" }) });
    const startedAt = performance.now();
    await spool.settle({
      held: true,
      periodStartMs: null,
      row: { ...someRow, requestId, createdAtMs: Date.now() },
    });
    waits.push(performance.now() - startedAt);
  }
}

/** Reads and forgets as the flusher does, but with no Postgres behind it. */
async function drainEvery(spool: Spool, everyMs: number, endAt: number): Promise<void> {
  for (let flushedTo = 0; performance.now() < endAt; ) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    for (;;) {
      const rows = spool.read(flushedTo, 1_000);
      flushedTo = rows.at(-1)?.seq ?? flushedTo;
      if (rows.length < 1_000) break;
    }
    spool.forget(flushedTo);
  }
}

/** As full as a usual call's. */
const someRow = {
  ...emptyRow,
  ...{ accountId: newId(), keyId: newId(), nodeId: newId(), channelId: newId(), priceVersionId: newId() },
  ...{ keyPrefix: "sk-tg-abcdef", groupId: "default", ip: "192.0.2.1", userAgent: "OpenAI/JS 6.49.0" },
  ...{
    endpoint: "/v1/chat/completions",
    model: "gpt-bench",
    upstreamModel: "gpt-bench",
    stream: true,
    status: 200,
  },
  ...{
    promptTokens: 1_200,
    completionTokens: 467,
    usageSource: "upstream" as const,
    costNanoUsd: 5_334_000n,
  },
  ...{ holdNanoUsd: 9_000_000n, modelMultiplier: "1", completionMultiplier: "4", groupMultiplier: "1" },
  ...{ latencyMs: 1_840, firstTokenMs: 310, gatewayUs: 420 },
  attempts: [{ channelId: newId(), status: 200, errorClass: null, startMs: 1, durationMs: 1_839 }],
};

await main();
