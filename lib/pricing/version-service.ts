import { isDeepStrictEqual } from "node:util";
import { queueSoon } from "#lib/announcements/mails-service";
import { noteOwnPrices } from "#lib/announcements/own-prices-service";
import { announceVersion } from "#lib/announcements/version-service";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction, type Transaction } from "#lib/db/transaction";
import { applied } from "#lib/runtime/applied";
import { toChangeAnswer } from "./change-view.ts";
import { requireReasons, resolveEntries } from "./entries-service.ts";
import {
  changesBetween,
  entriesOf,
  type PriceChange,
  type PriceState,
  samePrices,
  stateAt,
  stateBefore,
  stateUnder,
  withEntries,
} from "./state.ts";
import { findPriceVersion, findVersionEntries, loadPublishedVersions, type ReasonedEntry } from "./store.ts";
import type { PriceChangeAnswer, PriceEntryInput, PriceVersionDetail } from "./version-schema.ts";
import {
  databaseNowMs,
  deleteDraft,
  insertDraft,
  loadAccountNames,
  loadPricedModels,
  lockDraft,
  sealDraft,
  setSyncPolicy,
  updateDraft,
} from "./version-store.ts";

/** Every node has heard of a version before it takes effect: they ask each 0.7 s. */
const LEAD_MS = 2_000;
/** The lead, and how far this node's clock may be off the database's. */
const STANDING_MS = LEAD_MS + 1_000;

/** Throws 404. */
export async function getPriceVersion(id: string): Promise<PriceVersionDetail> {
  const version = await findPriceVersion(id);
  if (version === undefined) throw notFound("price version");
  return version;
}

/** A draft; nothing costs anything else until it is published. Throws 422, `reason_required` among them. */
export async function createPriceVersion(
  actor: Actor,
  body: { entries: readonly PriceEntryInput[]; note?: string | undefined },
): Promise<PriceVersionDetail> {
  const state = await standing();
  const entries = await resolveEntries(body.entries, state);
  await requireReasons(entries, state);
  return getPriceVersion(await draft(actor, entries, body.note ?? ""));
}

/** Throws 404, 422, and 409 `already_published`. */
export async function updatePriceVersion(
  actor: Actor,
  id: string,
  body: { entries?: readonly PriceEntryInput[] | undefined; note?: string | undefined },
): Promise<PriceVersionDetail> {
  await requireDraft(id);
  const state = await standing();
  const entries = body.entries && (await resolveEntries(body.entries, state));
  if (entries !== undefined) await requireReasons(entries, state);
  await inTransaction(async (tx) => {
    if (!(await updateDraft(tx, id, { note: body.note, entries }))) throw alreadyPublished();
    const after = { note: body.note, entries: entries?.length };
    await audit(tx, actor, {
      action: "price-version.update",
      targetType: "price-version",
      targetId: id,
      after,
    });
  });
  return getPriceVersion(id);
}

/** Throws 404 and 409 `already_published`. */
export async function discardPriceVersion(actor: Actor, id: string): Promise<void> {
  const { number, note } = await requireDraft(id);
  await inTransaction(async (tx) => {
    if (!(await deleteDraft(tx, id))) throw alreadyPublished();
    const before = { number, note };
    await audit(tx, actor, {
      action: "price-version.discard",
      targetType: "price-version",
      targetId: id,
      before,
    });
  });
}

/**
 * Puts a draft in force at max(asked, now + 2 s) by the database's clock: the same instant on every node, which all
 * know of it by then. Throws 404, 422, 409 `already_published`, and 409 `stale` if it was changed while it was looked at.
 */
export async function publishPriceVersion(
  actor: Actor,
  id: string,
  effectiveAt?: string,
): Promise<PriceVersionDetail> {
  await requireDraft(id);
  const entries = (await findVersionEntries(id)) ?? [];
  await publish(actor, entries, effectiveAt, async (tx) => {
    // What is put in force, announced and checked for reasons is one and the same.
    const locked = await lockDraft(tx, id);
    if (locked === undefined) throw alreadyPublished();
    if (!isDeepStrictEqual(locked, entries)) throw changedMeanwhile();
    return id;
  });
  return getPriceVersion(id);
}

/** A change made and published at once: of a group's, an account's or a model's own page. */
export async function changePrices(
  actor: Actor,
  inputs: readonly PriceEntryInput[],
  note: string,
): Promise<string> {
  const entries = await resolveEntries(inputs, await standing());
  return publish(actor, entries, undefined, (tx) =>
    insertDraft(tx, { note, createdBy: actor.name, entries }),
  );
}

/** The same for what belongs to something else that is written in the same transaction, first. */
export async function changePricesWith(
  actor: Actor,
  entries: readonly ReasonedEntry[],
  note: string,
  first: (tx: Transaction) => Promise<void>,
): Promise<string> {
  return publish(actor, entries, undefined, async (tx) => {
    await first(tx);
    return insertDraft(tx, { note, createdBy: actor.name, entries });
  });
}

/** A draft that brings every price back to what it was under a published version. Throws 404 and 422. */
export async function rollBackTo(actor: Actor, id: string, reason: string): Promise<PriceVersionDetail> {
  const version = await getPriceVersion(id);
  if (version.state === "draft") throw invalidFields({ id: "a draft was never in force" });
  const versions = await loadPublishedVersions();
  const changes = changesBetween(await standing(), stateUnder(versions, id));
  const entries = entriesOf(changes).map((entry) => ({ ...entry, reason }));
  if (entries.length === 0) throw invalidFields({ id: "every price is what it was under this version" });
  return getPriceVersion(await draft(actor, entries, `Back to version ${version.number}: ${reason}`));
}

/**
 * What differs between two versions. Without `against`: of a draft what is in force now, of a published version what
 * stood right before it. Throws 404.
 */
export async function diffPriceVersions(id: string, against?: string): Promise<PriceChangeAnswer[]> {
  const [after, entries] = await Promise.all([stateOf(id), findVersionEntries(id)]);
  const before = against === undefined ? await standingBefore(id) : await stateOf(against);
  return describe(changesBetween(before, after), entries ?? []);
}

/** Every price under a version: of a draft as if it were in force now. Throws 404. */
export async function stateOf(id: string): Promise<PriceState> {
  const version = await getPriceVersion(id);
  if (version.state !== "draft") return stateUnder(await loadPublishedVersions(), id);
  return withEntries(await standing(), (await findVersionEntries(id)) ?? []);
}

async function standingBefore(id: string): Promise<PriceState> {
  const { state } = await getPriceVersion(id);
  return state === "draft" ? standing() : stateBefore(await loadPublishedVersions(), id);
}

/** The prices that a version meets which is published now: what took its last step within the lead counts already. */
export async function standing(askedMs = 0): Promise<PriceState> {
  return stateAt(await loadPublishedVersions(), Math.max(askedMs, Date.now() + STANDING_MS));
}

/** Changes as they are shown, with the reasons that entries give. */
export async function describe(
  changes: readonly PriceChange[],
  entries: readonly ReasonedEntry[],
): Promise<PriceChangeAnswer[]> {
  const reasons = new Map(entries.map((entry) => [keyOf(entry), entry.reason]));
  const context = {
    models: await loadPricedModels(changes.flatMap((one) => ("modelId" in one ? [one.modelId] : []))),
    accountNames: await loadAccountNames(
      changes.flatMap((one) => ("accountId" in one ? [one.accountId] : [])),
    ),
    reasonOf: (change: PriceChange) => reasons.get(keyOf(change)) ?? null,
  };
  return changes.map((change) => toChangeAnswer(change, context));
}

async function draft(actor: Actor, entries: readonly ReasonedEntry[], note: string): Promise<string> {
  return inTransaction(async (tx) => {
    const id = await insertDraft(tx, { note, createdBy: actor.name, entries });
    const after = { note, entries: entries.length };
    await audit(tx, actor, {
      action: "price-version.create",
      targetType: "price-version",
      targetId: id,
      after,
    });
    return id;
  });
}

async function publish(
  actor: Actor,
  entries: readonly ReasonedEntry[],
  asked: string | undefined,
  draftOf: (tx: Transaction) => Promise<string>,
): Promise<string> {
  if (entries.length === 0) throw invalidFields({ entries: "nothing would change" });
  const askedMs = asked === undefined ? 0 : Date.parse(asked);
  const before = await standing(askedMs);
  await requireReasons(entries, before);
  const changes = await describe(changesBetween(before, withEntries(before, entries)), entries);
  const models = await loadPricedModels(entries.flatMap((one) => ("modelId" in one ? [one.modelId] : [])));
  const { id, revision } = await inTransaction(async (tx) => {
    const id = await draftOf(tx);
    // Config writes take turns from here on: what is published later takes effect no earlier than it was asked.
    const revision = await bumpRevision(tx);
    const nowMs = await databaseNowMs(tx);
    const effectiveAt = new Date(Math.max(askedMs, nowMs + LEAD_MS));
    const publishedAt = new Date(nowMs);
    if (!(await sealDraft(tx, id, { effectiveAt, publishedAt, revision }))) throw alreadyPublished();
    for (const entry of entries) {
      if (entry.kind !== "model" || entry.reason === null) continue;
      const official = models.get(entry.modelId)?.official;
      const isOfficial = official !== undefined && samePrices(official, entry.components);
      await setSyncPolicy(tx, entry.modelId, {
        ...(isOfficial ? { statedReason: null } : { syncPolicy: "manual", statedReason: entry.reason }),
        revision,
      });
    }
    await audit(tx, actor, {
      action: "price-version.publish",
      targetType: "price-version",
      targetId: id,
      before: pricesOf(changes, "before"),
      after: { effectiveAt: effectiveAt.toISOString(), ...pricesOf(changes, "after") },
    });
    await announceVersion(tx, actor, { id, changes, effectiveAt, publishedAt });
    await noteOwnPrices(tx, { id, changes, effectiveAt });
    return { id, revision };
  });
  await applied(revision);
  await queueSoon();
  return id;
}

/** Name → its figures, for the audit log; of a large version the first hundred, and how many there are. */
function pricesOf(changes: readonly PriceChangeAnswer[], side: "before" | "after") {
  const shown = changes.slice(0, 100).map((change) => {
    const name = change.group ?? [change.accountId, change.model].filter((part) => part !== null).join(" ");
    const figures = change.units.map((unit) => [unit.unit, unit[side]]);
    return [name, change.multiplier === null ? Object.fromEntries(figures) : change.multiplier[side]];
  });
  return { changes: changes.length, prices: Object.fromEntries(shown) };
}

function keyOf(of: ReasonedEntry | PriceChange): string {
  if (of.kind === "group") return `group ${of.groupId}`;
  if (of.kind === "discount") return `discount ${of.accountId}`;
  return of.kind === "model" ? `model ${of.modelId}` : `account ${of.accountId} ${of.modelId}`;
}

async function requireDraft(id: string): Promise<PriceVersionDetail> {
  const version = await getPriceVersion(id);
  if (version.state !== "draft") throw alreadyPublished();
  return version;
}

function changedMeanwhile(): AppError {
  return new AppError({
    code: "stale",
    status: 409,
    message: "Someone has changed this draft at the same moment. Look at it again.",
  });
}

function alreadyPublished(): AppError {
  return new AppError({
    code: "already_published",
    status: 409,
    message: "A published version is never edited. Make a new one.",
  });
}
