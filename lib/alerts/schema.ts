import { z } from "zod";
import { pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { alertKinds, severities } from "./kinds.ts";

/** One thing that is wrong, or was. */
export const alertAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(alertKinds),
    subject: z
      .string()
      .meta({ description: "what it is about, e.g. a node; tells alerts of one kind apart" }),
    severity: z.enum(severities),
    state: z.enum(["open", "resolved"]),
    data: z.record(z.string(), z.union([z.string(), z.number()])).meta({ description: "its figures" }),
    href: z.string().meta({ description: "the console's page for it" }),
    firstSeen: timeAnswer,
    lastSeen: timeAnswer,
    resolvedAt: timeAnswer.nullable(),
    count: z.number().int().meta({ description: "how often it was opened" }),
  })
  .meta({ id: "Alert" });

export const alertPage = pageAnswer(alertAnswer);

export const listAlertsQuery = z.strictObject({
  ...pageFields,
  state: z.enum(["open", "resolved"]).optional(),
  kind: z.enum(alertKinds).optional(),
});

export type Alert = z.infer<typeof alertAnswer>;
export type ListAlerts = z.infer<typeof listAlertsQuery>;
