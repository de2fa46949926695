import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "#server/postgres/embedded";

const MIGRATED = "template_migrated";
const SEEDED = "template_seeded";
const MIGRATE = `await (await import("./lib/db/migrate.ts")).migrate(process.env.DATABASE_URL); process.exit(0);`;
const SEED = `await (await import("./prisma/seed.ts")).seed(); process.exit(0);`;

/**
 * Vitest's global setup: one embedded Postgres for the run, with the databases that `testDatabase()` clones.
 * Durability is off; nothing here has to survive.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), "tollgate-vitest-"));
  await chmod(dataDir, 0o711);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: { info() {}, warn: console.warn, error: console.error },
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" },
  });
  const end = async () => {
    await postgres.stop();
    await rm(postgres.cluster, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await makeTemplates(postgres, dataDir);
  } catch (error) {
    await end();
    throw error;
  }
  const { adminUrl, url } = postgres;
  project.provide("testPostgres", { adminUrl, url, migrated: MIGRATED, seeded: SEEDED });
  return end;
}

async function makeTemplates(postgres: EmbeddedPostgres, dataDir: string): Promise<void> {
  const role = new URL(postgres.url).username;
  const inside = (database: string) =>
    Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href;
  await run(postgres.adminUrl, `CREATE DATABASE ${MIGRATED} OWNER ${role}`);
  await inProcess(MIGRATE, inside(MIGRATED), dataDir);
  await run(postgres.adminUrl, `CREATE DATABASE ${SEEDED} TEMPLATE ${MIGRATED} OWNER ${role}`);
  await inProcess(SEED, inside(SEEDED), dataDir);
}

/** The schema engine keeps a timer, seeding reads the process's configuration: neither belongs into vitest's own. */
async function inProcess(script: string, url: string, dataDir: string): Promise<void> {
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH,
      DATABASE_URL: url,
      DATA_DIR: dataDir,
      SIMULATOR: "on",
      LOG_LEVEL: "warn",
    },
  });
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
