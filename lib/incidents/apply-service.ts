import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import type { ApiKey, Incident as IncidentRow, Prisma } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { auditOf } from "#lib/keys/service";
import { updateKeyRow } from "#lib/keys/store";
import type { Plan } from "./actions.ts";
import { type EventActor, type EventKind, isClosed } from "./states.ts";
import { insertEvent, insertTrusted, updateIncident } from "./store.ts";
import type { FenceChanges } from "./undo.ts";

/** A transaction in which something is done in an incident; incident and key are locked. */
export type Doing = {
  tx: Transaction;
  actor: Actor;
  /** The actor acts by a link in a mail. */
  isByLink?: boolean;
  incident: IncidentRow;
  key: ApiKey;
  revision: bigint;
  now: Date;
};

/** Does what a plan says, tells the timeline, and writes the audit log, of the key too where it changes. */
export async function apply(
  doing: Doing,
  kind: EventKind,
  plan: Plan,
  { cut = false }: { cut?: boolean } = {},
): Promise<void> {
  const { tx, actor, incident, key, now } = doing;
  await changeKey(doing, plan.key, cut);
  await insertTrusted(
    tx,
    plan.trust.map((cidr) => ({
      keyId: key.id,
      cidr,
      createdBy: actor.name,
      reason: `incident ${incident.id}`,
    })),
  );
  await insertEvent(tx, incident.id, {
    kind,
    actor: { type: actsAs(doing), name: actor.name },
    detail: plan.detail,
    ...(plan.undo === undefined ? {} : { undo: plan.undo as Prisma.InputJsonObject }),
  });
  if (plan.state !== null) {
    const closedAt = isClosed(plan.state) ? now : null;
    await updateIncident(tx, incident.id, { state: plan.state, closedAt });
  }
  await audit(tx, actor, {
    action: `incident.${kind}`,
    targetType: "incident",
    targetId: incident.id,
    before: { state: incident.state },
    after: { state: plan.state ?? incident.state, keyId: key.id, ...plan.detail },
  });
}

/** Changes a key's fences; with `cut` its running streams end that would be refused now. */
export async function changeKey(
  { tx, actor, key, revision, now }: Doing,
  changes: FenceChanges,
  cut: boolean,
): Promise<void> {
  if (Object.keys(changes).length === 0 && !cut) return;
  const after = await updateKeyRow(tx, key.id, { ...changes, ...(cut ? { cutAt: now } : {}), revision });
  await audit(tx, actor, {
    action: "key.update",
    targetType: "key",
    targetId: key.id,
    before: auditOf(key),
    after: auditOf(after),
  });
}

/** Who did it, as the timeline says it: a person by a mail's link, a customer, or somebody of the console. */
export function actsAs({ actor, isByLink }: Pick<Doing, "actor" | "isByLink">): EventActor {
  if (isByLink) return "link";
  return actor.role === "customer" && actor.type === "user" ? "customer" : actor.type;
}
