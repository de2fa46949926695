import { prisma } from "#lib/db/client";
import type { ApiKey } from "#lib/db/generated/client";

/** The key that a secret belongs to, or once did; `validUntil` null: it is the current one. */
export type Owned = { key: ApiKey & { account: { name: string } }; validUntil: Date | null };

const withAccount = { account: { select: { name: true } } } as const;

/** Whose secret has this hash, of deleted keys too. */
export async function findBySecret(hash: Uint8Array<ArrayBuffer>): Promise<Owned | undefined> {
  const key = await prisma().apiKey.findUnique({ where: { hash }, include: withAccount });
  if (key !== null) return { key, validUntil: null };
  const retired = await prisma().retiredSecret.findUnique({
    where: { hash },
    include: { key: { include: withAccount } },
  });
  return retired === null ? undefined : { key: retired.key, validUntil: retired.validUntil };
}
