import { z } from "zod";
import { idInput, lineInput } from "#lib/core/shapes";
import { metrics, scopes } from "./metrics.ts";

/** Who counts: `node` this process alone, `valkey` all nodes together, `postgres` small limits together, large ones a share each. */
export const countingAnswer = z
  .object({
    by: z.enum(["node", "valkey", "postgres"]),
    away: z.boolean().meta({ description: "what nodes share does not answer: each goes by its own counts" }),
    nodes: z.number().int().meta({ description: "live nodes" }),
    countedTogetherBelow: z.number().int().nullable().meta({
      description: "postgres: limits below this are counted together, those above divided by the nodes",
    }),
  })
  .meta({ id: "LimitCounting" });

export const limitUsage = z
  .object({
    metric: z.enum(metrics),
    scope: z.enum(scopes),
    scopeId: z.string().nullable().meta({ description: "of which group, account or key the limit is set" }),
    model: z.string().nullable().meta({ description: "null: all models together" }),
    keyId: z
      .string()
      .nullable()
      .meta({ description: "the key whose own counter it is; null: the account's" }),
    limit: z.number(),
    used: z.number().meta({ description: "in the last 60 s, or running now" }),
    resetSeconds: z.number().int().meta({ description: "until nothing is used, if nothing more comes" }),
    shadow: z.boolean(),
    shared: z.boolean().meta({ description: "what all nodes admitted; false: this node alone" }),
  })
  .meta({ id: "LimitUsage" });

export const limitUsageQuery = z.strictObject({
  accountId: idInput.optional().meta({ description: "an account; or keyId" }),
  keyId: idInput.optional().meta({ description: "the key's own limits, too" }),
  model: lineInput(128).min(1).optional().meta({ description: "what a call to this model meets" }),
  inUse: z.enum(["true", "false"]).optional().meta({ description: "true: only what something is used of" }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const limitUsageAnswer = z.object({
  items: z.array(limitUsage),
  nextCursor: z.null(),
  counting: countingAnswer,
});

export type LimitUsage = z.infer<typeof limitUsage>;
export type LimitUsageQuery = z.infer<typeof limitUsageQuery>;
export type LimitUsageAnswer = z.infer<typeof limitUsageAnswer>;
export type Counting = z.infer<typeof countingAnswer>;
