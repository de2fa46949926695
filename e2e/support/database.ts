import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

/** A connection to the database that a server brought along. `end` it before the server is removed. */
export async function openDatabase({ dataDir }: { dataDir: string }): Promise<pg.Client> {
  const connectionString = (await readFile(join(dataDir, "database.url"), "utf8")).trim();
  const database = new pg.Client({ connectionString });
  await database.connect();
  return database;
}
