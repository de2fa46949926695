import { prisma } from "#lib/db/client";
import type { Model as ModelRow, Prisma } from "#lib/db/generated/client";
import { currentRevision } from "#lib/db/revision";
import type { Transaction } from "#lib/db/transaction";
import type { ListModels } from "./schema.ts";

/** Where a page of models ended. */
export type ModelPosition = readonly [vendor: string, id: string];

/**
 * Models of the catalogue in the query's order, up to `limit` + 1, after a position. `among`: only (`in`) or all but
 * (`notIn`) these ids.
 */
export async function listModelRows(
  query: ListModels,
  after: ModelPosition | undefined,
  among: { in: string[] } | { notIn: string[] } | undefined,
): Promise<ModelRow[]> {
  return prisma().model.findMany({
    where: { AND: [filterOf(query), afterOf(query.sort, after), among === undefined ? {} : { id: among }] },
    orderBy: orderOf(query.sort),
    take: query.limit + 1,
  });
}

/** What everything that is configured is as of. */
export function newestRevision(): Promise<bigint> {
  return currentRevision(prisma());
}

/** The whole catalogue by vendor and id, in the order of code units, as cursors compare. */
export async function listAllModelRows(): Promise<ModelRow[]> {
  const rows = await prisma().model.findMany();
  return rows.sort((left, right) =>
    left.vendor === right.vendor ? (left.id < right.id ? -1 : 1) : left.vendor < right.vendor ? -1 : 1,
  );
}

/** Every id of the catalogue. */
export async function listModelIds(): Promise<string[]> {
  const rows = await prisma().model.findMany({ select: { id: true }, orderBy: { id: "asc" } });
  return rows.map((row) => row.id);
}

/** Undefined for an id that the catalogue has not, also where a channel serves it. */
export async function findModelRow(id: string): Promise<ModelRow | undefined> {
  return (await prisma().model.findUnique({ where: { id } })) ?? undefined;
}

/** Changes a model, or takes a new one into the catalogue, of which no official price is known. */
export async function putModelRow(
  tx: Transaction,
  id: string,
  change: Partial<Pick<ModelRow, "vendor" | "displayName" | "kind" | "syncPolicy" | "statedReason">>,
  revision: bigint,
): Promise<void> {
  const unknown = {
    vendor: "other",
    displayName: id,
    kind: "chat",
    syncPolicy: "manual",
    official: {},
    officialSource: "",
    officialSourceDate: "",
  };
  await tx.model.upsert({
    where: { id },
    create: { id, ...unknown, ...change, revision },
    update: { ...change, revision },
  });
}

function filterOf({ q, vendor, kind }: ListModels): Prisma.ModelWhereInput {
  const contains = { contains: q?.trim() ?? "", mode: "insensitive" } as const;
  return {
    ...(vendor === undefined ? {} : { vendor }),
    ...(kind === undefined ? {} : { kind }),
    ...(contains.contains === "" ? {} : { OR: [{ id: contains }, { displayName: contains }] }),
  };
}

function orderOf(sort: ListModels["sort"]): Prisma.ModelOrderByWithRelationInput[] {
  const order = sort.startsWith("-") ? "desc" : "asc";
  return sort.endsWith("id") ? [{ id: order }] : [{ vendor: order }, { id: order }];
}

function afterOf(sort: ListModels["sort"], after: ModelPosition | undefined): Prisma.ModelWhereInput {
  if (after === undefined) return {};
  const [vendor, id] = after;
  const beyond = sort.startsWith("-") ? "lt" : "gt";
  if (sort.endsWith("id")) return { id: { [beyond]: id } };
  return { OR: [{ vendor: { [beyond]: vendor } }, { vendor, id: { [beyond]: id } }] };
}
