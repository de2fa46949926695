import type { MigrationList } from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { PRISMA_PATHS, type PrismaPaths, readMigrations, readSchema } from "./migration-files.ts";
import { createDirectClient } from "./pool.ts";
import { schemaAdapter } from "./schema-adapter.ts";
import { createSchemaEngine, engineMessage, type SchemaEngine } from "./schema-engine.ts";

/** What `migrate` did. */
export type MigrateResult = {
  /** Names of the migrations applied now. */
  readonly applied: readonly string[];
  /** Applied earlier, and their file has changed since: worth a warning. */
  readonly edited: readonly string[];
};

/** A migration that did not go through: nothing of it remains, and nothing may be served. */
export class MigrationError extends Error {
  override name = "MigrationError";
  readonly migration: string | undefined;

  constructor(migration: string | undefined, reason: string) {
    super(migration ? `Migration ${migration} failed: ${reason}` : `Migrations failed: ${reason}`);
    this.migration = migration;
  }
}

/**
 * Brings the database to the newest migration. Processes that start at the same time take turns
 * (advisory lock). A migration is one transaction together with the note that it is done, so one that
 * failed or was killed is simply tried again. Throws MigrationError with the migration's name.
 *
 * @param url a direct connection: a pooler does not carry the session's lock
 */
export async function migrate(url: string, paths: PrismaPaths = PRISMA_PATHS): Promise<MigrateResult> {
  const lock = createDirectClient(url);
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  // A lost connection shows as the failure of the statement on it.
  pool.on("error", () => {});
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const engine = await createSchemaEngine(schemaAdapter(pool, url), await readSchema(paths.schema));
    return await applyAll(engine, pool, await readMigrations(paths.migrations));
  } finally {
    await pool.end();
    await lock.end();
  }
}

/** Any constant will do, as long as nobody else's lock uses it. */
const MIGRATION_LOCK = 7_283_164_901;

const NO_FILTER = { externalTables: [], externalEnums: [] };

async function applyAll(
  engine: SchemaEngine,
  pool: pg.Pool,
  migrationsList: MigrationList,
): Promise<MigrateResult> {
  try {
    const edited = await forgetUnfinished(engine, migrationsList);
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTER });
    return { applied: appliedMigrationNames, edited };
  } catch (error) {
    throw new MigrationError(await unfinishedMigration(pool), engineMessage(error));
  } finally {
    engine.free();
  }
}

/** Lets failed migrations be tried again, and tells which applied ones were edited. */
async function forgetUnfinished(engine: SchemaEngine, migrationsList: MigrationList): Promise<string[]> {
  const state = await engine.diagnoseMigrationHistory({
    migrationsList,
    optInToShadowDatabase: false,
    filters: NO_FILTER,
  });
  for (const migrationName of state.failedMigrationNames) {
    await engine.markMigrationRolledBack({ migrationName });
  }
  return state.editedMigrationNames;
}

async function unfinishedMigration(pool: pg.Pool): Promise<string | undefined> {
  const rows = await pool
    .query<{ migration_name: string }>(
      "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL",
    )
    .catch(() => undefined);
  return rows?.rows[0]?.migration_name;
}
