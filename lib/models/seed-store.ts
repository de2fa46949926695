import { HOUSE_ACCOUNT_ID } from "#lib/accounts/house";
import type { Transaction } from "#lib/db/transaction";
import type { CatalogueModel } from "#lib/pricing/catalogue";
import { formatComponents } from "#lib/pricing/schema";

export type SeedGroup = { id: string; name: string; description: string; access?: "granted" };

/** Two nodes that start at once seed one after the other. */
export async function lockSeed(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('tollgate.seed'))`;
}

/** What stands already. Channels count by id, deleted ones too: what was deleted stays away. */
export async function readStanding(
  tx: Transaction,
  asked: { currency: string; channelId: string },
): Promise<{
  groups: Set<string>;
  models: Set<string>;
  hasVersion: boolean;
  hasRate: boolean;
  hasChannel: boolean;
  hasHouse: boolean;
}> {
  const ids = (rows: { id: string }[]) => new Set(rows.map((row) => row.id));
  const { currency, channelId } = asked;
  return {
    groups: ids(await tx.group.findMany({ select: { id: true } })),
    models: ids(await tx.model.findMany({ select: { id: true } })),
    hasVersion: (await tx.priceVersion.findFirst({ select: { id: true } })) !== null,
    hasRate: (await tx.exchangeRate.findFirst({ where: { currency } })) !== null,
    hasHouse: (await tx.account.findUnique({ where: { id: HOUSE_ACCOUNT_ID } })) !== null,
    hasChannel: (await tx.channel.findUnique({ where: { id: channelId } })) !== null,
  };
}

/** Throws where one stands already (see readStanding). Multipliers are no part of them: those come with a price version. */
export async function insertGroups(
  tx: Transaction,
  groups: readonly SeedGroup[],
  revision: bigint,
): Promise<void> {
  await tx.group.createMany({ data: groups.map((group) => ({ ...group, revision })) });
}

/** Models of the catalogue with their official price; not priced for sale by that alone. */
export async function insertModels(
  tx: Transaction,
  models: readonly CatalogueModel[],
  revision: bigint,
): Promise<void> {
  for (const some of portions(models)) {
    await tx.model.createMany({ data: some.map((model) => toRow(model, revision)) });
  }
}

/** A statement of thousands of rows takes a busy machine longer to put together than a transaction may be idle. */
const PORTION = 200;

function portions<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / PORTION) }, (_, index) =>
    items.slice(index * PORTION, (index + 1) * PORTION),
  );
}

function toRow(model: CatalogueModel, revision: bigint) {
  return {
    id: model.id,
    vendor: model.vendor,
    displayName: model.displayName,
    kind: model.kind,
    contextWindow: model.contextWindow ?? null,
    maxOutputTokens: model.maxOutputTokens ?? null,
    reasoning: model.reasoning,
    syncPolicy: model.syncPolicy,
    official: formatComponents(model.components),
    officialSource: model.source,
    officialSourceDate: model.sourceDate,
    example: model.example,
    revision,
  };
}

/** The first price version: official prices, every group at 1, in force from `at`. */
export async function publishFirstVersion(
  tx: Transaction,
  first: { models: readonly CatalogueModel[]; groups: readonly SeedGroup[]; at: Date; revision: bigint },
): Promise<void> {
  const version = await tx.priceVersion.create({
    data: { state: "draft", note: "Official prices at installation", createdBy: "system" },
  });
  const entries = [
    ...first.groups.map((group) => ({
      versionId: version.id,
      kind: "group",
      groupId: group.id,
      multiplier: "1",
    })),
    ...first.models.map((model) => ({
      versionId: version.id,
      kind: "model",
      modelId: model.id,
      components: formatComponents(model.components),
    })),
  ];
  for (const some of portions(entries)) await tx.priceEntry.createMany({ data: some });
  // Only now: a published version takes no entries.
  await tx.priceVersion.update({
    where: { id: version.id },
    data: { state: "published", effectiveAt: first.at, publishedAt: first.at, revision: first.revision },
  });
}

/** The account of probes and tests; its money row stands since the migration. */
export async function insertHouse(tx: Transaction, revision: bigint): Promise<void> {
  await tx.account.create({ data: { id: HOUSE_ACCOUNT_ID, name: "House", revision } });
}

/** The seed's example: `date` is YYYY-MM-DD, `usdPerUnit` a decimal. It yields to a rate of somebody's own. */
export async function insertRate(
  tx: Transaction,
  rate: { currency: string; date: string; usdPerUnit: string; source: string },
): Promise<void> {
  await tx.exchangeRate.create({ data: rate });
}

/** A channel under a fixed id, which serves its models under their own names. */
export async function insertSeedChannel(
  tx: Transaction,
  channel: { id: string; name: string; provider: string; baseUrl: string; models: readonly string[] },
  revision: bigint,
): Promise<void> {
  const models = { create: channel.models.map((model) => ({ model, upstreamModel: model })) };
  await tx.channel.create({ data: { ...channel, revision, models } });
}
