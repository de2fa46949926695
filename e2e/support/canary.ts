import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";

/**
 * Tables of the database in which a marker occurs, in any column, read as text. bytea is compared as bytes too.
 */
export async function tablesWith(database: pg.Pool, markers: readonly string[]): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    for (const marker of markers) {
      const hex = Buffer.from(marker).toString("hex");
      if (rows.some(({ text }) => text.includes(marker) || text.includes(hex)))
        found.push(`${name}: ${marker}`);
    }
  }
  return found;
}

/** Files under a folder in which a marker occurs, as text or as UTF-16; `except` lists intended places. */
export async function filesWith(
  folder: string,
  markers: readonly string[],
  except: readonly string[] = [],
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || except.includes(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    // A database may delete a file between listing and reading.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const marker of markers) {
      if (bytes.includes(marker) || bytes.includes(marker, 0, "utf16le")) found.push(`${path}: ${marker}`);
    }
  }
  return found;
}

/** Markers that occur in a text. */
export function markersIn(text: string, markers: readonly string[]): string[] {
  return markers.filter((marker) => text.includes(marker));
}
