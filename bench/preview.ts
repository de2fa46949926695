import { parseArgs } from "node:util";
import type { Actor } from "#lib/api/operation";
import { pool } from "#lib/db/pool";
import { findModelRow, listModelIds } from "#lib/models/store";
import { officialPricesActor } from "#lib/pricing/official-service";
import { previewPriceVersion } from "#lib/pricing/preview-service";
import { createPriceVersion } from "#lib/pricing/version-service";
import { seed } from "../prisma/seed.ts";
import { openCluster } from "./logs/cluster.ts";

/**
 * `node_modules/.bin/node bench/preview.ts`: how long a draft's preview takes over generated usage of 30 days in a
 * Postgres of its own. Its table grows with days × accounts × models × steps of prompt length, not with calls: those of
 * 20 million calls are spread over it, and over the half hours of models that cost more or less at some hours. `--accounts`, `--models` (that each account uses), `--catalogue` (models in all).
 */
const { values } = parseArgs({
  options: {
    accounts: { type: "string", default: "1000" },
    models: { type: "string", default: "12" },
    catalogue: { type: "string", default: "90" },
    days: { type: "string", default: "30" },
    calls: { type: "string", default: "20000000" },
  },
});
const ROUNDS = 7;
const LIMIT_MS = 3_000;
const actor: Actor = { ...officialPricesActor, name: "bench" };

const cluster = await openCluster(undefined);
try {
  await cluster.serve();
  await seed();
  const { byHour, others } = await pricedTokenModels();
  const models = [...byHour, ...others].slice(0, Number(values.catalogue));
  const cells = await fill(models, byHour);
  const entries = models.map((model) => ({ model, modelMultiplier: "1.01", reason: "Bench" }));
  const { id } = await createPriceVersion(actor, { entries, note: "Bench" });
  const times: number[] = [];
  let shown = "";
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    const { requests, accounts } = await previewPriceVersion(id, Number(values.days));
    times.push(performance.now() - startMs);
    shown = `${requests} calls, ${accounts.length} accounts listed`;
  }
  const [first = 0] = times;
  const sorted = times.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor(ROUNDS / 2)] ?? 0;
  const most = sorted.at(-1) ?? 0;
  console.log(
    `${cells.days} rows of ${values.days} days, ${cells.slots} of half hours, ${models.length} models, ${byHour.length} of them by the hour: ${shown}`,
  );
  console.log(`first ${Math.round(first)} ms, median ${Math.round(middle)} ms, most ${Math.round(most)} ms`);
  process.exitCode = most < LIMIT_MS ? 0 : 1;
} finally {
  await cluster.end(false);
}

async function pricedTokenModels(): Promise<{ byHour: string[]; others: string[] }> {
  const [byHour, others]: [string[], string[]] = [[], []];
  for (const id of await listModelIds()) {
    const official = (await findModelRow(id))?.official as Record<string, unknown> | undefined;
    if (official?.input === undefined || official.output === undefined) continue;
    (official.hours === undefined ? others : byHour).push(id);
  }
  return { byHour, others };
}

/** Usage of every account in the models that it uses, on each day, a third of it with long prompts too; answers the rows. */
async function fill(
  models: readonly string[],
  byHour: readonly string[],
): Promise<{ days: number; slots: number }> {
  const { accounts, days, calls } = values;
  const used = Math.min(Number(values.models), models.length);
  await pool().query(
    `INSERT INTO account (id, name, group_id, updated_at)
     SELECT gen_random_uuid(), 'Account ' || n, 'default', now() FROM generate_series(1, $1::int) AS n`,
    [accounts],
  );
  const perCell = Math.max(1, Math.round(Number(calls) / (Number(days) * Number(accounts) * used * 1.33)));
  const { rowCount } = await pool().query(
    `INSERT INTO hot.rollup_day_usage (day, account_id, group_id, model, context_step, requests, tokens, cost)
     SELECT current_date - d, a.id::text, 'default', ($1::text[])[1 + (a.n * 7 + m) % $2::int], s, $3::bigint,
       ARRAY[900, 210, 400, 0, 0, 0, 0, 0, 0, 20]::bigint[], 190000 * $3::bigint
     FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM account WHERE name LIKE 'Account %') AS a,
       generate_series(0, $4::int - 1) AS d, generate_series(0, $5::int - 1) AS m, generate_series(0, 1) AS s
     WHERE s = 0 OR m % 3 = 0
     ON CONFLICT DO NOTHING`,
    [models, models.length, perCell, days, used],
  );
  // The same per half hour, which previews read of models that cost more or less at some hours.
  const slots = await pool().query(
    `INSERT INTO hot.rollup_slot_usage (day, model, account_id, group_id, context_step, slot, image_kind, requests, tokens, cost)
     SELECT day, model, account_id, group_id, context_step, s, '', ceil(requests / 48.0),
       ARRAY[19, 5, 8, 0, 0, 0, 0, 0, 0, 1]::bigint[], cost / 48
     FROM hot.rollup_day_usage, generate_series(0, 47) AS s WHERE model = ANY($1)`,
    [byHour],
  );
  await pool().query("VACUUM (ANALYZE) hot.rollup_day_usage");
  await pool().query("VACUUM (ANALYZE) hot.rollup_slot_usage");
  return { days: rowCount ?? 0, slots: slots.rowCount ?? 0 };
}
