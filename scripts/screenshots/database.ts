import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** The database of a running server. */
export async function withDatabase(
  { dataDir }: { dataDir: string },
  use: (database: pg.Client) => Promise<void>,
): Promise<void> {
  const connectionString = (await readFile(join(dataDir, "database.url"), "utf8")).trim();
  const database = new pg.Client({ connectionString });
  await database.connect();
  try {
    await use(database);
  } finally {
    await database.end();
  }
}
