import { z } from "zod";
import { prisma } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type PriceChangeAnswer, priceChangeAnswer } from "#lib/pricing/version-schema";

/** An account that is to be told of a version's changes of its own prices. */
export type OwnPricesDue = {
  versionId: string;
  accountId: string;
  changes: PriceChangeAnswer[];
  effectiveAt: Date;
  base: string;
};

/** Whom the next run has to write to. */
export async function insertDue(tx: Transaction, due: readonly OwnPricesDue[]): Promise<void> {
  if (due.length > 0) await tx.ownPricesDue.createMany({ data: [...due] });
}

/** Who is still to be told, the oldest version first; after one, some at a time. */
export async function findDue(after: OwnPricesDue | null, most: number): Promise<OwnPricesDue[]> {
  const rows = await prisma().ownPricesDue.findMany({
    where: after === null ? {} : afterDue(after),
    orderBy: [{ versionId: "asc" }, { accountId: "asc" }],
    take: most,
  });
  return rows.map(({ versionId, accountId, changes, effectiveAt, base }) => {
    // Only what another release wrote could not be read: then the page says it.
    const read = z.array(priceChangeAnswer).safeParse(changes);
    return { versionId, accountId, changes: read.success ? read.data : [], effectiveAt, base };
  });
}

function afterDue({ versionId, accountId }: OwnPricesDue): Prisma.OwnPricesDueWhereInput {
  return { OR: [{ versionId: { gt: versionId } }, { versionId, accountId: { gt: accountId } }] };
}

/** Takes out one that is told in this transaction; false: another process tells it. */
export async function takeDue(tx: Transaction, { versionId, accountId }: OwnPricesDue): Promise<boolean> {
  return (await tx.ownPricesDue.deleteMany({ where: { versionId, accountId } })).count === 1;
}
