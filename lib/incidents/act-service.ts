import type { Actor } from "#lib/api/operation";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import type { ApiKey } from "#lib/db/generated/client";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { normaliseCidrs } from "#lib/keys/cidr";
import { rotateRow } from "#lib/keys/rotation-service";
import { findKeyRow, lockKey } from "#lib/keys/store";
import { applied } from "#lib/runtime/applied";
import { type Plan, planBlock, planCap, planClose, planLimit, planSuspend, planTrust } from "./actions.ts";
import { actsAs, apply, changeKey, type Doing } from "./apply-service.ts";
import { readEvidence } from "./evidence.ts";
import { familiarNetworks } from "./familiar-service.ts";
import { findNamedIncident } from "./list-store.ts";
import { policyOf } from "./policy-store.ts";
import { ensureNoneIsOpen } from "./single-service.ts";
import { isClosed } from "./states.ts";
import {
  deleteTrusted,
  insertEvent,
  listTrusted,
  listUndoable,
  lockIncident,
  lockIncidentsOf,
  markUndone,
  updateIncident,
} from "./store.ts";
import { readUndo, undoOf } from "./undo.ts";
import { findUsualDay } from "./usual-store.ts";

/** What is asked for; `cutStreams` left out: as the policy says. */
export type Action =
  | { kind: "suspend-key"; reason?: string | undefined; cutStreams?: boolean | undefined }
  | { kind: "rotate-key"; overlapSeconds: number; cutStreams?: boolean | undefined }
  | { kind: "block-ip"; networks?: readonly string[] | undefined; cutStreams?: boolean | undefined }
  | { kind: "trust-ip"; networks?: readonly string[] | undefined; reason?: string | undefined }
  | { kind: "limit-networks"; networks?: readonly string[] | undefined; cutStreams?: boolean | undefined }
  | { kind: "cap-spend"; times?: number | undefined }
  | { kind: "dismiss" | "resolve"; reason?: string | undefined; teach?: boolean | undefined }
  | { kind: "undo"; eventId?: string | undefined };

type Done = { secret?: string; validUntil?: string };
type Asker = { actor: Actor; isByLink?: boolean };
/** Does something else in the same transaction, before the action: a link is used up with what it does. */
type Before = (tx: Transaction, now: Date) => Promise<void>;

/**
 * Does something in an incident: in force on this node when it returns, on every other within a second. Throws 404, 422,
 * 409 `incident_closed`, `key_deleted`, `nothing_to_undo`, `changed_since`, `incident_open`.
 */
export async function act(asker: Asker, id: string, action: Action, before?: Before): Promise<Done> {
  const known = await findNamedIncident(id);
  if (known === undefined) throw notFound("incident");
  const prepared = await prepare(known, action);
  const { done, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const now = new Date();
    await before?.(tx, now);
    // What is taken back may stand open again, beside which there is no other.
    if (action.kind === "undo") await lockIncidentsOf(tx, known.keyId);
    const incident = await lockIncident(tx, id);
    if (incident === undefined) throw notFound("incident");
    const key = (await lockKey(tx, incident.keyId)) ?? (await deletedKey(tx, incident.keyId, action));
    if (isClosed(incident.state) && action.kind !== "undo") throw closed(incident.state);
    const doing: Doing = { tx, ...asker, incident, key, revision, now };
    return { done: await perform(doing, action, prepared), revision };
  });
  await applied(revision);
  return done;
}

/** A key that is gone can only have its incident closed. */
async function deletedKey(tx: Transaction, keyId: string, { kind }: Action): Promise<ApiKey> {
  const key = kind === "dismiss" || kind === "resolve" ? await findKeyRow(tx, keyId) : undefined;
  if (key === undefined) throw keyDeleted();
  return key;
}

type Prepared = { networks: string[]; usualDayNanoUsd: bigint };

/** What has to be read before, so that no transaction waits for it. */
async function prepare(
  { keyId, since, networks }: { keyId: string; since: Date; networks: string[] },
  action: Action,
): Promise<Prepared> {
  const usualDayNanoUsd =
    action.kind === "cap-spend" ? ((await findUsualDay(keyId, since))?.nanoUsd ?? 0n) : 0n;
  if (action.kind === "limit-networks" && action.networks === undefined) {
    const trusted = await listTrusted([keyId]);
    const familiar = await familiarNetworks(
      keyId,
      trusted.map(({ cidr }) => cidr),
      networks,
    );
    if (familiar.length === 0) throw noFamiliar();
    return { networks: familiar, usualDayNanoUsd };
  }
  if (action.kind !== "block-ip" && action.kind !== "trust-ip" && action.kind !== "limit-networks") {
    return { networks, usualDayNanoUsd };
  }
  const asked =
    action.networks === undefined ? { cidrs: networks, wrong: [] } : normaliseCidrs(action.networks);
  if (asked.wrong.length > 0) {
    throw invalidFields({ ip: "an address or a network such as 203.0.113.0/24 is expected" });
  }
  if (asked.cidrs.length === 0) throw invalidFields({ ip: "the incident names no network: say which" });
  return { networks: asked.cidrs, usualDayNanoUsd };
}

async function perform(doing: Doing, action: Action, prepared: Prepared): Promise<Done> {
  if (action.kind === "undo") return undo(doing, action.eventId);
  if (action.kind === "rotate-key") return rotate(doing, action);
  const plan = await planOf(doing, action, prepared);
  const isFence =
    action.kind === "suspend-key" || action.kind === "block-ip" || action.kind === "limit-networks";
  await apply(doing, action.kind, plan, { cut: isFence && (await cuts(doing, action.cutStreams)) });
  return {};
}

async function planOf(
  { tx, key, incident }: Doing,
  action: Exclude<Action, { kind: "undo" | "rotate-key" }>,
  { networks, usualDayNanoUsd }: Prepared,
): Promise<Plan> {
  const trusted = (await listTrusted([key.id], tx)).map(({ cidr }) => cidr);
  const ips = readEvidence(incident.evidence).map(({ ip }) => ip);
  const suspected = { networks: incident.networks, ips, state: incident.state };
  switch (action.kind) {
    case "suspend-key":
      return planSuspend(key, action.reason ?? "");
    case "block-ip": {
      const plan = planBlock(key, networks);
      if (plan === "full") throw invalidFields({ ip: "the key is refused from 100 networks already" });
      return plan;
    }
    case "trust-ip":
      return planTrust(key, { networks, trusted, reason: action.reason ?? "" }, suspected);
    case "limit-networks":
      return planLimit(key, networks);
    case "cap-spend": {
      const times =
        action.times ?? (await policyOf({ keyId: key.id, accountId: key.accountId }, tx)).capTimes;
      return planCap(key, { usualDayNanoUsd, times });
    }
    default: {
      const teaches = action.kind === "dismiss" && action.teach !== false && incident.cause === "pattern";
      const taught = { networks: teaches ? incident.networks : [], trusted, reason: action.reason ?? "" };
      return planClose(action.kind === "dismiss" ? "dismissed" : "resolved", taught, suspected);
    }
  }
}

/** The new secret is in this answer and nowhere else. */
async function rotate(doing: Doing, action: Extract<Action, { kind: "rotate-key" }>): Promise<Done> {
  const { tx, actor, key, revision, now } = doing;
  const { overlapSeconds } = action;
  const rotated = await rotateRow({ tx, actor, revision, now }, key, overlapSeconds);
  const cut = overlapSeconds === 0 && (await cuts(doing, action.cutStreams));
  if (cut) await changeKey(doing, {}, true);
  const detail = { overlapSeconds };
  await apply(doing, "rotate-key", { key: {}, trust: [], state: "acted", undo: undefined, detail });
  return {
    ...(rotated.secret === undefined ? {} : { secret: rotated.secret }),
    ...(rotated.validUntil === undefined ? {} : { validUntil: rotated.validUntil }),
  };
}

/** Takes back what was done last, or one thing; what somebody has changed since is left alone. */
async function undo(doing: Doing, eventId: string | undefined): Promise<Done> {
  const { tx, incident, key, actor, now } = doing;
  const undoable = await listUndoable(tx, incident.id);
  const event = undoable.find(({ id }) => eventId === undefined || id === eventId);
  const undone = readUndo(event?.undo);
  if (event === undefined || undone === undefined) throw nothingToUndo();
  const changes = undoOf(undone, key);
  if (changes === "changed") throw changedSince();
  if (!(await markUndone(tx, event.id, now))) throw nothingToUndo();
  await changeKey(doing, changes, false);
  await deleteTrusted(tx, key.id, undone.trusted ?? []);
  const left = undoable.filter(
    ({ id, undo: one }) => id !== event.id && readUndo(one)?.trusted === undefined,
  );
  const state = undone.state ?? (isClosed(incident.state) || left.length > 0 ? incident.state : "open");
  if (isClosed(incident.state) && !isClosed(state)) await ensureNoneIsOpen(tx, incident);
  await updateIncident(tx, incident.id, { state, closedAt: isClosed(state) ? incident.closedAt : null });
  await insertEvent(tx, incident.id, {
    kind: "undo",
    actor: { type: actsAs(doing), name: actor.name },
    detail: { of: event.kind, eventId: event.id },
  });
  return {};
}

async function cuts({ tx, key }: Doing, asked: boolean | undefined): Promise<boolean> {
  return asked ?? (await policyOf({ keyId: key.id, accountId: key.accountId }, tx)).cutStreams;
}

function closed(state: string): AppError {
  const message = `The incident is ${state}. Open it again before anything else is done.`;
  return new AppError({ code: "incident_closed", status: 409, message });
}

function keyDeleted(): AppError {
  const message = "The key was deleted: there is nothing left to do to it.";
  return new AppError({ code: "key_deleted", status: 409, message });
}

function nothingToUndo(): AppError {
  const message = "There is nothing here that can be taken back, or somebody has done so already.";
  return new AppError({ code: "nothing_to_undo", status: 409, message });
}

function changedSince(): AppError {
  const message = "Somebody has changed the key since: change it by hand.";
  return new AppError({ code: "changed_since", status: 409, message });
}

function noFamiliar(): AppError {
  const message = "No familiar network of this key is known yet: name the networks.";
  return new AppError({ code: "no_familiar_networks", status: 422, message });
}
