import { AppError } from "#lib/core/errors";
import type { Incident as IncidentRow } from "#lib/db/generated/client";
import type { Transaction } from "#lib/db/transaction";
import { lockOpenIncident } from "./store.ts";

/**
 * Whether a closed incident may stand open again: a key has one open incident of each cause. Call it under lockIncidentsOf,
 * taken before the incident itself was locked. Throws 409 `incident_open`.
 */
export async function ensureNoneIsOpen(tx: Transaction, { keyId, cause }: IncidentRow): Promise<void> {
  const open = await lockOpenIncident(tx, keyId, cause === "leak" ? "leak" : "pattern");
  if (open !== undefined) {
    const message = "Another incident of this key stands open: go on there.";
    throw new AppError({ code: "incident_open", status: 409, message });
  }
}
