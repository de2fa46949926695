import type pg from "pg";
import { config } from "#lib/runtime/config";
import { clearSingleton, peekSingleton, singleton } from "#lib/runtime/singletons";
import { createPool } from "./pool.ts";

/**
 * Runs `work` while no other node and no other request holds the lock of this name. The lock has its own few
 * connections, so that work which waits for the others' connections cannot block behind them.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const client = await lockPool().connect();
  try {
    await client.query("BEGIN");
    await client.query("SET LOCAL lock_timeout = '20s'");
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [name]);
    return await work();
  } finally {
    const broken = await client.query("ROLLBACK").then(
      () => false,
      () => true,
    );
    client.release(broken);
  }
}

/** Ends the locks' connections; the next use opens new ones. */
export async function closeLocks(): Promise<void> {
  const open = peekSingleton<pg.Pool>("lock-pool");
  clearSingleton("lock-pool");
  await open?.end();
}

function lockPool(): pg.Pool {
  return singleton("lock-pool", () => createPool(config().databaseUrl ?? "", 8));
}
