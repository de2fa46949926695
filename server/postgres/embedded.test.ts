import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { usableBinaries } from "./binaries.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded.ts";
import { postgresIdentity } from "./identity.ts";
import { SYSTEM_DIR } from "./place.ts";

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const running: EmbeddedPostgres[] = [];

afterEach(async () => {
  for (const postgres of running.splice(0)) {
    await postgres.stop();
    if (postgres.cluster.startsWith(SYSTEM_DIR)) rmSync(dirname(postgres.cluster), { recursive: true });
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(mode = 0o711): string {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-postgres-"));
  chmodSync(folder, mode);
  folders.push(folder);
  return folder;
}

async function start(dataDir: string, said: string[] = []): Promise<EmbeddedPostgres> {
  const log = {
    info: (_fields: object, message: string) => said.push(message),
    warn: (message: string) => said.push(message),
    error: (_fields: object, message: string) => said.push(message),
  };
  const postgres = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: "off" } });
  running.push(postgres);
  return postgres;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url, query_timeout: 5_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const result = await client.query<{ answer: unknown }>(sql);
    return result.rows[0]?.answer;
  } finally {
    await client.end();
  }
}

/** Asks again until the database answers: it is being restarted. */
async function askPatiently(url: string, sql: string): Promise<unknown> {
  const until = Date.now() + 15_000;
  for (;;) {
    try {
      return await ask(url, sql);
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stopped(postgres: EmbeddedPostgres): Promise<void> {
  running.splice(running.indexOf(postgres), 1);
  await postgres.stop();
}

describe("the embedded Postgres", () => {
  it("keeps its data, port and password over a restart, and its secrets to itself", async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
    expect(readFileSync(join(dataDir, "database.url"), "utf8").trim()).toBe(first.url);
    for (const file of ["database.url", "postgres.json"]) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
    await stopped(first);
    await expect(ask(first.url, "SELECT 1 AS answer")).rejects.toThrow();

    const second = await start(dataDir);
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
  });

  it("gives the app a role that owns its database and is no superuser", async () => {
    const { url } = await start(newFolder());
    expect(await ask(url, "SELECT rolsuper AS answer FROM pg_roles WHERE rolname = current_user")).toBe(
      false,
    );
    await expect(ask(url, "COPY (SELECT 1) TO PROGRAM 'true'")).rejects.toThrow(/permission denied/);
    expect(await ask(url, "SELECT count(*)::int AS answer FROM pg_tables WHERE schemaname = 'public'")).toBe(
      0,
    );
    await ask(url, "CREATE SCHEMA hot");
  });

  it("runs several times at once, each in its own folder", async () => {
    const [one, two] = await Promise.all([start(newFolder()), start(newFolder())]);
    expect(one.url).not.toBe(two.url);
    expect(
      await Promise.all([ask(one.url, "SELECT 1 AS answer"), ask(two.url, "SELECT 2 AS answer")]),
    ).toEqual([1, 2]);
  });

  it("is back on the same port after the postmaster was killed", async () => {
    const said: string[] = [];
    const postgres = await start(newFolder(), said);
    const before = postgres.pid();
    process.kill(before, "SIGKILL");
    expect(await askPatiently(postgres.url, "SELECT 1 AS answer")).toBe(1);
    expect(postgres.pid()).not.toBe(before);
    expect(said).toContain("Postgres runs again");
  });

  it("recovers when the process that started it was killed, with Postgres left running or killed too", async () => {
    const dataDir = newFolder();
    for (const alsoPostgres of [false, true]) {
      const orphaned = await startInOtherProcess(dataDir);
      await ask(orphaned.url, `CREATE TABLE survived_${alsoPostgres} AS SELECT 7 AS answer`);
      orphaned.killOwner();
      if (alsoPostgres) process.kill(orphaned.postmaster, "SIGKILL");
      const said: string[] = [];
      const next = await start(dataDir, said);
      expect(next.pid()).not.toBe(orphaned.postmaster);
      expect(await ask(next.url, `SELECT answer FROM survived_${alsoPostgres}`)).toBe(7);
      await stopped(next);
    }
  });

  it("ends with its process, should something call process.exit", async () => {
    const orphaned = await startInOtherProcess(newFolder(), "process.exit(3);");
    await expect.poll(() => isAlive(orphaned.postmaster), { timeout: 10_000 }).toBe(false);
  });

  it("does not write rows or parameters into its log", async () => {
    const dataDir = newFolder();
    const { url } = await start(dataDir);
    await expect(ask(url, "SELECT 'canary-value'::int AS answer")).rejects.toThrow();
    await ask(url, "CREATE TABLE t (id text PRIMARY KEY)");
    await ask(url, "INSERT INTO t VALUES ('canary-value')");
    await expect(ask(url, "INSERT INTO t VALUES ('canary-value')")).rejects.toThrow();
    expect(readFileSync(join(dataDir, "postgres.log"), "utf8")).not.toContain("canary");
  });
});

// Nothing of it applies to an ordinary user, so there it does not exist: a skipped test counts as failed.
if (isRoot) {
  describe("the embedded Postgres of a root process", () => {
    it("runs as another user", async () => {
      const postgres = await start(newFolder());
      expect(statSync(`/proc/${postgres.pid()}`).uid).not.toBe(0);
    });

    it("keeps its cluster outside a folder that others cannot enter, and notes the place", async () => {
      const dataDir = join(newFolder(0o700), "data");
      const first = await start(dataDir);
      expect(first.cluster.startsWith(SYSTEM_DIR)).toBe(true);
      expect(existsSync(join(dataDir, "postgres"))).toBe(false);
      await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
      await stopped(first);
      const second = await start(dataDir);
      expect(second.cluster).toBe(first.cluster);
      expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
    });

    it("runs a copy of the binaries when node_modules lies in a folder that others cannot enter", async () => {
      const closed = newFolder(0o700);
      const installed = join((await usableBinaries(undefined)).bin, "../..");
      cpSync(installed, join(closed, "package"), { recursive: true, verbatimSymlinks: true });
      const identity = postgresIdentity(undefined);
      const { bin } = await usableBinaries(identity, join(closed, "package/native"));
      expect(bin.startsWith(SYSTEM_DIR)).toBe(true);
      const run = spawnSync(join(bin, "postgres"), ["--version"], {
        ...identity,
        cwd: "/",
        encoding: "utf8",
      });
      expect(run.stdout).toContain("PostgreSQL) 18");
    });

    it("refuses a copied DATA_DIR whose cluster lies outside, instead of taking over the original's", async () => {
      const closed = newFolder(0o700);
      mkdirSync(join(closed, "one"));
      await start(join(closed, "one"));
      cpSync(join(closed, "one"), join(closed, "two"), { recursive: true });
      await expect(start(join(closed, "two"))).rejects.toThrow(/is a copy of/);
    });
  });
}

/** Starts Postgres from a process of its own, which can then be killed without a chance to clean up. */
async function startInOtherProcess(dataDir: string, then = "") {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL("./embedded.ts", import.meta.url).href)};
    const log = { info() {}, warn() {}, error() {} };
    const postgres = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    console.log(JSON.stringify({ url: postgres.url, postmaster: postgres.pid() }));
    ${then}
  `;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
    cwd: new URL("../..", import.meta.url),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const answer = JSON.parse(line.toString()) as { url: string; postmaster: number };
  return { ...answer, killOwner: () => child.kill("SIGKILL") };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
