import type { Actor } from "#lib/api/operation";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { readEvidence, readSignals, storedEvidence } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { grow, isSettled, type Known } from "./growth.ts";
import type { IncidentCause } from "./states.ts";
import {
  countEvents,
  findLastClosed,
  insertEvent,
  insertIncident,
  lockIncidentsOf,
  lockOpenIncident,
  updateIncident,
} from "./store.ts";

/** Who acts where nobody does. */
export const tollgate: Actor = {
  type: "system",
  id: "incidents",
  name: "Tollgate",
  role: "owner",
  ip: null,
};

/** The timeline tells of growth, not of every minute of it. */
const MOST_GROWN = 40;

export type Raised = { incidentId: string; outcome: "opened" | "grown" | "settled" };

/**
 * Makes an incident of a finding: opens one for the key and cause, or adds to the one that stands open. Says `settled`,
 * and opens nothing, where somebody has closed an incident that said the same.
 */
export async function raiseFinding(
  finding: Finding,
  { cause = "pattern", source = "" }: { cause?: IncidentCause; source?: string } = {},
): Promise<Raised> {
  return inTransaction(async (tx) => {
    await lockIncidentsOf(tx, finding.keyId);
    const open = await lockOpenIncident(tx, finding.keyId, cause);
    if (open !== undefined) {
      await addTo(tx, open, finding);
      return { incidentId: open.id, outcome: "grown" };
    }
    const closed = await findLastClosed(tx, finding.keyId, cause);
    if (
      closed?.closedAt &&
      cause === "pattern" &&
      isSettled({ ...closed, closedAt: closed.closedAt }, finding)
    ) {
      return { incidentId: closed.id, outcome: "settled" };
    }
    return { incidentId: await openWith(tx, finding, cause, source), outcome: "opened" };
  });
}

async function openWith(
  tx: Transaction,
  finding: Finding,
  cause: IncidentCause,
  source: string,
): Promise<string> {
  const row = await insertIncident(tx, {
    ...columnsOf(grow(nothingOf(finding), finding)),
    keyId: finding.keyId,
    accountId: finding.accountId,
    cause,
    source,
    openedAt: finding.at,
  });
  const { score, networks } = row;
  await insertEvent(tx, row.id, { kind: "opened", actor: tollgate, detail: { score, networks } });
  return row.id;
}

type OpenRow = NonNullable<Awaited<ReturnType<typeof lockOpenIncident>>>;

async function addTo(tx: Transaction, open: OpenRow, finding: Finding): Promise<void> {
  const grown = grow(knownOf(open), finding);
  // What stopped one network did not stop the next.
  const isOpenAgain = open.state === "acted" && grown.fresh.length > 0 && grown.isCostlier;
  await updateIncident(tx, open.id, { ...columnsOf(grown), ...(isOpenAgain ? { state: "open" } : {}) });
  const detail = { score: grown.score, networks: grown.fresh, signals: grown.freshKinds };
  if (isOpenAgain)
    return void (await insertEvent(tx, open.id, { kind: "reopened", actor: tollgate, detail }));
  if (grown.fresh.length === 0 && grown.freshKinds.length === 0) return;
  if ((await countEvents(tx, open.id, "grown")) >= MOST_GROWN) return;
  await insertEvent(tx, open.id, { kind: "grown", actor: tollgate, detail });
}

function knownOf(row: OpenRow): Known {
  return {
    score: row.score,
    signals: readSignals(row.signals),
    networks: row.networks,
    evidence: readEvidence(row.evidence),
    requests: row.requests,
    nanoUsd: row.spentNanoUsd,
    since: row.since,
    lastSeen: row.lastSeenAt,
  };
}

function nothingOf({ since, at }: Finding): Known {
  return { score: 0, signals: [], networks: [], evidence: [], requests: 0, nanoUsd: 0n, since, lastSeen: at };
}

function columnsOf(known: Known) {
  return {
    score: known.score,
    signals: [...known.signals],
    networks: [...known.networks],
    evidence: storedEvidence(known.evidence),
    requests: known.requests,
    spentNanoUsd: known.nanoUsd,
    since: known.since,
    lastSeenAt: known.lastSeen,
  };
}
