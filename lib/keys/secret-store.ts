import { prisma } from "#lib/db/client";
import type { RetiredSecret } from "#lib/db/generated/client";
import { queryRows } from "#lib/db/pool";
import type { Transaction } from "#lib/db/transaction";

export type UseOfSecret = { requests: number; lastUsedAt: Date | null; lastIp: string | null };

/** Longest look back at what a retired secret did; counting stops at this many calls. */
const countedCalls = 10_000;

/** Keeps what a secret was known by; calls with it pass until `validUntil`. The caller has locked the key. */
export async function insertRetired(
  tx: Transaction,
  data: Omit<RetiredSecret, "id" | "hash"> & { hash: Uint8Array<ArrayBuffer> },
): Promise<void> {
  await tx.retiredSecret.create({ data });
}

/** Ends at `end` whatever old secrets of these keys would be valid longer. Answers how many that were. */
export async function endRetired(
  tx: Transaction,
  keyIds: readonly string[],
  end: Date,
  revision: bigint,
): Promise<number> {
  const { count } = await tx.retiredSecret.updateMany({
    where: { keyId: { in: [...keyIds] }, validUntil: { gt: end } },
    data: { validUntil: end, revision },
  });
  return count;
}

/** Secrets that rotations replaced, newest first. */
export async function listRetired(keyId: string): Promise<RetiredSecret[]> {
  return prisma().retiredSecret.findMany({ where: { keyId }, orderBy: { id: "desc" }, take: 20 });
}

/** Calls that presented a secret of this prefix since a moment, refused ones too. */
export async function findUse(keyId: string, prefix: string, since: Date): Promise<UseOfSecret> {
  const [row] = await queryRows<UseOfSecret>(
    `SELECT count(*)::int AS requests, max(created_at) AS "lastUsedAt",
       (array_agg(host(ip) ORDER BY created_at DESC))[1] AS "lastIp"
     FROM (SELECT created_at, ip FROM hot.request_log
       WHERE key_id = $1::uuid AND created_at >= $2 AND key_prefix = $3
       ORDER BY created_at DESC LIMIT ${countedCalls}) AS used`,
    [keyId, since, prefix],
  );
  return row ?? { requests: 0, lastUsedAt: null, lastIp: null };
}
