import { prisma } from "#lib/db/client";
import type { OwnEntry } from "./own-prices.ts";
import { parseComponents } from "./schema.ts";

/** What published versions say of one account's prices, in the order in which they take effect. */
export async function findOwnEntries(accountId: string): Promise<OwnEntry[]> {
  const rows = await prisma().priceEntry.findMany({
    where: { accountId, kind: "account", modelId: { not: null }, version: { state: "published" } },
    include: { version: { select: { effectiveAt: true } } },
    orderBy: [{ version: { effectiveAt: "asc" } }, { version: { number: "asc" } }],
  });
  return rows.map(({ modelId, components, reason, versionId, version }) => ({
    modelId: modelId ?? "",
    components: parseComponents(components),
    ...{ reason, versionId, effectiveAtMs: version.effectiveAt?.getTime() ?? 0 },
  }));
}
