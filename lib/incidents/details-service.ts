import { notFound } from "#lib/core/errors";
import { formatUsd } from "#lib/core/money";
import { findKeyFences } from "#lib/keys/store";
import { isIn } from "#lib/runtime/peer";
import { readEvidence } from "./evidence.ts";
import { familiarNetworks } from "./familiar-service.ts";
import { findEvents, findNamedIncident, toIncident } from "./list-store.ts";
import type { IncidentDetails, IncidentEvent } from "./schema.ts";
import { eventActorOf, eventKindOf } from "./states.ts";
import { listTrusted } from "./store.ts";
import { findUsualDay } from "./usual-store.ts";

type EventRow = Awaited<ReturnType<typeof findEvents>>[number];

/** One incident with all that is known. Customers (`isOwn`) are not told which of the operators did something. Throws 404. */
export async function getIncident(id: string, { isOwn = false } = {}): Promise<IncidentDetails> {
  const row = await findNamedIncident(id);
  if (row === undefined) throw notFound("incident");
  const [events, fences, trusted, usual] = await Promise.all([
    findEvents(id),
    findKeyFences(row.keyId),
    listTrusted([row.keyId]),
    findUsualDay(row.keyId, row.since),
  ]);
  const trustedCidrs = trusted.map(({ cidr }) => cidr);
  return {
    ...toIncident(row),
    events: events.map((event) => toEvent(event, isOwn)),
    addresses: readEvidence(row.evidence).map(({ nanoUsd, firstSeen, lastSeen, ...one }) => ({
      ...one,
      spent: formatUsd(nanoUsd),
      firstSeen: firstSeen.toISOString(),
      lastSeen: lastSeen.toISOString(),
      isTrusted: isIn(one.ip, trustedCidrs),
      isBlocked: isIn(one.ip, fences.deniedCidrs),
    })),
    familiar: await familiarNetworks(row.keyId, trustedCidrs, row.networks),
    usualDay: usual === undefined ? null : { spent: formatUsd(usual.nanoUsd), requests: usual.requests },
    allowedCidrs: fences.allowedCidrs,
    deniedCidrs: fences.deniedCidrs,
    trustedCidrs,
  };
}

/** Whose incident it is. Throws 404. */
export async function accountOfIncident(id: string): Promise<string> {
  const row = await findNamedIncident(id);
  if (row === undefined) throw notFound("incident");
  return row.accountId;
}

function toEvent(row: EventRow, isOwn: boolean): IncidentEvent {
  const actorType = eventActorOf(row.actorType);
  const isHidden = isOwn && (actorType === "user" || actorType === "token");
  return {
    id: row.id,
    at: row.at.toISOString(),
    kind: eventKindOf(row.kind),
    actorType,
    actorName: isHidden ? "" : row.actorName,
    detail: detailOf(row.detail),
    canUndo: row.undo !== null && row.undoneAt === null,
    isUndone: row.undoneAt !== null,
  };
}

function detailOf(json: unknown): Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : {};
}
