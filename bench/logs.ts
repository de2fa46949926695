import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pool } from "#lib/db/pool";
import { sumRollups } from "#lib/logs/sums-service";
import { Asker } from "./logs/ask.ts";
import { HOUR_MS } from "./logs/calls.ts";
import { makeCast } from "./logs/cast.ts";
import { type Cluster, checkDisk, openCluster, operatorCookie, storeCast } from "./logs/cluster.ts";
import { measureExport } from "./logs/export.ts";
import { daysOf, isLoaded, loadDay, type Plan } from "./logs/load.ts";
import { measureReads } from "./logs/reads.ts";
import { report, type Sums, sizesOf } from "./logs/report.ts";
import { compareInserts, dropWhileInserting } from "./logs/writes.ts";
import { seededRandom } from "./synthetic.ts";

const DAY_MS = 24 * HOUR_MS;
const STATE = "bench-logs.json";
const REPORT = "docs/logs-at-scale.md";
const FIRST_ROWS = 1_000_000;
const FIRST_DAYS = 1.5;

/** What a kept folder holds: a run that was interrupted goes on there, a finished one is measured again. */
type State = { seed: number; fromMs: number; toMs: number; rows: number; isFilled: boolean; sums?: Sums };

/**
 * `npm run bench:logs`: 20 million generated calls over 30 days in a Postgres of its own, and how long what an operator
 * asks takes there. `-- --rows 2000000 --days 3`: less. `--keep --data-dir DIR`: fill once, measure again.
 * `--phase fill|measure`: one of the two. Writes docs/logs-at-scale.md when it has measured 20 million.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: "string", default: "20000000" },
      days: { type: "string", default: "30" },
      seed: { type: "string", default: "1" },
      phase: { type: "string", default: "fill,measure" },
      keep: { type: "boolean", default: false },
      "data-dir": { type: "string" },
    },
  });
  const all = await openCluster(values["data-dir"]);
  const first = await openCluster(join(all.dataDir, "first"));
  try {
    await prepare(all, { seed: Number(values.seed), rows: Number(values.rows), days: Number(values.days) });
    await prepare(first, { seed: Number(values.seed), rows: FIRST_ROWS, days: FIRST_DAYS });
    if (values.phase.includes("measure")) await measure(all, first);
  } finally {
    await first.end(values.keep);
    await all.end(values.keep);
  }
}

/** Fills it unless it is filled, and sums what is over, as the job does: `sums` tells how much in how long. */
async function prepare(cluster: Cluster, asked: { seed: number; rows: number; days: number }): Promise<void> {
  const toMs = Date.now();
  const known = await readState(cluster);
  if (known?.sums !== undefined) return;
  if (known === undefined) await checkDisk(asked.rows, cluster.dataDir);
  const { seed, rows } = asked;
  const state = known ?? { seed, rows, fromMs: toMs - asked.days * DAY_MS, toMs, isFilled: false };
  await writeState(cluster, state);
  if (!state.isFilled) await fill(cluster, state);
  await writeState(cluster, { ...state, isFilled: true });
  await cluster.serve();
  const startedAt = performance.now();
  const { hours, days } = await sumRollups(new AbortController().signal);
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`summed ${hours} hours and ${days} days in ${seconds.toFixed(0)} s`);
  await pool().query("VACUUM ANALYZE");
  await writeState(cluster, { ...state, isFilled: true, sums: { hours, days, seconds } });
}

async function readState({ dataDir }: Cluster): Promise<State | undefined> {
  const text = await readFile(join(dataDir, STATE), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as State);
}

async function writeState({ dataDir }: Cluster, state: State): Promise<void> {
  await writeFile(join(dataDir, STATE), JSON.stringify(state));
}

const castOf = ({ seed, fromMs }: State) => makeCast(seededRandom(seed), fromMs);

async function measure(all: Cluster, first: Cluster): Promise<void> {
  const state = await readState(all);
  if (state === undefined) throw new Error("there is nothing to measure");
  const [cast, random] = [castOf(state), seededRandom(state.seed + 1)];
  await first.serve();
  await all.serve();
  const reads = await measureReads(new Asker(await operatorCookie()), cast, state, random);
  const exported = await measureExport(new Asker(await operatorCookie()));
  const inserts = await compareInserts(first, all, cast, random);
  await all.use();
  const sizes = await sizesOf();
  const drop = await dropWhileInserting(cast, random);
  const text = report({ state, reads, exported, inserts, drop, sizes, sums: state.sums });
  console.log(text);
  if (state.rows >= 20_000_000) await writeFile(REPORT, text);
}

/** Day by day, the newest first; what an interrupted run has loaded is not loaded again. */
async function fill(cluster: Cluster, state: State): Promise<void> {
  const startedAt = performance.now();
  const { fromMs, toMs, seed } = state;
  const perDay = (state.rows / (toMs - fromMs)) * DAY_MS;
  const plan: Plan = { cast: castOf(state), random: seededRandom(seed + 1), perDay, fromMs, toMs };
  await cluster.fillFast();
  await storeCast(plan.cast);
  const days = daysOf(plan);
  let rows = 0;
  let indexed = Promise.resolve();
  for (const day of days) {
    if (await isLoaded(day)) continue;
    // Days that a measurement drops need their bills; a kept folder is measured more than once.
    const loaded = await loadDay(pool(), plan, day, days.indexOf(day) >= days.length - 3);
    rows += loaded.rows;
    await indexed;
    indexed = loaded.indexed;
    // Awaited in the next turn; until then a failure must not end the process.
    indexed.catch(() => {});
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(`${new Date(day).toISOString().slice(0, 10)}: ${rows} rows after ${seconds} s`);
  }
  await indexed;
}

await main();
