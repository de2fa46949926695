import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pool } from "#lib/db/pool";
import { ensureLogPartitions } from "#lib/logs/partition-store";
import { sumRollups } from "#lib/logs/sums-service";
import { Asker } from "./logs/ask.ts";
import { HOUR_MS } from "./logs/calls.ts";
import { makeCast } from "./logs/cast.ts";
import { type Cluster, checkDisk, openCluster, operatorCookie, storeCast } from "./logs/cluster.ts";
import { daysOf, loadDay, type Plan } from "./logs/load.ts";
import { measureReads } from "./logs/reads.ts";
import { dropWhileInserting, insertRate } from "./logs/writes.ts";
import { seededRandom } from "./synthetic.ts";

const DAY_MS = 24 * HOUR_MS;
const STATE = "bench-logs.json";

type State = { seed: number; fromMs: number; toMs: number };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "20000000" },
      days: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      seconds: { type: "string", default: "5" },
      keep: { type: "boolean", default: false },
      "data-dir": { type: "string" },
    },
  });
  const cluster = await openCluster(values["data-dir"]);
  try {
    const rows = Number(values.rows);
    const known = await readState(cluster);
    const seed = known?.seed ?? Number(values.seed);
    const toMs = known?.toMs ?? Date.now();
    const fromMs = known?.fromMs ?? toMs - Number(values.days) * DAY_MS;
    const cast = makeCast(seededRandom(seed), fromMs);
    const random = seededRandom(seed + 1);
    const plan: Plan = { cast, random, perDay: rows / Number(values.days), fromMs, toMs };
    if (known === undefined) await checkDisk(rows, cluster.dataDir);
    const state = known ?? (await fill(cluster, plan, seed));
    if (process.env.FILL_ONLY) return;
    await cluster.serve();
    await ensureLogPartitions(pool());
    console.log(await sumRollups(new AbortController().signal));
    const asker = new Asker(await operatorCookie());
    await measureReads(asker, cast, { fromMs, toMs }, random);
    const insertNow = await insertRate(cast, random, Number(values.seconds));
    console.log(`inserts: ${insertNow.toFixed(0)} rows/s`, state.seed);
    const day = new Date(fromMs).toISOString().slice(0, 10);
    console.log(await dropWhileInserting(cast, random, day));
  } finally {
    await cluster.end(values.keep);
  }
}

async function readState({ dataDir }: Cluster): Promise<State | undefined> {
  const text = await readFile(join(dataDir, STATE), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as State);
}

async function fill(cluster: Cluster, plan: Plan, seed: number): Promise<State> {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  await cluster.fillFast();
  await storeCast(plan.cast);
  const days = daysOf(plan);
  let rows = 0;
  let indexed = Promise.resolve();
  for (const day of days) {
    const loaded = await loadDay(pool(), plan, day, day === days.at(-1));
    rows += loaded.rows;
    await indexed;
    indexed = loaded.indexed;
    console.log(`${new Date(day).toISOString().slice(0, 10)}: ${rows} rows after ${seconds()}`);
  }
  await indexed;
  const state = { seed, fromMs: plan.fromMs, toMs: plan.toMs };
  await writeFile(join(cluster.dataDir, STATE), JSON.stringify(state));
  return state;
}

await main();
