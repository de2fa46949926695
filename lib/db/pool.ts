import pg from "pg";
import { config } from "#lib/runtime/config";
import { log } from "#lib/runtime/log";
import { peekSingleton, singleton } from "#lib/runtime/singletons";

/** Anything that runs SQL: a pool, or a client inside a transaction. */
export type Queryable = Pick<pg.ClientBase, "query">;

/** What node-postgres takes as a parameter here. bigint crosses as int8 or numeric text. */
export type SqlValue = string | number | bigint | boolean | null | Date | Uint8Array | SqlValue[] | object;

/** The hot path's connections (DATABASE_URL, may go through a pooler). The console's go through Prisma. */
export function pool(): pg.Pool {
  return singleton("pool", () => createPool(requiredUrl(config().databaseUrl)));
}

/** Ends the pool; running queries finish first. */
export async function closePool(): Promise<void> {
  const open = peekSingleton<pg.Pool>("pool");
  if (open && !open.ended) await open.end();
}

/** Makes a pool of its own: for tests, and for whoever must not wait behind the hot path. */
export function createPool(url: string, max = 20): pg.Pool {
  const made = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    application_name: "tollgate",
  });
  // Without a listener the loss of an idle connection would end the process.
  made.on("error", (err) => log().warn({ err }, "a database connection was lost"));
  return made;
}

/**
 * A single connection to DATABASE_DIRECT_URL, not yet connected: for LISTEN, migrations and session locks,
 * which a pooler does not carry. Whoever takes it ends it.
 */
export function createDirectClient(url: string = requiredUrl(config().databaseDirectUrl)): pg.Client {
  return new pg.Client({
    connectionString: url,
    types,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "tollgate",
  });
}

/** Rows of one parameterised statement. int8 arrives as bigint, numeric as string, timestamptz as Date. */
export async function queryRows<Row extends pg.QueryResultRow>(
  sql: string,
  values: readonly SqlValue[] = [],
  on: Queryable = pool(),
): Promise<Row[]> {
  const result = await on.query<Row>(sql, [...values]);
  return result.rows;
}

/** A process that freezes inside a transaction keeps others waiting for its locks: so long and no longer. */
export const MOST_IDLE = "5s";
const BEGIN = `BEGIN; SET LOCAL idle_in_transaction_session_timeout = '${MOST_IDLE}'`;

/**
 * Runs `work` in one transaction: committed if it returns, rolled back if it throws. With `deadlineMs` the connection
 * is cut when it takes longer, so that a network that swallows packets ends in an error, not in silence. Between two
 * statements no more than 5 s may pass.
 */
export async function inPoolTransaction<T>(
  work: (client: pg.PoolClient) => Promise<T>,
  from: pg.Pool = pool(),
  deadlineMs?: number,
): Promise<T> {
  const client = await from.connect();
  // Between two statements the pool does not listen: the loss of the connection would end the process.
  client.on("error", connectionLost);
  // A client that is ended in the middle of a query cuts its socket.
  const watch =
    deadlineMs === undefined ? undefined : setTimeout(() => void (client as pg.Client).end(), deadlineMs);
  try {
    await client.query(BEGIN);
    const result = await work(client);
    await client.query("COMMIT");
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given back to the pool.
    const broken = await client.query("ROLLBACK").then(
      () => false,
      () => true,
    );
    client.release(broken);
    throw error;
  } finally {
    clearTimeout(watch);
    client.off("error", connectionLost);
  }
}

/** The next statement fails and says so. */
function connectionLost(): void {}

const INT8_OID = 20;
const INT8_ARRAY_OID = 1016;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (format !== "binary" && oid === INT8_OID) return BigInt;
    if (format !== "binary" && oid === INT8_ARRAY_OID) return parseBigIntArray;
    return format === undefined ? pg.types.getTypeParser(oid) : pg.types.getTypeParser(oid, format);
  },
};

function parseBigIntArray(text: string): (bigint | null)[] {
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  return inner.split(",").map((part) => (part === "NULL" ? null : BigInt(part)));
}

function requiredUrl(url: string | undefined): string {
  if (url === undefined) throw new Error("DATABASE_URL is not set and no embedded Postgres was started");
  return url;
}
