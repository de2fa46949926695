import { afterEnd, nextEndMs } from "#lib/limits/grant";
import { limitTable } from "#lib/limits/resolve";
import { makePriceTable } from "#lib/pricing/versions";
import type { Changes, ChannelEntry, Snapshot } from "./entries.ts";

/** A snapshot of nothing, at revision −1: the first changes applied to it are everything. */
export function emptySnapshot(): Snapshot {
  return {
    revision: -1n,
    keys: new Map(),
    keysByHash: new Map(),
    retiredByHash: new Map(),
    accounts: new Map(),
    lines: new Map(),
    grants: new Map(),
    models: new Map(),
    channels: new Map(),
    channelsByModel: new Map(),
    priceVersions: new Map(),
    prices: makePriceTable([]),
    settings: new Map(),
    limits: new Map(),
    limitTable: limitTable([]),
    nextGrantEndMs: Number.POSITIVE_INFINITY,
  };
}

const ANYWHERE: readonly string[] = [];

/** Brings a snapshot to `changes.revision`, in one synchronous step: no request sees half of a change. */
export function applyChanges(snapshot: Snapshot, changes: Changes): void {
  if (changes.revision < snapshot.revision) return;
  for (const { id, hash, entry } of changes.keys) {
    const old = snapshot.keys.get(id);
    if (old !== undefined) snapshot.keysByHash.delete(old.hash);
    snapshot.keys.delete(id);
    if (entry === null) continue;
    // A million of them must fit: one object in both maps, and one empty list for all.
    const kept = {
      ...entry,
      hash,
      allowedCidrs: entry.allowedCidrs.length === 0 ? ANYWHERE : entry.allowedCidrs,
      deniedCidrs: entry.deniedCidrs.length === 0 ? ANYWHERE : entry.deniedCidrs,
    };
    snapshot.keys.set(id, kept);
    snapshot.keysByHash.set(hash, kept);
  }
  for (const { hash, ...retired } of changes.retiredSecrets) snapshot.retiredByHash.set(hash, retired);
  for (const account of changes.accounts) snapshot.accounts.set(account.id, account);
  for (const { id, access } of changes.lines ?? []) snapshot.lines.set(id, access);
  for (const { key, grant } of changes.grants ?? []) {
    if (grant === null) snapshot.grants.delete(key);
    else snapshot.grants.set(key, grant);
  }
  for (const model of changes.models) snapshot.models.set(model.id, model);
  for (const { key, value } of changes.settings) snapshot.settings.set(key, value);
  applyChannels(snapshot, changes);
  applyLimits(snapshot, changes);
  if (changes.priceVersions.length > 0) {
    for (const version of changes.priceVersions) snapshot.priceVersions.set(version.id, version);
    snapshot.prices = makePriceTable([...snapshot.priceVersions.values()]);
  }
  snapshot.revision = changes.revision;
}

function applyLimits(snapshot: Snapshot, { limits }: Changes): void {
  if (limits.length === 0) return;
  for (const { id, limit } of limits) {
    if (limit === null) snapshot.limits.delete(id);
    else snapshot.limits.set(id, limit);
  }
  tabulate(snapshot);
}

/** Ends the grants whose time is over at `nowMs` (ms epoch, by the database's clock). */
export function endGrants(snapshot: Snapshot, nowMs: number): void {
  if (nowMs < snapshot.nextGrantEndMs) return;
  for (const [id, limit] of snapshot.limits) {
    if (limit.ends === undefined || limit.ends.atMs > nowMs) continue;
    const after = afterEnd(limit);
    if (after === null) snapshot.limits.delete(id);
    else snapshot.limits.set(id, after);
  }
  tabulate(snapshot);
}

function tabulate(snapshot: Snapshot): void {
  const limits = [...snapshot.limits.values()];
  snapshot.limitTable = limitTable(limits);
  snapshot.nextGrantEndMs = nextEndMs(limits);
}

function applyChannels(snapshot: Snapshot, changes: Changes): void {
  if (changes.channels.length === 0) return;
  for (const { id, entry } of changes.channels) {
    if (entry === null) snapshot.channels.delete(id);
    else snapshot.channels.set(id, entry);
  }
  const byModel = new Map<string, ChannelEntry[]>();
  for (const channel of snapshot.channels.values()) {
    for (const model of channel.models.keys()) {
      const serving = byModel.get(model);
      if (serving === undefined) byModel.set(model, [channel]);
      else serving.push(channel);
    }
  }
  for (const serving of byModel.values()) serving.sort((left, right) => right.priority - left.priority);
  snapshot.channelsByModel = byModel;
}
