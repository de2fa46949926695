import pg from "pg";
import { PRISMA_PATHS, type PrismaPaths, readMigrations, readSchema } from "./migration-files.ts";
import { schemaAdapter } from "./schema-adapter.ts";
import { createSchemaEngine } from "./schema-engine.ts";

/**
 * The SQL that would bring the migrations' `public` schema to what schema.prisma says; empty if they
 * agree. Replays the migrations in a database of their own on that server.
 *
 * @param url a database whose user may create databases
 */
export async function driftSql(url: string, paths: PrismaPaths = PRISMA_PATHS): Promise<string> {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const schema = await readSchema(paths.schema);
  const engine = await createSchemaEngine(schemaAdapter(pool, url), schema);
  try {
    const result = await engine.diff({
      from: { tag: "migrations", ...(await readMigrations(paths.migrations)) },
      to: { tag: "schemaDatamodel", files: [schema] },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return result.exitCode === 0 ? "" : (result.stdout ?? "");
  } finally {
    engine.free();
    await pool.end();
  }
}
