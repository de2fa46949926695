import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  noteInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";
import { maxOverlapSeconds } from "#lib/keys/rotation-schema";
import { eventActors, eventKinds, incidentCauses, incidentStates } from "./states.ts";

const signal = z.object({
  kind: z.string(),
  weight: z.number(),
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** An incident as lists show it. */
export const incidentAnswer = z
  .object({
    id: z.string(),
    keyId: z.string(),
    keyName: z.string(),
    keyPrefix: z.string(),
    keyLast4: z.string(),
    keyStatus: z.enum(["active", "disabled", "deleted"]),
    accountId: z.string(),
    accountName: z.string(),
    cause: z.enum(incidentCauses).meta({ description: "leak: the secret was found in public" }),
    state: z.enum(incidentStates),
    score: z.number().int().meta({ description: "0 to 100, the highest so far" }),
    reasons: z.array(z.string()).meta({ description: "the signals in words, the heaviest first" }),
    signals: z.array(signal),
    networks: z.array(z.string()).meta({ description: "unfamiliar ones" }),
    requests: z.number().int().meta({ description: "from those networks" }),
    loss: usdAnswer.meta({ description: "spent from those networks since `since`" }),
    refunded: usdAnswer,
    source: z.string().meta({ description: "of a leak: where it was found" }),
    since: timeAnswer,
    openedAt: timeAnswer,
    lastSeenAt: timeAnswer,
    closedAt: timeAnswer.nullable(),
  })
  .meta({ id: "Incident" });

const event = z.object({
  id: z.string(),
  at: timeAnswer,
  kind: z.enum(eventKinds),
  actorType: z.enum(eventActors),
  actorName: z.string(),
  detail: z.record(z.string(), z.unknown()),
  canUndo: z.boolean(),
  isUndone: z.boolean(),
});

const address = z.object({
  ip: z.string(),
  requests: z.number().int(),
  spent: usdAnswer,
  firstSeen: timeAnswer,
  lastSeen: timeAnswer,
  models: z.array(z.string()),
  isTrusted: z.boolean(),
  isBlocked: z.boolean(),
});

/** One incident with all that is known: what happened when, what each address did, what the key usually does. */
export const incidentDetailsAnswer = incidentAnswer
  .extend({
    events: z.array(event).meta({ description: "the oldest first" }),
    addresses: z.array(address).meta({ description: "the most expensive 200" }),
    familiar: z.array(z.string()).meta({
      description:
        "networks that the key may be limited to: the trusted ones, then those of its usual pattern",
    }),
    usualDay: z
      .object({ spent: usdAnswer, requests: z.number() })
      .nullable()
      .meta({ description: "a mean day of the 14 before, of those with calls; null: there were none" }),
    allowedCidrs: z.array(z.string()),
    deniedCidrs: z.array(z.string()),
    trustedCidrs: z.array(z.string()),
    rotatedSecret: z.string().optional().meta({ description: "rotate-key only; shown once" }),
  })
  .meta({ id: "IncidentDetails" });

export const incidentPage = pageAnswer(incidentAnswer);

export const listIncidentsQuery = z.strictObject({
  ...pageFields,
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  state: z.enum(incidentStates).optional(),
  cause: z.enum(incidentCauses).optional(),
  minScore: z.coerce.number().int().min(0).max(100).optional(),
  q: lineInput(128)
    .optional()
    .meta({ description: "in the names of account and key, the key's prefix, a network" }),
  from: timeInput.optional().meta({ description: "opened then or later" }),
  to: timeInput.optional(),
});

export const incidentDaysQuery = z.strictObject({
  accountId: idInput.optional(),
  from: timeInput,
  to: timeInput,
});

/** Incidents by the day (UTC) on which they were opened. */
export const incidentDaysAnswer = z
  .object({
    days: z.array(
      z.object({
        day: z.string(),
        open: z.number().int(),
        acted: z.number().int(),
        resolved: z.number().int(),
        dismissed: z.number().int(),
        loss: usdAnswer,
      }),
    ),
  })
  .meta({ id: "IncidentDays" });

export const openIncidentsQuery = z.strictObject({ accountId: idInput.optional() });
export const openIncidentsAnswer = z.object({ waiting: z.number().int() }).meta({ id: "OpenIncidents" });

const reason = noteInput.refine((text) => text.trim() !== "", "say why");
const cutStreams = z
  .boolean()
  .optional()
  .meta({ description: "whether running streams end that would be refused now; default: the policy" });
const places = {
  ip: lineInput(64).optional().meta({ description: "an address or a network" }),
  networks: z.array(lineInput(64).min(1)).max(100).optional(),
};

export const suspendKeyBody = z.strictObject({ reason: noteInput.optional(), cutStreams });
export const rotateIncidentKeyBody = z.strictObject({
  overlapSeconds: z.number().int().min(0).max(maxOverlapSeconds).default(0),
  cutStreams,
});
export const blockIpBody = z.strictObject({
  ...places,
  cutStreams,
});
export const trustIpBody = z.strictObject({ ...places, reason: noteInput.optional() });
export const limitNetworksBody = z.strictObject({
  networks: z
    .array(lineInput(64).min(1))
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "left out: the key's familiar networks, and those that are trusted" }),
  cutStreams,
});
export const capSpendBody = z.strictObject({
  times: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .meta({ description: "of a usual day; default: the policy" }),
});
export const dismissBody = z.strictObject({
  reason: noteInput.optional(),
  teach: z
    .boolean()
    .default(true)
    .meta({ description: "the incident's networks count as trusted from now on" }),
});
export const undoBody = z.strictObject({
  eventId: idInput.optional().meta({ description: "left out: what was done last" }),
});
export const refundBody = z.strictObject({
  amount: amountInput(9),
  reason: noteInput.optional().meta({ description: "needed for more than the estimated loss" }),
});

/** Closes an incident, or opens it again. */
export const updateIncidentBody = z.strictObject({
  state: z.enum(["open", "resolved", "dismissed"]),
  reason: noteInput.optional(),
  teach: z
    .boolean()
    .optional()
    .meta({ description: "dismissed: its networks count as trusted; default true" }),
});

export const bulkIncidentsBody = z.strictObject({
  ids: z
    .array(idInput)
    .min(1, "at least one incident is expected")
    .max(200, "at most 200 at once")
    .transform((ids) => [...new Set(ids)]),
  action: z.enum(["dismiss", "resolve", "suspend-key"]),
  reason: reason.optional(),
});
export const bulkIncidentsAnswer = z
  .object({
    done: z.number().int(),
    left: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  })
  .meta({ id: "BulkIncidents" });

export type Incident = z.infer<typeof incidentAnswer>;
export type IncidentDetails = z.infer<typeof incidentDetailsAnswer>;
export type IncidentEvent = IncidentDetails["events"][number];
export type IncidentDays = z.infer<typeof incidentDaysAnswer>;
export type ListIncidents = z.infer<typeof listIncidentsQuery>;
export type IncidentDaysQuery = z.infer<typeof incidentDaysQuery>;
export type UpdateIncident = z.infer<typeof updateIncidentBody>;
export type BulkIncidents = z.infer<typeof bulkIncidentsBody>;
export type RefundIncident = z.infer<typeof refundBody>;
