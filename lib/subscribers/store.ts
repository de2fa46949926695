import { isUuid } from "#lib/core/shapes";
import { jsonNull, prisma } from "#lib/db/client";
import type { Prisma, Subscriber as Row } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import {
  type FollowOptions,
  type ListSubscribers,
  type Subscriber,
  type SubscriberFilter,
  subscriberStates,
  type Wishes,
  wishes,
} from "./schema.ts";

/** A subscriber with what stays on the server. */
export type StoredSubscriber = Subscriber & {
  linkKey: Uint8Array;
  asked: (Wishes & { name: string }) | null;
};

/** Subscribers, newest first, up to `limit` + 1, after an id. */
export async function listSubscribers(query: ListSubscribers, after?: string): Promise<Subscriber[]> {
  const rows = await prisma().subscriber.findMany({
    where: { AND: [filterOf(query), after === undefined ? {} : { id: { lt: after } }] },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  return rows.map(shown);
}

/** Every subscriber that a filter leaves, a thousand at a time. */
export async function* allSubscribers(filter: SubscriberFilter): AsyncGenerator<Subscriber[]> {
  let after: string | undefined;
  for (;;) {
    const page = await listSubscribers({ ...filter, limit: 1_000 }, after);
    if (page.length === 0) return;
    yield page.slice(0, 1_000);
    if (page.length <= 1_000) return;
    after = page[999]?.id;
  }
}

/** In any state, with the sealed key of their links. Undefined: there is none, or `id` is no UUID. */
export async function findSubscriber(
  id: string,
  on: Pick<Transaction, "subscriber"> = prisma(),
): Promise<StoredSubscriber | undefined> {
  return isUuid(id) ? toStored(await on.subscriber.findUnique({ where: { id } })) : undefined;
}

/** Addresses are kept in small letters. */
export async function findByEmail(
  email: string,
  on: Pick<Transaction, "subscriber"> = prisma(),
): Promise<StoredSubscriber | undefined> {
  return toStored(await on.subscriber.findUnique({ where: { email: email.trim().toLowerCase() } }));
}

/** Makes requests about one address come one after another, until the transaction ends. */
export async function lockAddress(tx: Transaction, email: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('tollgate subscriber ' || ${email}, 0))`;
}

type Written = Partial<{
  name: string;
  userId: string | null;
  state: Subscriber["state"];
  asked: (Wishes & { name: string }) | null;
  consent: string;
  reason: string;
  askedAt: Date;
  confirmedAt: Date;
  endedAt: Date | null;
  wishes: Wishes;
}>;

/** `email` in small letters, under lockAddress; throws where it stands already. `linkKey` is sealed. */
export async function insertSubscriber(
  tx: Transaction,
  id: string,
  email: string,
  linkKey: Uint8Array<ArrayBuffer>,
  data: Written,
): Promise<void> {
  await tx.subscriber.create({ data: { id, email, linkKey, ...columnsOf(data) } });
}

/** How many were new: whose address stands already is left as it is. */
export async function insertSubscribers(
  tx: Transaction,
  rows: readonly (Written & { id: string; email: string; linkKey: Uint8Array<ArrayBuffer> })[],
): Promise<number> {
  const data = rows.map(({ id, email, linkKey, ...rest }) => ({ id, email, linkKey, ...columnsOf(rest) }));
  return (await tx.subscriber.createMany({ data, skipDuplicates: true })).count;
}

/** Changes a subscriber in one of these states; false: there is none. */
export async function updateSubscriberIn(
  tx: Transaction,
  id: string,
  states: readonly Subscriber["state"][],
  data: Written,
): Promise<boolean> {
  const { count } = await tx.subscriber.updateMany({
    where: { id, state: { in: [...states] } },
    data: columnsOf(data),
  });
  return count === 1;
}

/** False: there was none. */
export async function deleteSubscriber(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.subscriber.deleteMany({ where: { id } })).count === 1;
}

/** Forgets who asked before a moment and never confirmed; says how many. */
export async function deleteUnconfirmed(before: Date): Promise<number> {
  return (await prisma().subscriber.deleteMany({ where: { state: "pending", askedAt: { lt: before } } }))
    .count;
}

/** Of these addresses those that are known, with their states. */
export async function statesOf(tx: Transaction, emails: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.subscriber.findMany({
    where: { email: { in: [...emails] } },
    select: { email: true, state: true },
  });
  return new Map(rows.map(({ email, state }) => [email, state]));
}

/** Whom a mail may go to: confirmed, by id; with their sealed keys. */
export async function findReaders(which: {
  after?: string | null;
  most?: number;
  confirmedBy?: Date;
  /** An announcement that has not reached them. */
  notTold?: string;
  ids?: readonly string[];
}): Promise<StoredSubscriber[]> {
  const { after = null, most, confirmedBy, notTold, ids } = which;
  const rows = await prisma().subscriber.findMany({
    where: {
      state: "confirmed",
      ...(ids === undefined ? {} : { id: { in: [...ids] } }),
      ...(after === null ? {} : { id: { gt: after } }),
      ...(confirmedBy === undefined ? {} : { confirmedAt: { lte: confirmedBy } }),
      ...(notTold === undefined ? {} : { deliveries: { none: { announcementId: notTold } } }),
    },
    orderBy: { id: "asc" },
    ...(most === undefined ? {} : { take: most }),
  });
  return rows.flatMap((row) => toStored(row) ?? []);
}

/** What can be followed: the catalogue's vendors and models. */
export async function findFollowOptions(): Promise<FollowOptions> {
  const models = await prisma().model.findMany({
    select: { id: true, vendor: true },
    orderBy: { id: "asc" },
  });
  const vendors = [...new Set(models.flatMap(({ vendor }) => (vendor === "" ? [] : [vendor])))].sort();
  return { vendors, models };
}

function columnsOf({ wishes: wanted, asked, ...rest }: Written) {
  return {
    ...rest,
    ...(wanted === undefined
      ? {}
      : {
          followsAll: wanted.all,
          vendors: wanted.vendors,
          models: wanted.models,
          digest: wanted.digest,
          locale: wanted.locale,
        }),
    ...(asked === undefined ? {} : { wishes: asked === null ? jsonNull : asked }),
  };
}

function filterOf({
  q,
  state,
  locale,
  digest,
  vendor,
  model,
}: SubscriberFilter): Prisma.SubscriberWhereInput {
  const contains = { contains: q ?? "", mode: "insensitive" } as const;
  return {
    AND: [
      q === undefined || q === "" ? {} : { OR: [{ email: contains }, { name: contains }] },
      state === undefined ? {} : { state },
      locale === undefined ? {} : { locale },
      digest === undefined ? {} : { digest },
      vendor === undefined ? {} : { OR: [{ followsAll: true }, { vendors: { has: vendor } }] },
      model === undefined ? {} : { OR: [{ followsAll: true }, { models: { has: model } }] },
    ],
  };
}

function toStored(row: Row | null): StoredSubscriber | undefined {
  if (row === null) return undefined;
  const asked = wishes.extend({ name: wishes.shape.vendors.element.default("") }).safeParse(row.wishes);
  return { ...shown(row), linkKey: row.linkKey, asked: asked.success ? asked.data : null };
}

function shown(row: Row): Subscriber {
  const { id, email, name, userId, vendors, models, digest, consent, reason } = row;
  return {
    id,
    email,
    name,
    userId,
    state: subscriberStates.find((state) => state === row.state) ?? "suppressed",
    all: row.followsAll,
    vendors,
    models,
    digest,
    locale: row.locale === "zh" ? "zh" : "en",
    consent,
    reason,
    askedAt: row.askedAt.toISOString(),
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
