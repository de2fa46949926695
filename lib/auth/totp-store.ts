import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

/** A secret that waits for its first code; nothing is asked for at sign-in yet. False once a factor is on. */
export async function setPendingTotp(
  tx: Transaction,
  userId: string,
  sealedSecret: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const changed = await tx.user.updateMany({
    where: { id: userId, totpEnabledAt: null },
    data: { totpSecret: sealedSecret },
  });
  return changed.count > 0;
}

/** Turns the factor on with its first code's step; false if it is on already. */
export async function enableTotpRow(
  tx: Transaction,
  userId: string,
  step: bigint,
  at: Date,
): Promise<boolean> {
  const changed = await tx.user.updateMany({
    where: { id: userId, totpEnabledAt: null, totpSecret: { not: null } },
    data: { totpEnabledAt: at, totpLastStep: step },
  });
  return changed.count > 0;
}

/** Uses a code's step up: false for a code that was taken before, or one older than that. */
export async function takeStep(userId: string, step: bigint): Promise<boolean> {
  const changed = await prisma().user.updateMany({
    where: { id: userId, totpLastStep: { lt: step } },
    data: { totpLastStep: step },
  });
  return changed.count > 0;
}

/** Uses a recovery code up; false if there is none like it. */
export async function takeRecoveryCode(userId: string, hash: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const deleted = await prisma().recoveryCode.deleteMany({ where: { userId, hash } });
  return deleted.count > 0;
}

/** New recovery codes in place of all older ones. */
export async function setRecoveryCodes(
  tx: Transaction,
  userId: string,
  hashes: readonly Uint8Array<ArrayBuffer>[],
): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({ data: hashes.map((hash) => ({ userId, hash })) });
}

/** Turns the factor off and forgets its secret and codes; false if there was none. */
export async function deleteTotp(tx: Transaction, userId: string): Promise<boolean> {
  await tx.recoveryCode.deleteMany({ where: { userId } });
  const changed = await tx.user.updateMany({
    where: { id: userId, totpSecret: { not: null } },
    data: { totpSecret: null, totpEnabledAt: null },
  });
  return changed.count > 0;
}
