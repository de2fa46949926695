import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Identity as IdentityRow, Prisma, SignInProvider } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type ProviderId, providerIds } from "./schema.ts";

/** In the order of `providerIds`, disabled ones too; one of a newer release is left out. Secrets are sealed. */
export async function listProviders(): Promise<SignInProvider[]> {
  const rows = await prisma().signInProvider.findMany({ where: { id: { in: [...providerIds] } } });
  return rows.sort((one, other) => orderOf(one.id) - orderOf(other.id));
}

/** Enabled or not; its client secret is sealed. Undefined: nobody has entered it. */
export async function findProvider(
  id: ProviderId,
  on: Pick<Transaction, "signInProvider"> = prisma(),
): Promise<SignInProvider | undefined> {
  return (await on.signInProvider.findUnique({ where: { id } })) ?? undefined;
}

/** Enters it, or writes over all of it; the client secret comes sealed. */
export async function writeProvider(
  tx: Transaction,
  id: ProviderId,
  data: Omit<Prisma.SignInProviderCreateInput, "id" | "updatedAt">,
): Promise<SignInProvider> {
  return tx.signInProvider.upsert({ where: { id }, create: { id, ...data }, update: data });
}

/** False if there was none. */
export async function removeProvider(tx: Transaction, id: ProviderId): Promise<boolean> {
  return (await tx.signInProvider.deleteMany({ where: { id } })).count > 0;
}

type Key = { provider: ProviderId; issuer: string; subject: string };

/** Who a provider's subject is here. */
export async function findIdentity(
  key: Key,
  on: Pick<Transaction, "identity"> = prisma(),
): Promise<IdentityRow | undefined> {
  const found = await on.identity.findUnique({ where: { provider_issuer_subject: key } });
  return found ?? undefined;
}

/** A person's own, the oldest first. */
export async function listIdentities(
  userId: string,
  on: Pick<Transaction, "identity"> = prisma(),
): Promise<IdentityRow[]> {
  return on.identity.findMany({ where: { userId }, orderBy: { id: "asc" } });
}

/** Links a subject to a person. False if it is somebody's already, or if the person has another of this issuer. */
export async function insertIdentity(
  tx: Transaction,
  { userId, email, usedAt, ...key }: Key & { userId: string; email: string | null; usedAt: Date | null },
): Promise<boolean> {
  const made = await tx.identity.createMany({
    data: [{ ...key, userId, email, lastUsedAt: usedAt }],
    skipDuplicates: true,
  });
  return made.count > 0;
}

/** Keeps that it was used, and the address that the provider says now; null: the one that is known stays. */
export async function touchIdentity(id: string, email: string | null, at: Date): Promise<void> {
  await prisma().identity.updateMany({
    where: { id },
    data: { lastUsedAt: at, ...(email === null ? {} : { email }) },
  });
}

/** Unlinks one of a person's own; undefined if there is none. */
export async function removeIdentity(
  tx: Transaction,
  userId: string,
  id: string,
): Promise<IdentityRow | undefined> {
  const found = isUuid(id) ? await tx.identity.findFirst({ where: { id, userId } }) : null;
  if (found === null) return undefined;
  const removed = await tx.identity.deleteMany({ where: { id, userId } });
  return removed.count > 0 ? found : undefined;
}

function orderOf(id: string): number {
  return (providerIds as readonly string[]).indexOf(id);
}
