import { findMissingAccounts } from "#lib/accounts/store";
import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import type { SortedPosition } from "#lib/core/sort";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { findMissingGroups } from "#lib/groups/store";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import { applied } from "#lib/runtime/applied";
import { seal } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { baseUrlProblem, originOf } from "./address.ts";
import { credentialId } from "./credential-id.ts";
import { healthOf, liveOf } from "./health.ts";
import type { ChannelHealthAnswer, ChannelHealthQuery } from "./health-schema.ts";
import { readHealth, readMoney } from "./health-store.ts";
import { listOut } from "./out/service.ts";
import type { Channel, ChannelTest, CreateChannel, ListChannels, UpdateChannel } from "./schema.ts";
import {
  findChannelRow,
  findDrained,
  findTraffic,
  insertChannel,
  listChannelRows,
  lockChannel,
  recordTest,
  updateChannelRow,
} from "./store.ts";
import { auditOf, type StoredChannel, sealedCredentials, toChannel } from "./view.ts";

/** Up to `limit` + 1 channels in the query's order, after a position. */
export async function listChannels(query: ListChannels, after?: SortedPosition): Promise<Channel[]> {
  const ids = query.health === "out" ? await listOut() : undefined;
  return withPricesAndTraffic(await listChannelRows(query, after, ids));
}

/** Throws 404 when there is none, or no more. */
export async function getChannel(id: string): Promise<Channel> {
  const row = await findChannelRow(id);
  const [channel] = row === undefined ? [] : await withPricesAndTraffic([row]);
  if (channel === undefined) throw notFound("channel");
  return channel;
}

const DAY_MS = 86_400_000;

/** A channel's state in full, and the money of a span (default: the last 24 hours). Throws 404. */
export async function getChannelHealth(id: string, query: ChannelHealthQuery): Promise<ChannelHealthAnswer> {
  const row = await findChannelRow(id);
  if (row === undefined) throw notFound("channel");
  const to = query.to === undefined ? new Date() : new Date(query.to);
  const from = query.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(query.from);
  const [health, money] = await Promise.all([readHealth([id]), readMoney(id, from, to)]);
  return healthOf(row, health, { ...money, from, to });
}

/** Makes a channel; its credential is sealed before it is stored. Throws 422 `invalid_fields`. */
export async function createChannel(actor: Actor, body: CreateChannel): Promise<Channel> {
  await checkNewChannel(body);
  const [id = ""] = await insertChannels(actor, [body]);
  return getChannel(id);
}

/** What a new channel must obey beyond its shape. Throws 422 `invalid_fields`. */
export async function checkNewChannel(body: CreateChannel): Promise<void> {
  await requireAddress(body.provider, body.baseUrl ?? "");
  await requireGroups(body.groups);
  await requireAccounts(body.accounts);
}

/** Makes checked channels in one transaction: all of them or none. Returns their ids. */
export async function insertChannels(actor: Actor, bodies: readonly CreateChannel[]): Promise<string[]> {
  const { ids, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const ids: string[] = [];
    for (const body of bodies) {
      const row = await insertChannel(tx, { ...dataOf(body), revision }, body.models);
      await audit(tx, actor, {
        action: "channel.create",
        targetType: "channel",
        targetId: row.id,
        after: auditOf(row),
      });
      ids.push(row.id);
    }
    return { ids, revision };
  });
  await applied(revision);
  return ids;
}

function dataOf(body: CreateChannel) {
  return {
    name: body.name,
    provider: body.provider,
    baseUrl: body.baseUrl ?? "",
    ...stored(newCredentials(body) ?? []),
    groups: body.groups ?? [],
    accounts: body.accounts ?? [],
    priority: body.priority ?? 0,
    weight: body.weight ?? 1,
    timeouts: body.timeouts ?? {},
    caps: body.caps ?? {},
    costMultiplier: body.costMultiplier ?? "1",
    injectUsage: body.injectUsage ?? true,
    status: body.status ?? "active",
  };
}

/**
 * Changes what is named. A new scheme, host or port needs the credential again: else whoever may edit a channel
 * could have its credential sent to a place of his own. Throws 404, 422 `invalid_fields`.
 */
export async function updateChannel(actor: Actor, id: string, body: UpdateChannel): Promise<Channel> {
  await requireGroups(body.groups);
  await requireAccounts(body.accounts);
  const standing = await findChannelRow(id);
  if (standing !== undefined && body.baseUrl !== undefined) {
    await requireAddress(standing.provider, body.baseUrl);
  }
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockChannel(tx, id);
    if (before === undefined) throw notFound("channel");
    const credentials = changedCredentials(before, body);
    requireCredentialForMove(before, body, credentials);
    const changes = { ...changesOf(body), ...(credentials === undefined ? {} : stored(credentials)) };
    const after = await updateChannelRow(tx, id, { ...changes, revision }, body.models);
    await audit(tx, actor, {
      action: "channel.update",
      targetType: "channel",
      targetId: id,
      before: auditOf(before),
      after: { ...auditOf(after), ...(isAnyNew(before, credentials) ? { hasNewCredential: true } : {}) },
    });
    return revision;
  });
  await applied(revision);
  return getChannel(id);
}

/** Switches off the draining channels on which nothing runs any more. */
export async function disableDrained(): Promise<void> {
  for (const id of await findDrained()) {
    const revision = await inTransaction(async (tx) => {
      const revision = await bumpRevision(tx);
      const before = await lockChannel(tx, id);
      if (before?.status !== "draining") return undefined;
      const after = await updateChannelRow(tx, id, { status: "disabled", revision });
      await audit(tx, DRAIN, {
        action: "channel.update",
        targetType: "channel",
        targetId: id,
        before: auditOf(before),
        after: auditOf(after),
      });
      return revision;
    });
    if (revision !== undefined) await applied(revision);
  }
}

const DRAIN: Actor = { type: "system", id: "drain", name: "Drain", role: "owner", ip: null };

/** Deletes a channel for good: its credential goes, its name stays for the logs. Throws 404. */
export async function deleteChannel(actor: Actor, id: string): Promise<void> {
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockChannel(tx, id);
    if (before === undefined) throw notFound("channel");
    await updateChannelRow(tx, id, { deletedAt: new Date(), ...stored([]), revision });
    await audit(tx, actor, {
      action: "channel.delete",
      targetType: "channel",
      targetId: id,
      before: auditOf(before),
    });
    return revision;
  });
  await applied(revision);
}

/** Keeps how a test call went, beside the channel; gives it back. */
export async function rememberTest(id: string, test: ChannelTest): Promise<ChannelTest> {
  const parts = [test.model, test.status, test.errorClass].filter((part) => part !== null);
  await recordTest(id, { at: new Date(), ok: test.ok, detail: parts.join(" · ") });
  return test;
}

async function withPricesAndTraffic(rows: readonly StoredChannel[]): Promise<Channel[]> {
  const ids = rows.map((row) => row.id);
  const [versions, traffic, health] = await Promise.all([
    loadPublishedVersions(),
    findTraffic(ids),
    readHealth(ids),
  ]);
  const { models } = currentPrices(versions, Date.now());
  return rows.map((row) =>
    toChannel(
      row,
      (model) => models.has(model),
      traffic.get(row.id) ?? { requests: 0, errors: 0 },
      liveOf(row, health),
    ),
  );
}

function changesOf(body: UpdateChannel) {
  return {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.baseUrl === undefined ? {} : { baseUrl: body.baseUrl }),
    ...(body.groups === undefined ? {} : { groups: body.groups }),
    ...(body.accounts === undefined ? {} : { accounts: body.accounts }),
    ...(body.priority === undefined ? {} : { priority: body.priority }),
    ...(body.weight === undefined ? {} : { weight: body.weight }),
    ...(body.timeouts === undefined ? {} : { timeouts: body.timeouts }),
    ...(body.caps === undefined ? {} : { caps: body.caps }),
    ...(body.costMultiplier === undefined ? {} : { costMultiplier: body.costMultiplier }),
    ...(body.injectUsage === undefined ? {} : { injectUsage: body.injectUsage }),
    ...(body.status === undefined ? {} : { status: body.status }),
  };
}

type Sealed = Uint8Array<ArrayBuffer>;

/** The columns of a channel's credentials: the first has its own, because an earlier release knows only that one. */
function stored([first, ...more]: readonly Sealed[]) {
  return { credential: first ?? null, moreCredentials: more };
}

/** The credentials that a body brings, sealed; undefined: it says nothing of them. */
function newCredentials({ credential, credentials }: CreateChannel): Sealed[] | undefined {
  if (credential !== undefined && credentials !== undefined) {
    throw invalidFields({ credentials: "send either credential or credentials" });
  }
  if (credentials !== undefined) return credentials.map(sealed);
  if (credential === undefined) return undefined;
  return credential === null || credential === "" ? [] : [sealed(credential)];
}

/** The credentials after a change: `credential` replaces the first, `credentials` the list, kept ones by their id. */
function changedCredentials(before: StoredChannel, body: UpdateChannel): Sealed[] | undefined {
  const { credential, credentials } = body;
  const kept = sealedCredentials(before);
  if (credentials === undefined || credential !== undefined) {
    const changed = newCredentials({ credential, credentials: credentials && [] } as CreateChannel);
    return changed === undefined || changed.length === 0 ? changed : [...changed, ...kept.slice(1)];
  }
  return credentials.map((one) => {
    if (typeof one === "string") return sealed(one);
    const found = kept.find((bytes) => credentialId(bytes) === one.id);
    if (found === undefined)
      throw invalidFields({ credentials: "there is no credential of this id (any more)" });
    return found;
  });
}

/** Whether one came that was not there before; the audit log counts them and says no more. */
function isAnyNew(before: StoredChannel, after: readonly Sealed[] = []): boolean {
  const known = new Set(sealedCredentials(before).map(credentialId));
  return after.some((bytes) => !known.has(credentialId(bytes)));
}

function sealed(credential: string): Sealed {
  return seal(credential, "channel.credential");
}

function requireCredentialForMove(
  before: StoredChannel,
  body: UpdateChannel,
  after: readonly Sealed[] | undefined,
): void {
  if (body.baseUrl === undefined || originOf(before.baseUrl) === originOf(body.baseUrl)) return;
  const kept = new Set(sealedCredentials(before).map(credentialId));
  if (after === undefined ? kept.size === 0 : !after.some((bytes) => kept.has(credentialId(bytes)))) return;
  throw invalidFields({ credential: "enter it again: the channel's scheme, host or port changes" });
}

/** The simulator goes nowhere, so any address will do. */
async function requireAddress(provider: string, baseUrl: string): Promise<void> {
  if (provider === "simulator") return;
  const settings = await readSettings();
  const problem = baseUrlProblem(baseUrl, { allowPrivate: settings["channels.allowPrivateUpstreams"] });
  if (problem !== undefined) throw invalidFields({ baseUrl: problem });
}

async function requireGroups(groups: readonly string[] | undefined): Promise<void> {
  const missing = await findMissingGroups(groups ?? []);
  if (missing.length > 0) throw invalidFields({ groups: `there is no group ${missing.join(", ")}` });
}

async function requireAccounts(accounts: readonly string[] | undefined): Promise<void> {
  const missing = await findMissingAccounts(accounts ?? []);
  if (missing.length > 0) throw invalidFields({ accounts: `there is no account ${missing.join(", ")}` });
}
