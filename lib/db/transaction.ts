import { AsyncLocalStorage } from "node:async_hooks";
import { singleton } from "#lib/runtime/singletons";
import { prisma } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { MOST_IDLE } from "./pool.ts";

/** The Prisma client inside one transaction. Raw SQL: tx.$queryRaw, tx.$executeRaw. */
export type Transaction = Prisma.TransactionClient;

/**
 * Runs `work` in one database transaction: committed if it returns, rolled back if it throws.
 * Only service.ts files call this. READ COMMITTED, at most 15 s, of which at most 5 s at a time between two statements;
 * waits at most 10 s for a connection.
 */
export function inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  return prisma().$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('idle_in_transaction_session_timeout', ${MOST_IDLE}, true)`;
      const result = await work(tx);
      await companions().getStore()?.(tx);
      return result;
    },
    { timeout: 15_000, maxWait: 10_000 },
  );
}

/**
 * Makes every transaction that `work` opens also do `companion`, last before its commit. The management API
 * writes its Idempotency-Key marker so: effect and marker are committed together or not at all.
 */
export function withCompanion<T>(
  companion: (tx: Transaction) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  return companions().run(companion, work);
}

/**
 * Runs a part of a transaction that is kept only if `work` answers true: else everything that it wrote is taken
 * back, and the transaction goes on.
 */
export async function savepoint(tx: Transaction, work: () => Promise<boolean>): Promise<void> {
  await tx.$executeRaw`SAVEPOINT part`;
  if (await work()) await tx.$executeRaw`RELEASE SAVEPOINT part`;
  else await tx.$executeRaw`ROLLBACK TO SAVEPOINT part`;
}

function companions(): AsyncLocalStorage<(tx: Transaction) => Promise<void>> {
  return singleton("transaction-companions", () => new AsyncLocalStorage());
}
