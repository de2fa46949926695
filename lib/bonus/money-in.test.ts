import { randomBytes, randomUUID } from "node:crypto";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { migrate } from "#lib/db/migrate";
import { PRISMA_PATHS } from "#lib/db/migration-files";

const server = inject("testPostgres");
const name = `test_${randomBytes(8).toString("hex")}`;
const url = new URL(server.url);
url.pathname = `/${name}`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tollgate-migrations-"));
  await onServer(`CREATE DATABASE ${name} OWNER ${url.username}`);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
});

it("counts what the release before opens and credits between any two of the migrations that bring it", async () => {
  const steps = (await readdir(PRISMA_PATHS.migrations))
    .filter((one) => one !== "migration_lock.toml")
    .sort();
  await cp(join(PRISMA_PATHS.migrations, "migration_lock.toml"), join(folder, "migration_lock.toml"));
  const client = new pg.Client({ connectionString: url.href });
  const add = async (some: readonly string[]) => {
    for (const one of some)
      await cp(join(PRISMA_PATHS.migrations, one), join(folder, one), { recursive: true });
    await migrate(url.href, { ...PRISMA_PATHS, migrations: folder });
  };
  const first = steps.findIndex((one) => one.endsWith("_money_in"));
  await add(steps.slice(0, first));
  await client.connect();
  try {
    const accounts: string[] = [];
    for (const step of steps.slice(first).filter((one) => one < "20261122201")) {
      accounts.push(await openAndCredit(client));
      await add([step]);
      for (const id of accounts) await credit(client, id);
      const wrong = "SELECT account_id FROM hot.account_funds WHERE money_in <> hot.money_in(account_id)";
      expect({ step, wrong: (await client.query(wrong)).rows }).toEqual({ step, wrong: [] });
    }
    accounts.push(await openAndCredit(client));
    const counted = "SELECT money_in::int AS kept FROM hot.account_funds WHERE account_id = $1";
    expect((await client.query(counted, [accounts.at(-1)])).rows).toEqual([{ kept: 100 }]);
  } finally {
    await client.end();
  }
});

/** As the release before does: it names no `money_in`. */
async function openAndCredit(client: pg.Client): Promise<string> {
  const id = randomUUID();
  await client.query("INSERT INTO hot.account_funds (account_id) VALUES ($1)", [id]);
  await credit(client, id);
  return id;
}

async function credit(client: pg.Client, accountId: string): Promise<void> {
  await client.query(
    `WITH header AS (
       INSERT INTO hot.ledger_transaction (id, kind, account_id) VALUES ($1, 'recharge', $2) RETURNING id
     ), funds AS (
       UPDATE hot.account_funds SET balance = balance + 100 WHERE account_id = $2
     )
     INSERT INTO hot.ledger_entry (transaction_id, line, ledger_account, account_id, amount)
     SELECT id, 0, 'customer', $2::uuid, 100 FROM header UNION ALL SELECT id, 1, 'cash', NULL, -100 FROM header`,
    [randomUUID(), accountId],
  );
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
