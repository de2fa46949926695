import type { Actor } from "#lib/api/operation";
import { AppError } from "#lib/core/errors";
import { findLink, takeLink } from "#lib/mail/link-store";
import { act } from "./act-service.ts";
import type { IncidentLink } from "./link-schema.ts";
import { type LinkAction, purposeOf, readSubject } from "./links.ts";
import { findNamedIncident, toIncident } from "./list-store.ts";
import { stateOf } from "./states.ts";

/** What a link would do. Looking does nothing: mail programs look as well. Throws 404 `link_not_valid`. */
export async function readLink(
  action: LinkAction,
  token: string,
  language: "en" | "zh" = "en",
): Promise<IncidentLink> {
  const { subject, expiresAt } = (await findLink(purposeOf(action), token, new Date())) ?? notValid();
  const row = (await findNamedIncident(readSubject(subject).incidentId)) ?? notValid();
  const { id, keyName, keyPrefix, keyLast4, accountName, state, reasons, networks } = toIncident(
    row,
    language,
  );
  return {
    ...{ action, incidentId: id, keyName, keyPrefix, keyLast4, accountName, state, reasons, networks },
    expiresAt: expiresAt.toISOString(),
  };
}

/** Does what the link is for, once: in force on this node when it returns. Throws 404 `link_not_valid`, 409. */
export async function followLink(action: LinkAction, token: string, ip: string | null) {
  const { subject } = (await findLink(purposeOf(action), token, new Date())) ?? notValid();
  const { incidentId, email } = readSubject(subject);
  const actor: Actor = { type: "system", id: "incident-link", name: email, role: "customer", ip };
  await act({ actor, isByLink: true }, incidentId, { kind: action }, async (tx, now) => {
    if ((await takeLink(tx, purposeOf(action), token, now)) === undefined) notValid();
  });
  const after = await findNamedIncident(incidentId);
  return { action, state: stateOf(after?.state ?? "acted") };
}

function notValid(): never {
  throw new AppError({
    code: "link_not_valid",
    status: 404,
    message: "This link was used or has expired. See to the incident in the console.",
  });
}
