import { pool } from "#lib/db/pool";
import { machine } from "../suite/record.ts";
import type { Exported } from "./export.ts";
import type { Read } from "./reads.ts";
import type { Drop, Inserts } from "./writes.ts";

export type Sizes = { rows: number; logs: number; rollups: number };
type Found = {
  state: { fromMs: number; toMs: number };
  reads: readonly Read[];
  exported: Exported;
  inserts: Inserts;
  drop: Drop;
  sizes: Sizes;
  sums: Sums | undefined;
};
/** What the job summed of the whole span, and how long that took. */
export type Sums = { hours: number; days: number; seconds: number };

/** Rows as Postgres counts them, and bytes on disk. */
export async function sizesOf(): Promise<Sizes> {
  const { rows } = await pool().query<Sizes>(
    `SELECT (sum(reltuples) FILTER (WHERE relname LIKE 'request\\_log\\_%'))::float8 AS rows,
       (sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname LIKE 'request\\_log\\_%'))::float8 AS logs,
       (sum(pg_total_relation_size(c.oid)) FILTER (WHERE relname LIKE 'rollup\\_%'))::float8 AS rollups
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'hot' AND c.relkind = 'r'`,
  );
  return rows[0] ?? { rows: 0, logs: 0, rollups: 0 };
}

/** docs/logs-at-scale.md. */
export function report({ state, reads, exported, inserts, drop, sizes, sums }: Found): string {
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  const days = Math.round((state.toMs - state.fromMs) / 86_400_000);
  const line = ({ name, most, p50, p95, note }: Read) =>
    `| ${name} | ${ms(p50)} | ${ms(p95)} | ${most === null ? "" : `${most} ms${p95 <= most ? "" : ", missed"}`} | ${note} |`;
  return `# Logs at scale

Written by \`npm run bench:logs\`; not by hand. ${(sizes.rows / 1e6).toFixed(1)} million generated calls over ${days} days in the embedded
Postgres as the product starts it: ${gigabytes(sizes.logs)} of rows and their indexes, ${gigabytes(sizes.rollups)} of rollups. Asked through the management
API's own operations, sessions, parsing and JSON included; keys, accounts and addresses are drawn as the traffic has them.

${new Date().toISOString().slice(0, 10)}; ${machine()}.

| | p50 | p95 | at most | |
| --- | --- | --- | --- | --- |
${reads.map(line).join("\n")}

A list that finds too little within two seconds answers what it found, how far it looked, and a cursor that goes on there.

**Inserts.** The batch writer settles ${inserts.all.toFixed(0)} rows/s with all rows there and ${inserts.first.toFixed(0)} rows/s with a million: ${((100 * inserts.all) / inserts.first).toFixed(0)} %
(at least 80 % is wanted; batches of 500 with ledger and rollups, one after the other, into both in turn).

**Dropping a day** (${drop.day}, sealed: ${drop.answer}, ${ms(drop.ms)}). Batches settled meanwhile took ${ms(drop.during.p50)} (median), ${ms(drop.during.max)}
at most; before, ${ms(drop.before.p50)} and ${ms(drop.before.max)}.

**Export** of ${exported.rows} rows as CSV, ${exported.megabytes.toFixed(0)} MB in ${exported.seconds.toFixed(0)} s: the process held ${exported.before.toFixed(0)} MB before, ${exported.peak.toFixed(0)} MB at most,
${exported.after.toFixed(0)} MB after.

**Sums.** The job \`rollup-sums\` summed ${sums?.hours ?? 0} hours and ${sums?.days ?? 0} days in ${sums?.seconds.toFixed(0) ?? 0} s; every ten minutes it has an hour to sum at most.
`;
}
