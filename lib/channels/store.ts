import { isUuid } from "#lib/core/shapes";
import { type SortedPosition, sortedPage } from "#lib/core/sort";
import { prisma } from "#lib/db/client";
import type { Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import type { ChannelModel, ListChannels } from "./schema.ts";
import type { ChannelTraffic, StoredChannel } from "./view.ts";

const withModels = { models: { orderBy: { model: "asc" } } } as const;

/** Channels in the query's order, up to `limit` + 1, after a position, of `ids` only if given; deleted ones are gone. */
export async function listChannelRows(
  query: Omit<ListChannels, "health">,
  after?: SortedPosition,
  ids?: readonly string[],
): Promise<StoredChannel[]> {
  const page = sortedPage(query.sort, after);
  const among = ids === undefined ? {} : { id: { in: [...ids] } };
  return prisma().channel.findMany({
    where: { AND: [{ deletedAt: null }, filterOf(query), among, page.after] },
    orderBy: page.orderBy,
    take: query.limit + 1,
    include: withModels,
  });
}

/** Undefined: there is none, or it was deleted. */
export async function findChannelRow(id: string): Promise<StoredChannel | undefined> {
  if (!isUuid(id)) return undefined;
  const row = await prisma().channel.findFirst({ where: { id, deletedAt: null }, include: withModels });
  return row ?? undefined;
}

/** Those of these channels that are active. */
export async function listActiveRows(ids: readonly string[]): Promise<StoredChannel[]> {
  return prisma().channel.findMany({
    where: { deletedAt: null, status: "active", id: { in: [...ids] } },
    include: withModels,
  });
}

/** The ones of these names that a channel has. */
export async function findTakenNames(names: readonly string[]): Promise<Set<string>> {
  const rows = await prisma().channel.findMany({
    where: { deletedAt: null, name: { in: [...names] } },
    select: { name: true },
  });
  return new Set(rows.map((row) => row.name));
}

/** Without deleted ones. A draining channel is in `all` alone. */
export async function countChannels(): Promise<{ all: number; active: number; disabled: number }> {
  const rows = await prisma().channel.groupBy({
    by: ["status"],
    where: { deletedAt: null },
    _count: { _all: true },
  });
  const of = (status: string) => rows.find((row) => row.status === status)?._count._all ?? 0;
  const all = rows.reduce((sum, row) => sum + row._count._all, 0);
  return { all, active: of("active"), disabled: of("disabled") };
}

/** How many active channels serve each model; all models that any serves, or only the named ones. */
export async function countServingChannels(models?: readonly string[]): Promise<Map<string, number>> {
  const rows = await prisma().channelModel.groupBy({
    by: ["model"],
    where: {
      channel: { deletedAt: null, status: "active" },
      ...(models === undefined ? {} : { model: { in: [...models] } }),
    },
    _count: { _all: true },
  });
  return new Map(rows.map((row) => [row.model, row._count._all]));
}

/** Calls that each channel answered in the last hour, and those that ended with a server error. */
export async function findTraffic(channelIds: readonly string[]): Promise<Map<string, ChannelTraffic>> {
  if (channelIds.length === 0) return new Map();
  const rows = await prisma().$queryRaw<{ id: string; requests: number; errors: number }[]>`
    SELECT channel_id AS id, sum(requests)::float8 AS requests,
           coalesce(sum(requests) FILTER (WHERE status_class >= 5), 0)::float8 AS errors
    FROM hot.rollup_minute_model
    WHERE minute > now() - interval '1 hour' AND channel_id = ANY(${channelIds}::text[]) GROUP BY channel_id`;
  return new Map(rows.map(({ id, requests, errors }) => [id, { requests, errors }]));
}

/** A channel and what it serves. Credentials come sealed; `revision` in `data` takes it to the nodes. */
export async function insertChannel(
  tx: Transaction,
  data: Prisma.ChannelUncheckedCreateInput,
  models: readonly ChannelModel[],
): Promise<StoredChannel> {
  return tx.channel.create({
    data: { ...data, models: { create: models.map((pair) => ({ ...pair })) } },
    include: withModels,
  });
}

/** The channel, locked until the transaction ends; none if it was deleted. */
export async function lockChannel(tx: Transaction, id: string): Promise<StoredChannel | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$queryRaw`SELECT 1 FROM channel WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.channel.findFirst({ where: { id, deletedAt: null }, include: withModels })) ?? undefined;
}

/** Writes what is given; `models` replaces the whole list. */
export async function updateChannelRow(
  tx: Transaction,
  id: string,
  data: Prisma.ChannelUncheckedUpdateInput,
  models?: readonly ChannelModel[],
): Promise<StoredChannel> {
  const replaced =
    models === undefined ? {} : { models: { deleteMany: {}, create: models.map((pair) => ({ ...pair })) } };
  return tx.channel.update({ where: { id }, data: { ...data, ...replaced }, include: withModels });
}

/** Draining channels on which no live node has a call running; those changed just now are not heard of everywhere yet. */
export async function findDrained(): Promise<string[]> {
  const rows = await prisma().$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM channel c WHERE status = 'draining' AND deleted_at IS NULL
      AND updated_at < clock_timestamp() - interval '3 s'
      AND NOT EXISTS (SELECT 1 FROM hot.channel_node n
        WHERE n.seen_at > clock_timestamp() - interval '15 s' AND n.in_flight ? c.id::text)`;
  return rows.map(({ id }) => id);
}

/** Remembers how the last test call went. Nothing that the gateway loads, so no revision. */
export async function recordTest(id: string, test: { at: Date; ok: boolean; detail: string }): Promise<void> {
  await prisma().channel.updateMany({
    where: { id },
    data: { lastTestAt: test.at, lastTestOk: test.ok, lastTestDetail: test.detail },
  });
}

function filterOf({
  q,
  model,
  group,
  status,
}: Pick<ListChannels, "q" | "model" | "group" | "status">): Prisma.ChannelWhereInput {
  return {
    ...(group === undefined
      ? {}
      : { AND: [{ OR: [{ groups: { isEmpty: true } }, { groups: { has: group } }] }] }),
    ...(status === undefined ? {} : { status }),
    ...(model === undefined ? {} : { models: { some: { model } } }),
    ...(q === undefined || q.trim() === "" ? {} : { OR: searchOf(q.trim()) }),
  };
}

function searchOf(q: string): Prisma.ChannelWhereInput[] {
  const contains = { contains: q, mode: "insensitive" } as const;
  return [{ name: contains }, { baseUrl: contains }, { models: { some: { model: contains } } }];
}
