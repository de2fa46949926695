import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { invalidFields, notFound } from "#lib/core/errors";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { findMissingGroups } from "#lib/groups/store";
import { currentPrices } from "#lib/pricing/current";
import { loadPublishedVersions } from "#lib/pricing/store";
import { applied } from "#lib/runtime/applied";
import { seal } from "#lib/secrets/live";
import { readSettings } from "#lib/settings/store";
import { baseUrlProblem, originOf } from "./address.ts";
import type { Channel, ChannelTest, CreateChannel, ListChannels, UpdateChannel } from "./schema.ts";
import {
  findChannelRow,
  findTraffic,
  insertChannel,
  listChannelRows,
  lockChannel,
  recordTest,
  updateChannelRow,
} from "./store.ts";
import { auditOf, type StoredChannel, toChannel } from "./view.ts";

/** Up to `limit` + 1 channels, newest first, after the id `after`. */
export async function listChannels(query: ListChannels, after?: string): Promise<Channel[]> {
  return withPricesAndTraffic(await listChannelRows(query, after));
}

/** Throws 404 when there is none, or no more. */
export async function getChannel(id: string): Promise<Channel> {
  const row = await findChannelRow(id);
  const [channel] = row === undefined ? [] : await withPricesAndTraffic([row]);
  if (channel === undefined) throw notFound("channel");
  return channel;
}

/** Makes a channel; its credential is sealed before it is stored. Throws 422 `invalid_fields`. */
export async function createChannel(actor: Actor, body: CreateChannel): Promise<Channel> {
  const baseUrl = body.baseUrl ?? "";
  await requireAddress(body.provider, baseUrl);
  await requireGroups(body.groups);
  const { id, revision } = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const data = {
      name: body.name,
      provider: body.provider,
      baseUrl,
      credential: sealed(body.credential ?? null),
      groups: body.groups ?? [],
      priority: body.priority ?? 0,
      weight: body.weight ?? 1,
      timeouts: body.timeouts ?? {},
      injectUsage: body.injectUsage ?? true,
      status: body.status ?? "active",
      revision,
    };
    const row = await insertChannel(tx, data, body.models);
    const targetId = row.id;
    await audit(tx, actor, {
      action: "channel.create",
      targetType: "channel",
      targetId,
      after: auditOf(row),
    });
    return { id: row.id, revision };
  });
  await applied(revision);
  return getChannel(id);
}

/**
 * Changes what is named. A new scheme, host or port needs the credential again: else whoever may edit a channel
 * could have its credential sent to a place of his own. Throws 404, 422 `invalid_fields`.
 */
export async function updateChannel(actor: Actor, id: string, body: UpdateChannel): Promise<Channel> {
  await requireGroups(body.groups);
  const standing = await findChannelRow(id);
  if (standing !== undefined && body.baseUrl !== undefined) {
    await requireAddress(standing.provider, body.baseUrl);
  }
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockChannel(tx, id);
    if (before === undefined) throw notFound("channel");
    requireCredentialForMove(before, body);
    const after = await updateChannelRow(tx, id, { ...changesOf(body), revision }, body.models);
    await audit(tx, actor, {
      action: "channel.update",
      targetType: "channel",
      targetId: id,
      before: auditOf(before),
      after: { ...auditOf(after), ...(body.credential === undefined ? {} : { hasNewCredential: true }) },
    });
    return revision;
  });
  await applied(revision);
  return getChannel(id);
}

/** Deletes a channel for good: its credential goes, its name stays for the logs. Throws 404. */
export async function deleteChannel(actor: Actor, id: string): Promise<void> {
  const revision = await inTransaction(async (tx) => {
    const revision = await bumpRevision(tx);
    const before = await lockChannel(tx, id);
    if (before === undefined) throw notFound("channel");
    await updateChannelRow(tx, id, { deletedAt: new Date(), credential: null, revision });
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
  const [versions, traffic] = await Promise.all([
    loadPublishedVersions(),
    findTraffic(rows.map((row) => row.id)),
  ]);
  const { models } = currentPrices(versions, Date.now());
  return rows.map((row) => toChannel(row, (model) => models.has(model), traffic.get(row.id)));
}

function changesOf(body: UpdateChannel) {
  return {
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.baseUrl === undefined ? {} : { baseUrl: body.baseUrl }),
    ...(body.credential === undefined ? {} : { credential: sealed(body.credential) }),
    ...(body.groups === undefined ? {} : { groups: body.groups }),
    ...(body.priority === undefined ? {} : { priority: body.priority }),
    ...(body.weight === undefined ? {} : { weight: body.weight }),
    ...(body.timeouts === undefined ? {} : { timeouts: body.timeouts }),
    ...(body.injectUsage === undefined ? {} : { injectUsage: body.injectUsage }),
    ...(body.status === undefined ? {} : { status: body.status }),
  };
}

function sealed(credential: string | null): Uint8Array<ArrayBuffer> | null {
  return credential === null || credential === "" ? null : seal(credential, "channel.credential");
}

function requireCredentialForMove(before: StoredChannel, body: UpdateChannel): void {
  if (before.credential === null || body.baseUrl === undefined || body.credential !== undefined) return;
  if (originOf(before.baseUrl) === originOf(body.baseUrl)) return;
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
