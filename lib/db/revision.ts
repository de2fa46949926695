import type { Transaction } from "./transaction.ts";

/** NOTIFY channel on which a committed revision is announced; the payload is the number, nothing else. */
export const revisionChannel = "tollgate_revision";

/**
 * Takes the next configuration revision, in the transaction of the config write; rows that the gateway's
 * snapshot loads carry it. The row stays locked until commit, so revisions become visible in their order.
 */
export async function bumpRevision(tx: Transaction): Promise<bigint> {
  const rows = await tx.$queryRaw<{ revision: bigint }[]>`
    UPDATE config_revision SET revision = revision + 1 WHERE id = 1 RETURNING revision`;
  const revision = rows[0]?.revision;
  if (revision === undefined) throw new Error("config_revision has no row: is the database migrated?");
  await tx.$executeRaw`SELECT pg_notify(${revisionChannel}, ${String(revision)})`;
  return revision;
}

/** The newest committed configuration revision. */
export async function currentRevision(on: Pick<Transaction, "$queryRaw">): Promise<bigint> {
  const rows = await on.$queryRaw<{ revision: bigint }[]>`SELECT revision FROM config_revision WHERE id = 1`;
  return rows[0]?.revision ?? 0n;
}
