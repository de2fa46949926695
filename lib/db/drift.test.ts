import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { driftSql } from "./drift.ts";
import { PRISMA_PATHS } from "./migration-files.ts";

const server = inject("testPostgres").adminUrl;

it("finds no difference between the migrations and schema.prisma", async () => {
  expect(await driftSql(server)).toBe("");
});

it("shows what a changed schema.prisma lacks in the migrations, and leaves no database behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tollgate-drift-"));
  const schema = join(folder, "schema.prisma");
  const text = await readFile("prisma/schema.prisma", "utf8");
  await writeFile(schema, `${text}\nmodel Drifted {\n  id Int @id\n}\n`);
  try {
    expect(await driftSql(server, { ...PRISMA_PATHS, schema })).toMatch(/CREATE TABLE "Drifted"/);
  } finally {
    await rm(folder, { recursive: true });
  }
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  const left = await client.query("SELECT datname FROM pg_database WHERE datname LIKE 'shadow%'");
  await client.end();
  expect(left.rows).toEqual([]);
});
