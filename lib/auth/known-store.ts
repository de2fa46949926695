import { prisma } from "#lib/db/client";
import type { Transaction } from "#lib/db/transaction";

type Place = { network: string; browser: string };

/**
 * Remembers from where a person signs in; says what of it they had never used before. Of their first sign-in nothing is
 * new: there is nothing to compare it with.
 */
export async function rememberSignIn(
  tx: Transaction,
  userId: string,
  { network, browser }: Place,
  now: Date,
): Promise<{ isNewNetwork: boolean; isNewBrowser: boolean }> {
  const known = await tx.knownSignIn.findMany({
    where: { userId },
    select: { network: true, browser: true },
  });
  const key = { userId, network, browser };
  await tx.knownSignIn.upsert({
    where: { userId_network_browser: key },
    create: { ...key, firstAt: now, lastAt: now },
    update: { lastAt: now },
  });
  const isFirst = known.length === 0;
  return {
    isNewNetwork: !isFirst && !known.some((each) => each.network === network),
    isNewBrowser: !isFirst && !known.some((each) => each.browser === browser),
  };
}

/** Forgets what nobody has used since then; says how many. A job does this. */
export async function forgetSignIns(before: Date): Promise<number> {
  return (await prisma().knownSignIn.deleteMany({ where: { lastAt: { lt: before } } })).count;
}
