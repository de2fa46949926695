import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { throughput } from "./measure.ts";
import { rssOf } from "./processes.ts";
import { type Subject, startServer, startUpstream } from "./subjects.ts";

/** What a long run leaves behind. */
export type Soak = {
  requests: number;
  failed: number;
  seconds: number;
  perSecond: number;
  /** Resident memory every tenth of the run, MB. */
  rssMb: number[];
  /** Rows that Postgres has 5 s after the last answer: all of them, if the spool is empty. */
  rowsAfter5s: number;
  databaseMbBefore: number;
  databaseMbAfter: number;
  spoolMbAfter: number;
};

const STEPS = 10;
const SETTLE_MS = 5_000;

/** Millions of calls through the production server, as fast as it takes them. */
export async function soak(requests: number, say: (line: string) => void): Promise<Soak> {
  const upstream = await startUpstream();
  const server = await startServer(upstream, "server");
  try {
    return await run(server, requests, say);
  } finally {
    await server.end();
    await upstream.end();
  }
}

async function run(server: Subject, requests: number, say: (line: string) => void): Promise<Soak> {
  const dataDir = server.tollgate?.dataDir ?? "";
  const url = (await readFile(join(dataDir, "database.url"), "utf8")).trim();
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  const ask = async (sql: string) => Number((await database.query<{ answer: unknown }>(sql)).rows[0]?.answer);
  const databaseMb = () => ask("SELECT pg_database_size(current_database()) / 1048576.0 AS answer");
  const databaseMbBefore = await databaseMb();
  const rssMb: number[] = [];
  const startedAt = performance.now();
  let [answered, failed] = [0, 0];
  for (let step = 1; step <= STEPS; step += 1) {
    const part = await throughput(server, { seconds: 3_600, requests: Math.ceil(requests / STEPS) });
    answered += Math.ceil(requests / STEPS) - part.failed;
    failed += part.failed;
    rssMb.push(Math.round(rssOf(server.pid) / 2 ** 20));
    say(
      `soak ${step}/${STEPS}  ${part.perSecond.toFixed(0)}/s  RSS ${rssMb.at(-1)} MB  failed ${part.failed}`,
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const rowsAfter5s = await ask("SELECT count(*) AS answer FROM hot.request_log WHERE status = 200");
  const databaseMbAfter = await databaseMb();
  const spoolMbAfter = await spoolMb(dataDir);
  await database.end();
  const perSecond = answered / seconds;
  return {
    requests,
    failed,
    seconds,
    perSecond,
    rssMb,
    rowsAfter5s,
    databaseMbBefore,
    databaseMbAfter,
    spoolMbAfter,
  };
}

async function spoolMb(dataDir: string): Promise<number> {
  let bytes = 0;
  for (const file of ["spool.db", "spool.db-wal"]) {
    bytes += await stat(join(dataDir, file)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes / 2 ** 20;
}
