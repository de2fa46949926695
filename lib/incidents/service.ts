import type { Actor } from "#lib/api/operation";
import { audit } from "#lib/audit/store";
import { isAppError, notFound } from "#lib/core/errors";
import { inTransaction } from "#lib/db/transaction";
import { act } from "./act-service.ts";
import { actsAs } from "./apply-service.ts";
import { findNamedIncident } from "./list-store.ts";
import type { BulkIncidents, UpdateIncident } from "./schema.ts";
import { ensureNoneIsOpen } from "./single-service.ts";
import { isClosed } from "./states.ts";
import { insertEvent, lockIncident, lockIncidentsOf, updateIncident } from "./store.ts";

/** Closes an incident, or opens a closed one again. Throws 404, 409. */
export async function updateState(actor: Actor, id: string, body: UpdateIncident): Promise<void> {
  const { state, reason, teach } = body;
  if (state === "open") return reopen(actor, id);
  await act({ actor }, id, { kind: state === "dismissed" ? "dismiss" : "resolve", reason, teach });
}

/** Does one thing in many incidents; those where it cannot be done are told with the reason, the others are done. */
export async function actOnMany(
  actor: Actor,
  { ids, action, reason }: BulkIncidents,
): Promise<{ done: number; left: { id: string; code: string; message: string }[] }> {
  const left: { id: string; code: string; message: string }[] = [];
  for (const id of ids) {
    try {
      await act({ actor }, id, { kind: action, reason });
    } catch (error) {
      if (!isAppError(error)) throw error;
      left.push({ id, code: error.code, message: error.message });
    }
  }
  return { done: ids.length - left.length, left };
}

async function reopen(actor: Actor, id: string): Promise<void> {
  const known = await findNamedIncident(id);
  if (known === undefined) throw notFound("incident");
  await inTransaction(async (tx) => {
    await lockIncidentsOf(tx, known.keyId);
    const incident = await lockIncident(tx, id);
    if (incident === undefined) throw notFound("incident");
    if (!isClosed(incident.state)) return;
    await ensureNoneIsOpen(tx, incident);
    await updateIncident(tx, id, { state: "open", closedAt: null });
    const type = actsAs({ actor });
    await insertEvent(tx, id, { kind: "reopened", actor: { type, name: actor.name } });
    await audit(tx, actor, {
      action: "incident.reopen",
      targetType: "incident",
      targetId: id,
      before: { state: incident.state },
      after: { state: "open" },
    });
  });
}
