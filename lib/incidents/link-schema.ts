import { z } from "zod";
import { timeAnswer } from "#lib/core/shapes";
import { linkActions } from "./links.ts";
import { incidentStates } from "./states.ts";

const token = z.string().trim().min(1).max(128);
export const incidentLinkQuery = z.strictObject({ token, action: z.enum(linkActions) });

/** What a link of a mail would do, and about what: nothing that its mail does not say already. */
export const incidentLinkAnswer = z
  .object({
    action: z.enum(linkActions),
    incidentId: z.string(),
    keyName: z.string(),
    keyPrefix: z.string(),
    keyLast4: z.string(),
    accountName: z.string(),
    state: z.enum(incidentStates),
    reasons: z.array(z.string()),
    networks: z.array(z.string()),
    expiresAt: timeAnswer,
  })
  .meta({ id: "IncidentLink" });
export const incidentLinkDoneAnswer = z
  .object({ action: z.enum(linkActions), state: z.enum(incidentStates) })
  .meta({ id: "IncidentLinkDone" });

export type IncidentLink = z.infer<typeof incidentLinkAnswer>;
