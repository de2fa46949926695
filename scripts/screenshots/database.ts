import type pg from "pg";
import { openDatabase } from "../../e2e/support/database.ts";

/** The database of a running server. */
export async function withDatabase(
  server: { dataDir: string },
  use: (database: pg.Client) => Promise<void>,
): Promise<void> {
  const database = await openDatabase(server);
  try {
    await use(database);
  } finally {
    await database.end();
  }
}
