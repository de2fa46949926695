import { namesOfAccounts } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { formatUsd } from "#lib/core/money";
import type { Incident as IncidentRow } from "#lib/db/generated/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { findKeyRow, lockKey } from "#lib/keys/store";
import { loadLayout } from "#lib/mail/compose";
import { applied } from "#lib/runtime/applied";
import type { IncidentPolicy } from "#lib/settings/schema";
import { planCap, planSuspend } from "./actions.ts";
import { apply } from "./apply-service.ts";
import { readEvidence, readSignals, storedEvidence } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import { grow, isSameLeak, isSettled, type Known } from "./growth.ts";
import { policyOf } from "./policy-store.ts";
import type { IncidentCause } from "./states.ts";
import {
  countEvents,
  findLastClosed,
  insertEvent,
  insertIncident,
  lockIncident,
  lockIncidentsOf,
  lockOpenIncident,
  updateIncident,
} from "./store.ts";
import { tellOf } from "./tell-service.ts";
import { findUsualDay } from "./usual-store.ts";

/** Who acts where nobody does. */
const tollgate: Actor = { type: "system", id: "incidents", name: "Tollgate", role: "owner", ip: null };
/** The timeline tells of growth, not of every minute of it. */
const MOST_GROWN = 40;

export type Raised = { incidentId: string; outcome: "opened" | "grown" | "settled" };
type Options = {
  cause?: IncidentCause;
  /** Of a leak: where the secret was found. */
  source?: string;
  /** What is done by itself in place of the policy. */
  policy?: IncidentPolicy;
};
type Acting = { policy: IncidentPolicy; usualDayNanoUsd: bigint };
type Found = Raised & { isNews: boolean };

/**
 * Makes an incident of a finding: opens one for the key and cause, or adds to the one that stands open; then does what the
 * policy says, and writes to the owner of what is new. Says `settled`, and does nothing, where somebody has closed an
 * incident that said the same. What the policy did is in force on this node when it returns.
 */
export async function raiseFinding(finding: Finding, options: Options = {}): Promise<Raised> {
  const acting = await actingOn(finding, options.policy);
  const accountName = (await namesOfAccounts([finding.accountId])).get(finding.accountId) ?? "";
  await loadLayout();
  const { raised, revision } = await inTransaction(async (tx) => {
    const revision = acting === undefined ? undefined : await bumpRevision(tx);
    await lockIncidentsOf(tx, finding.keyId);
    const found = await openOrGrow(tx, finding, options);
    if (found.outcome !== "settled") {
      await respond(tx, found, { finding, accountName, acting, revision: revision ?? 0n });
    }
    const { incidentId, outcome } = found;
    return { raised: { incidentId, outcome }, revision };
  });
  if (revision !== undefined) await applied(revision);
  return raised;
}

/** What the policy does about a finding of this score; undefined: it only tells. */
async function actingOn(finding: Finding, given: IncidentPolicy | undefined): Promise<Acting | undefined> {
  const policy = given ?? (await policyOf(finding));
  if (policy.mode === "tell" || finding.score < policy.atScore) return undefined;
  const usual = policy.mode === "cap" ? await findUsualDay(finding.keyId, finding.since) : undefined;
  return { policy, usualDayNanoUsd: usual?.nanoUsd ?? 0n };
}

async function openOrGrow(tx: Transaction, finding: Finding, options: Options): Promise<Found> {
  const { cause = "pattern" } = options;
  const open = await lockOpenIncident(tx, finding.keyId, cause);
  if (open !== undefined) {
    return { incidentId: open.id, outcome: "grown", isNews: await addTo(tx, open, finding) };
  }
  const closed = await findLastClosed(tx, finding.keyId, cause);
  const isOld =
    cause === "leak"
      ? closed !== undefined && isSameLeak(readSignals(closed.signals), finding.signals)
      : closed?.closedAt && isSettled({ ...closed, closedAt: closed.closedAt }, finding);
  if (closed !== undefined && isOld) {
    return { incidentId: closed.id, outcome: "settled", isNews: false };
  }
  return { incidentId: await openWith(tx, finding, options), outcome: "opened", isNews: true };
}

type Response = { finding: Finding; accountName: string; acting: Acting | undefined; revision: bigint };

/** The policy, once in an incident; then the mails, of what is new or was done. */
async function respond(
  tx: Transaction,
  { incidentId, isNews }: Found,
  { finding, accountName, acting, revision }: Response,
): Promise<void> {
  const incident = await lockIncident(tx, incidentId);
  const key = acting === undefined ? await findKeyRow(tx, finding.keyId) : await lockKey(tx, finding.keyId);
  if (incident === undefined || key === undefined) return;
  const doing = { tx, actor: tollgate, incident, key, revision, now: new Date() };
  const what = acting === undefined ? nothing : await obey(doing, acting);
  if (!isNews && what.done === null) return;
  const mails = await tellOf(tx, { incident, key, accountName, now: doing.now }, what);
  if (mails === 0) return;
  await insertEvent(tx, incidentId, { kind: "told", actor: tollgate, detail: { mails } });
}

type What = Parameters<typeof tellOf>[2];
const nothing: What = { done: null, cap: null };

/** What somebody has taken back is not done again. */
async function obey(doing: Parameters<typeof apply>[0], { policy, usualDayNanoUsd }: Acting): Promise<What> {
  const { tx, incident, key } = doing;
  const kind = policy.mode === "suspend" ? "suspend-key" : "cap-spend";
  if (key.status !== "active" || (await countEvents(tx, incident.id, kind)) > 0) return nothing;
  if (kind === "suspend-key") {
    await apply(doing, kind, planSuspend(key, ""), { cut: policy.cutStreams });
    return { done: "suspended", cap: null };
  }
  const plan = planCap(key, { usualDayNanoUsd, times: policy.capTimes });
  const amount = formatUsd(plan.capNanoUsd);
  await apply(doing, kind, { ...plan, detail: { ...plan.detail, amount } });
  return { done: "capped", cap: plan.capNanoUsd };
}

async function openWith(
  tx: Transaction,
  finding: Finding,
  { cause = "pattern", source = "" }: Options,
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

/** Adds a finding to an open incident. True: what had been done did not stop it, so that it stands open again. */
async function addTo(tx: Transaction, open: IncidentRow, finding: Finding): Promise<boolean> {
  const grown = grow(knownOf(open), finding);
  // What stopped one network did not stop the next.
  const isOpenAgain = open.state === "acted" && grown.fresh.length > 0 && grown.isCostlier;
  await updateIncident(tx, open.id, { ...columnsOf(grown), ...(isOpenAgain ? { state: "open" } : {}) });
  if (!isOpenAgain && grown.fresh.length === 0 && grown.freshKinds.length === 0) return false;
  const kind = isOpenAgain ? "reopened" : "grown";
  if ((await countEvents(tx, open.id, kind)) >= MOST_GROWN) return isOpenAgain;
  const detail = { score: grown.score, networks: grown.fresh, signals: grown.freshKinds };
  await insertEvent(tx, open.id, { kind, actor: tollgate, detail });
  return isOpenAgain;
}

function knownOf(row: IncidentRow): Known {
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
