import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, inject, it } from "vitest";
import { MigrationError, migrate } from "./migrate.ts";
import { PRISMA_PATHS, type PrismaPaths } from "./migration-files.ts";

const server = inject("testPostgres");
const databases: string[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const name of databases.splice(0)) await rows(server.adminUrl, `DROP DATABASE ${name} WITH (FORCE)`);
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function emptyDatabase(): Promise<string> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = new URL(server.url);
  await rows(server.adminUrl, `CREATE DATABASE ${name} OWNER ${url.username}`);
  databases.push(name);
  url.pathname = `/${name}`;
  return url.href;
}

/** A folder of migrations with these scripts, each named by its key. */
async function migrationsFolder(scripts: Record<string, string>): Promise<PrismaPaths> {
  const folder = await mkdtemp(join(tmpdir(), "tollgate-migrations-"));
  folders.push(folder);
  await cp("prisma/migrations/migration_lock.toml", join(folder, "migration_lock.toml"));
  for (const [name, script] of Object.entries(scripts)) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "migration.sql"), script);
  }
  return { ...PRISMA_PATHS, migrations: folder };
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  it("brings an empty database to the newest migration and then has nothing left to do", async () => {
    const url = await emptyDatabase();
    const first = await migrate(url);
    expect(first.applied.length).toBeGreaterThan(0);
    expect(await rows(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'hot'")).not.toEqual([]);
    expect(await migrate(url)).toEqual({ applied: [], edited: [] });
  });

  it("lets processes that start together take turns: each migration is applied once", async () => {
    const url = await emptyDatabase();
    const results = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const applied = results.flatMap((result) => result.applied);
    expect(applied.length).toBeGreaterThan(0);
    expect(new Set(applied).size).toBe(applied.length);
  });

  it("takes scripts with semicolons in bodies and comments", async () => {
    const url = await emptyDatabase();
    const script = `-- one; two
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no; never'; END $$;
      CREATE TABLE t (id int);`;
    await migrate(url, await migrationsFolder({ "1_function": script }));
    expect(await rows(url, "SELECT proname FROM pg_proc WHERE proname = 'f'")).toEqual([{ proname: "f" }]);
  });

  it("names a failed migration, leaves nothing of it, and tries it again once it is mended", async () => {
    const url = await emptyDatabase();
    const good = { "1_good": "CREATE TABLE good (id int);" };
    const bad = await migrationsFolder({ ...good, "2_bad": "CREATE TABLE half (id int); SELECT 1 / 0;" });
    const failure = await migrate(url, bad).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MigrationError);
    expect(String(failure)).toMatch(/Migration 2_bad failed: .*division by zero/s);
    expect(await rows(url, "SELECT to_regclass('half') AS half, to_regclass('good')::text AS good")).toEqual([
      { half: null, good: "good" },
    ]);
    await expect(migrate(url, bad)).rejects.toThrow("Migration 2_bad failed");

    const mended = await migrationsFolder({ ...good, "2_bad": "CREATE TABLE half (id int);" });
    expect((await migrate(url, mended)).applied).toEqual(["2_bad"]);
  });

  it("goes on where a process was killed in the middle of a migration", async () => {
    const url = await emptyDatabase();
    const folder = await migrationsFolder({
      "1_first": "CREATE TABLE one (id int);",
      "2_second": "CREATE TABLE two (id int);",
    });
    await migrate(url, await migrationsFolder({ "1_first": "CREATE TABLE one (id int);" }));
    await rows(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('killed', 'x', '2_second')`,
    );
    expect((await migrate(url, folder)).applied).toEqual(["2_second"]);
    expect(await migrate(url, folder)).toEqual({ applied: [], edited: [] });
  });

  it("tells which applied migrations were edited since", async () => {
    const url = await emptyDatabase();
    await migrate(url, await migrationsFolder({ "1_first": "CREATE TABLE one (id int);" }));
    const edited = await migrationsFolder({ "1_first": "CREATE TABLE one (id bigint);" });
    expect(await migrate(url, edited)).toEqual({ applied: [], edited: ["1_first"] });
  });
});
