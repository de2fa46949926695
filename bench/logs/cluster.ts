import { chmod, mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { issueCookie } from "#lib/auth/live";
import { closePrisma, connectDatabase, prisma } from "#lib/db/client";
import { migrate } from "#lib/db/migrate";
import { closePool, pool } from "#lib/db/pool";
import { ensureLogPartitions } from "#lib/logs/partition-store";
import { config, setConfig } from "#lib/runtime/config";
import { openMasterKey } from "#lib/secrets/live";
import { createUser } from "#lib/users/store";
import { startEmbeddedPostgres } from "#server/postgres/embedded";
import { clusterPath, readState } from "#server/postgres/place";
import type { Cast } from "./cast.ts";

/** Bytes per generated row: rows, their indexes, the rollups; and what Postgres itself and its WAL take. */
const BYTES_PER_ROW = 1_350;
const FIXED_BYTES = 4 * 2 ** 30;
const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** What a run needs on disk at its fullest. */
export function neededBytes(rows: number): number {
  return rows * BYTES_PER_ROW + FIXED_BYTES;
}

/** Says what it will take, and throws if that is not there. */
export async function checkDisk(rows: number, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const [free, needed] = [bavail * bsize, neededBytes(rows)];
  console.log(`${rows} rows need ${gigabytes(needed)} in ${folder}; ${gigabytes(free)} are free`);
  if (free < needed) throw new Error(`not enough room in ${folder}: ${gigabytes(needed)} are needed`);
}

export type Cluster = {
  dataDir: string;
  /** Starts it as fast to load as can be, and makes it this process's database. */
  fillFast(): Promise<void>;
  /** Starts it as the product runs it, and makes it this process's database. */
  serve(): Promise<void>;
  /** Makes it this process's database again. */
  use(): Promise<void>;
  end(keep: boolean): Promise<void>;
};

/** A Postgres of its own. One process has one database at a time, several clusters may run. */
export async function openCluster(given: string | undefined): Promise<Cluster> {
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), "tollgate-logs-")));
  await mkdir(dataDir, { recursive: true });
  if (process.getuid?.() === 0) await chmod(dataDir, 0o711);
  const log = { info: () => {}, warn: console.warn, error: console.error };
  let running: Awaited<ReturnType<typeof startEmbeddedPostgres>> | undefined;
  const letGo = async () => {
    await closePrisma();
    await closePool();
  };
  const use = async () => {
    if (running === undefined) throw new Error("the cluster does not run");
    await letGo();
    await connectDatabase(running.url);
    setConfig({ ...config(), dataDir, masterKeyFile: join(dataDir, "master.key"), logLevel: "silent" });
  };
  const stop = async () => {
    if (running === undefined) return;
    await letGo();
    await running.stop();
    running = undefined;
  };
  const start = async (settings: Record<string, string>) => {
    await stop();
    running = await startEmbeddedPostgres({ dataDir, log, settings });
    await migrate(running.url);
    await use();
  };
  return {
    dataDir,
    fillFast: () => start(FAST),
    async serve() {
      await start({});
      await ensureLogPartitions(pool());
    },
    use,
    async end(keep) {
      const state = await readState(dataDir);
      await stop();
      if (keep) return console.log(`kept: --data-dir ${dataDir}`);
      await rm(clusterPath(dataDir, state), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const FAST = {
  fsync: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "8GB",
  maintenance_work_mem: "512MB",
  autovacuum: "off",
};

/** The cast's accounts, keys and channels, so that rows have names. */
export async function storeCast({ accounts, keys, channels }: Cast): Promise<void> {
  const on = pool();
  await on.query(
    `INSERT INTO account_group (id, name, updated_at) SELECT g, g, now() FROM unnest(ARRAY['default', 'training', 'enterprise']) g
     ON CONFLICT DO NOTHING`,
  );
  await on.query(
    `INSERT INTO account (id, name, group_id, updated_at) SELECT id, name, g, now() FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, name, g)
     ON CONFLICT DO NOTHING`,
    [accounts.map((one) => one.id), accounts.map((one) => one.name), accounts.map((one) => one.groupId)],
  );
  await on.query(
    `INSERT INTO api_key (id, account_id, name, hash, prefix, last4, updated_at)
     SELECT id, account_id, name, sha256(id::text::bytea), prefix, right(id::text, 4), now()
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS t (id, account_id, name, prefix) ON CONFLICT DO NOTHING`,
    [
      keys.map((key) => key.id),
      keys.map((key) => key.accountId),
      keys.map((key) => key.name),
      keys.map((key) => key.prefix),
    ],
  );
  await on.query(
    `INSERT INTO channel (id, name, provider, base_url, updated_at)
     SELECT id, name, 'simulator', 'https://simulator.invalid/v1', now() FROM unnest($1::uuid[], $2::text[]) AS t (id, name)
     ON CONFLICT DO NOTHING`,
    [channels.map((one) => one.id), channels.map((one) => one.name)],
  );
}

/** An operator's cookie, for asking the management API's own operations. */
export async function operatorCookie(): Promise<string> {
  await openMasterKey();
  const email = `bench-${Date.now()}@bench.test`;
  const user = await prisma().$transaction((tx) =>
    createUser(tx, { email, name: "Bench", passwordHash: "none", role: "operator" }),
  );
  return (await issueCookie(user, Date.now())).split(";")[0] ?? "";
}
