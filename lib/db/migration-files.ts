import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { MigrationList } from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { SchemaFile } from "./schema-engine.ts";

/** Where schema and migrations lie, seen from the folder that the process was started in. */
export type PrismaPaths = { readonly schema: string; readonly migrations: string };

export const PRISMA_PATHS: PrismaPaths = { schema: "prisma/schema.prisma", migrations: "prisma/migrations" };

/** Reads schema.prisma into the form that the schema engine takes. */
export async function readSchema(path: string): Promise<SchemaFile> {
  return { path: resolve(path), content: await readFile(path, "utf8") };
}

/** Reads a folder of migrations into the form that the schema engine takes, oldest first. */
export async function readMigrations(folder: string): Promise<MigrationList> {
  const baseDir = resolve(folder);
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const migrationDirectories = names.sort().map(async (name) => ({
    path: name,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok" as const, value: await readFile(join(baseDir, name, "migration.sql"), "utf8") },
    },
  }));
  return {
    baseDir,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(baseDir, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(migrationDirectories),
  };
}
