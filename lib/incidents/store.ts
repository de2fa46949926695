import { isUuid } from "#lib/core/shapes";
import { prisma } from "#lib/db/client";
import type { Incident as IncidentRow, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { type EventActor, type EventKind, type IncidentCause, isClosed } from "./states.ts";

export type EventOrder = {
  kind: EventKind;
  actor: { type: EventActor; name: string };
  detail?: Prisma.InputJsonObject;
  undo?: Prisma.InputJsonObject;
};

/** One finding at a time for a key, whoever brings it: of two, the second grows what the first has opened. */
export async function lockIncidentsOf(tx: Transaction, keyId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('incidents ' || ${keyId}, 0))`;
}

/** The incident of a key and cause that is not closed, locked until the transaction ends. */
export async function lockOpenIncident(
  tx: Transaction,
  keyId: string,
  cause: IncidentCause,
): Promise<IncidentRow | undefined> {
  const found = await tx.incident.findFirst({
    where: { keyId, cause, state: { in: ["open", "acted"] } },
    select: { id: true },
  });
  const locked = found === null ? undefined : await lockIncident(tx, found.id);
  // Somebody may have closed it while we waited for it.
  return locked === undefined || isClosed(locked.state) ? undefined : locked;
}

/** The incident, locked until the transaction ends. */
export async function lockIncident(tx: Transaction, id: string): Promise<IncidentRow | undefined> {
  if (!isUuid(id)) return undefined;
  await tx.$queryRaw`SELECT 1 FROM incident WHERE id = ${id}::uuid FOR UPDATE`;
  return (await tx.incident.findUnique({ where: { id } })) ?? undefined;
}

/** The incident of a key and cause that was closed last. */
export async function findLastClosed(
  tx: Transaction,
  keyId: string,
  cause: IncidentCause,
): Promise<IncidentRow | undefined> {
  const found = await tx.incident.findFirst({
    where: { keyId, cause, closedAt: { not: null } },
    orderBy: { closedAt: "desc" },
  });
  return found ?? undefined;
}

/** Call it under lockIncidentsOf, once lockOpenIncident found none: no constraint keeps a second one out. */
export async function insertIncident(
  tx: Transaction,
  data: Prisma.IncidentUncheckedCreateInput,
): Promise<IncidentRow> {
  return tx.incident.create({ data });
}

/** Writes what is given and answers the row after it; the caller has locked it. Throws where there is none. */
export async function updateIncident(
  tx: Transaction,
  id: string,
  data: Prisma.IncidentUncheckedUpdateInput,
): Promise<IncidentRow> {
  return tx.incident.update({ where: { id }, data });
}

/** Adds to the timeline. Answers the event's id. */
export async function insertEvent(
  tx: Transaction,
  incidentId: string,
  { kind, actor, detail, undo }: EventOrder,
): Promise<string> {
  const event = await tx.incidentEvent.create({
    data: {
      incidentId,
      kind,
      actorType: actor.type,
      actorName: actor.name,
      ...(detail === undefined ? {} : { detail }),
      ...(undo === undefined ? {} : { undo }),
    },
  });
  return event.id;
}

/** How often this was done or happened, by anybody; what was taken back counts. */
export async function countEvents(tx: Transaction, incidentId: string, kind: EventKind): Promise<number> {
  return tx.incidentEvent.count({ where: { incidentId, kind } });
}

/** Events of an incident that can be taken back and were not, the newest first. */
export async function listUndoable(tx: Transaction, incidentId: string) {
  const rows = await tx.incidentEvent.findMany({
    where: { incidentId, undoneAt: null },
    orderBy: { id: "desc" },
  });
  return rows.filter(({ undo }) => undo !== null);
}

/** Marks an event as taken back; false: somebody has already. */
export async function markUndone(tx: Transaction, id: string, at: Date): Promise<boolean> {
  const marked = await tx.incidentEvent.updateMany({
    where: { id, undoneAt: null },
    data: { undoneAt: at },
  });
  return marked.count === 1;
}

/** Networks of keys that someone vouched for, as CIDRs. */
export async function listTrusted(
  keyIds: readonly string[],
  on: Pick<Transaction, "trustedNetwork"> = prisma(),
): Promise<{ keyId: string; cidr: string }[]> {
  return on.trustedNetwork.findMany({
    where: { keyId: { in: [...keyIds] } },
    select: { keyId: true, cidr: true },
    orderBy: [{ createdAt: "asc" }, { cidr: "asc" }],
  });
}

/** Networks that are trusted already stay as they are. */
export async function insertTrusted(
  tx: Transaction,
  data: Prisma.TrustedNetworkCreateManyInput[],
): Promise<void> {
  if (data.length > 0) await tx.trustedNetwork.createMany({ data, skipDuplicates: true });
}

/** Takes back that somebody vouched; networks that nobody vouched for are passed over. */
export async function deleteTrusted(tx: Transaction, keyId: string, cidrs: readonly string[]): Promise<void> {
  if (cidrs.length > 0) await tx.trustedNetwork.deleteMany({ where: { keyId, cidr: { in: [...cidrs] } } });
}
