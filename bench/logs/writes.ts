import { sealNextDay } from "#lib/ledger/seal-store";
import { dropLogDay, listOldDays } from "#lib/logs/retention-store";
import { newId } from "#lib/runtime/id";
import { writeSettlements } from "#lib/settlement/store";
import { type Spread, spreadOf } from "./ask.ts";
import { callsOfHour, HOUR_MS } from "./calls.ts";
import type { Cast } from "./cast.ts";
import type { Cluster } from "./cluster.ts";

const BATCH = 500;
const ROUNDS = 5;
const ROUND_MS = 3_000;

/** Rows per second: at about a million rows, and with all of them. */
export type Inserts = { first: number; all: number };

/** Settles batches into one and the other in turn, as the flusher does; the medians of the rounds. */
export async function compareInserts(
  first: Cluster,
  all: Cluster,
  cast: Cast,
  random: () => number,
): Promise<Inserts> {
  const rates: { first: number[]; all: number[] } = { first: [], all: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, cluster] of [
      ["first", first],
      ["all", all],
    ] as const) {
      await cluster.use();
      const rate = await insertRate(cast, random);
      // The first round fills caches.
      if (round > 0) rates[name].push(rate);
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const inserts = { first: median(rates.first), all: median(rates.all) };
  console.log(`inserts: ${inserts.first.toFixed(0)} rows/s at 1 million, ${inserts.all.toFixed(0)} with all`);
  return inserts;
}

async function insertRate(cast: Cast, random: () => number): Promise<number> {
  const until = performance.now() + ROUND_MS;
  let [rows, spentMs] = [0, 0];
  while (performance.now() < until) {
    const batch = nextBatch(cast, random);
    const startedAt = performance.now();
    await settle(batch);
    spentMs += performance.now() - startedAt;
    rows += batch.length;
  }
  return (rows * 1_000) / spentMs;
}

export type Drop = { day: string; answer: string; ms: number; before: Spread; during: Spread };

/** Drops the oldest day, sealed before, while batches are settled: how long those took before and meanwhile. */
export async function dropWhileInserting(cast: Cast, random: () => number): Promise<Drop> {
  await sealNextDay(new Date());
  const [day = ""] = await listOldDays(2);
  const before: number[] = [];
  for (let index = 0; index < 60; index += 1) before.push(await timed(cast, random));
  const during: number[] = [];
  const startedAt = performance.now();
  let answer: string | undefined;
  const dropping = dropLogDay(day).then((said) => {
    answer = said;
  });
  while (answer === undefined) during.push(await timed(cast, random));
  const ms = performance.now() - startedAt;
  await dropping;
  return { day, answer, ms, before: spreadOf(before), during: spreadOf(during) };
}

async function timed(cast: Cast, random: () => number): Promise<number> {
  const batch = nextBatch(cast, random);
  const startedAt = performance.now();
  await settle(batch);
  return performance.now() - startedAt;
}

type Batch = { row: ReturnType<typeof callsOfHour>[number]; held: boolean; periodStartMs: null }[];

/** Calls of this very minute, as a busy node's flush brings them. */
function nextBatch(cast: Cast, random: () => number): Batch {
  const nowMs = Date.now();
  return callsOfHour(cast, random, nowMs - HOUR_MS, BATCH).map((row, index) => {
    const createdAtMs = nowMs - (BATCH - index);
    return { row: { ...row, createdAtMs, requestId: newId(createdAtMs) }, held: false, periodStartMs: null };
  });
}

async function settle(batch: Batch): Promise<void> {
  await writeSettlements(batch, newId);
}
