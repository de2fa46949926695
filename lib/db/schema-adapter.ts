import { randomBytes } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
} from "@prisma/driver-adapter-utils";
import pg from "pg";

/**
 * The stock adapter with what Prisma's schema engine needs of it and does not get: scripts that are not
 * split at every semicolon, columns of type "char", and a shadow database that is not the main one.
 */
export function schemaAdapter(pool: pg.Pool, url: string): SqlMigrationAwareDriverAdapterFactory {
  const stock = new PrismaPg(pool);
  return {
    provider: stock.provider,
    adapterName: stock.adapterName,
    connect: async () => patched(await stock.connect()),
    connectToShadowDb: () => connectToShadow(url),
  };
}

function patched(adapter: SqlDriverAdapter & { underlyingDriver(): pg.Pool }): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw;
  adapter.executeScript = (script) => runScript(adapter.underlyingDriver(), script);
  adapter.queryRaw = (query) => queryWithChars(adapter, queryRaw, query);
  return adapter;
}

/**
 * One transaction for a migration's script and for the note that it is done: a process killed in between
 * would otherwise leave a migration that is applied, but not known to be.
 */
async function runScript(pool: pg.Pool, script: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(script);
    const noted = await client.query<{ there: boolean }>(
      "SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS there",
    );
    if (noted.rows[0]?.there) await client.query(NOTE_FINISHED);
    await client.query("COMMIT");
    client.release();
  } catch (error) {
    // Closing the connection rolls back, whatever state it is in.
    client.release(true);
    throw driverError(error);
  }
}

/** The engine repeats the reason only of errors in this form. */
function driverError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = "", severity = "", message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: "postgres", code, severity, message, detail, column, hint });
}

const NOTE_FINISHED =
  "UPDATE public._prisma_migrations SET finished_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL";

const CHAR_OID = 18;
const TEXT_OID = 25;

/** The catalogue's "char" columns are unknown to the stock adapter: read as text, declared as a character. */
async function queryWithChars(
  adapter: { underlyingDriver(): pg.Pool },
  queryRaw: (query: SqlQuery) => Promise<SqlResultSet>,
  query: SqlQuery,
): Promise<SqlResultSet> {
  const charColumns = new Set<number>();
  const client = {
    async query(config: pg.QueryArrayConfig) {
      const result = await adapter.underlyingDriver().query(config);
      result.fields.forEach((field, index) => {
        if (field.dataTypeID !== CHAR_OID) return;
        charColumns.add(index);
        field.dataTypeID = TEXT_OID;
      });
      return result;
    },
  };
  const reading = Object.create(adapter, { client: { value: client } });
  const result = await queryRaw.call(reading, query);
  const columnTypes = result.columnTypes.map((type, index) =>
    charColumns.has(index) ? ColumnTypeEnum.Character : type,
  );
  return { ...result, columnTypes };
}

/** A database for the engine to replay migrations in, dropped when it is done with it. */
async function connectToShadow(url: string): Promise<SqlDriverAdapter> {
  const name = `shadow_${randomBytes(8).toString("hex")}`;
  await once(url, `CREATE DATABASE ${name}`);
  const shadowUrl = new URL(url);
  shadowUrl.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: shadowUrl.href, max: 2 });
  const adapter = patched(await new PrismaPg(pool).connect());
  adapter.dispose = async () => {
    await pool.end();
    await once(url, `DROP DATABASE ${name} WITH (FORCE)`);
  };
  return adapter;
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
