import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** The run's own Postgres: superuser and app's role, and the databases that tests clone. */
    testPostgres: { adminUrl: string; url: string; migrated: string; seeded: string };
  }
}

/** A database of one test file, and the end of it. The URL signs in as the app's role. */
export type TestDatabase = { url: string; stop(): Promise<void> };

/**
 * Clones the migrated template (with `seeded`, the one that prisma/seed.ts has filled as well).
 * Sets nothing global: hand the URL to whatever you test, and call `stop` when done, which drops the
 * database and every connection still open to it. Takes 20 to 70 ms.
 */
export async function testDatabase(options: { seeded?: boolean } = {}): Promise<TestDatabase> {
  const server = inject("testPostgres");
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(server.url);
  const template = options.seeded ? server.seeded : server.migrated;
  await cloneTemplate(server.adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${url.username}`);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    stop: () => onServer(server.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Again while another session is just leaving the template. */
async function cloneTemplate(adminUrl: string, sql: string): Promise<void> {
  for (let left = 40; ; left -= 1) {
    try {
      return await onServer(adminUrl, sql);
    } catch (error) {
      if (left === 0 || !isTemplateBusy(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function onServer(adminUrl: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function isTemplateBusy(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "55006";
}
