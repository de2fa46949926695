import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { AppError, notFound } from "#lib/core/errors";
import { one, parseFraction } from "#lib/core/fraction";
import { bumpRevision } from "#lib/db/revision";
import { inTransaction } from "#lib/db/transaction";
import { displayExact } from "#lib/pricing/display";
import { stateAt } from "#lib/pricing/state";
import { loadPublishedVersions } from "#lib/pricing/store";
import { changePrices, changePricesWith } from "#lib/pricing/version-service";
import type { PriceVersion } from "#lib/pricing/versions";
import { applied } from "#lib/runtime/applied";
import type { CreateGroup, Group, UpdateGroup } from "./schema.ts";
import { findGroupRow, type GroupRow, insertGroup, listGroupRows, updateGroupRow } from "./store.ts";

/** Up to `limit` + 1 groups by id, after the id `after`. */
export async function listGroups(limit: number, after?: string): Promise<Group[]> {
  const [rows, versions] = await Promise.all([listGroupRows(limit, after), loadPublishedVersions()]);
  return rows.map((row) => toGroup(row, versions));
}

/** Throws 404 when there is none. */
export async function getGroup(id: string): Promise<Group> {
  const [row, versions] = await Promise.all([findGroupRow(id), loadPublishedVersions()]);
  if (row === undefined) throw notFound("group");
  return toGroup(row, versions);
}

/** A new line, and the price version that gives it its multiplier. Throws 409 `group_exists`. */
export async function createGroup(actor: Actor, body: CreateGroup): Promise<Group> {
  const id = body.id ?? slugOf(body.name);
  const { name, description = "", reason = null, access = "open", grantedModels = [] } = body;
  const multiplier = parseFraction(body.multiplier ?? "1");
  await changePricesWith(
    actor,
    [{ kind: "group", groupId: id, multiplier, reason }],
    `New line ${name}`,
    async (tx) => {
      // Whoever makes or changes a line waits here for the one before.
      const revision = await bumpRevision(tx);
      if ((await findGroupRow(id, tx)) !== undefined) throw groupExists(id);
      await insertGroup(tx, { id, name, description, access, grantedModels, revision });
      const after = { name, description, access, grantedModels };
      await audit(tx, actor, { action: "group.create", targetType: "group", targetId: id, after });
    },
  );
  return getGroup(id);
}

/** Changes a line; another multiplier makes a price version, in force 2 s later. Throws 404, 422 `reason_required`. */
export async function updateGroup(actor: Actor, id: string, body: UpdateGroup): Promise<Group> {
  const group = await getGroup(id);
  const { multiplier, reason, ...own } = body;
  if (multiplier !== undefined && !isMultiplier(group, multiplier)) {
    const entry = { group: id, multiplier, ...(reason === undefined ? {} : { reason }) };
    await changePrices(actor, [entry], reason || `Line ${group.name}: ×${multiplier}`);
  }
  const change = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  if (Object.keys(change).length > 0) {
    const revision = await inTransaction(async (tx) => {
      const revision = await bumpRevision(tx);
      const before: Readonly<Record<string, unknown>> = (await findGroupRow(id, tx)) ?? {};
      await updateGroupRow(tx, id, { ...change, revision });
      await audit(tx, actor, {
        action: "group.update",
        targetType: "group",
        targetId: id,
        before: Object.fromEntries(Object.keys(change).map((field) => [field, before[field]])),
        after: change,
      });
      return revision;
    });
    await applied(revision);
  }
  return getGroup(id);
}

/** Whether this is already what the group has, or has before it. */
function isMultiplier(group: Group, multiplier: string): boolean {
  const latest = group.scheduled?.multiplier ?? group.multiplier;
  return latest === displayExact(parseFraction(multiplier));
}

function toGroup(row: GroupRow, versions: readonly PriceVersion[]): Group {
  const nowMs = Date.now();
  const multiplier = stateAt(versions, nowMs).groups.get(row.id);
  return {
    ...row,
    multiplier: displayExact(multiplier ?? one),
    scheduled: scheduledOf(row.id, versions, nowMs),
  };
}

function scheduledOf(groupId: string, versions: readonly PriceVersion[], nowMs: number): Group["scheduled"] {
  const coming = versions
    .filter(({ effectiveAt }) => effectiveAt > nowMs)
    .sort((left, right) => left.effectiveAt - right.effectiveAt || right.number - left.number);
  for (const { id, effectiveAt, entries } of coming) {
    for (const entry of entries) {
      if (entry.kind !== "group" || entry.groupId !== groupId) continue;
      const multiplier = displayExact(entry.multiplier);
      return { multiplier, effectiveAt: new Date(effectiveAt).toISOString(), priceVersionId: id };
    }
  }
  return null;
}

function slugOf(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .replace(/-+$/, "");
  return slug === "" ? "line" : slug;
}

function groupExists(id: string): AppError {
  return new AppError({
    code: "group_exists",
    status: 409,
    message: `There is a line "${id}" already.`,
    fields: { id: "there is a line of this id already" },
  });
}
