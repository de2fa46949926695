import { z } from "zod";
import { idInput } from "#lib/core/shapes";
import { metrics, scopes } from "./metrics.ts";

export const listRefusalsQuery = z.strictObject({
  by: z.enum(["account", "model", "limit"]).default("limit"),
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 31)
    .default(24)
    .meta({ description: "how far back, in whole hours, the running one included" }),
  accountId: idInput.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** What `by` does not name is null. */
export const refusalSum = z
  .object({
    accountId: z.string().nullable(),
    accountName: z.string().nullable(),
    scope: z.enum(scopes).nullable(),
    scopeId: z.string().nullable(),
    scopeName: z
      .string()
      .nullable()
      .meta({ description: "of the group, account, key or channel, while it is there" }),
    model: z.string().nullable(),
    metric: z.enum(metrics).nullable(),
    refused: z.number().int(),
    wouldRefuse: z.number().int().meta({ description: "by limits in shadow mode" }),
  })
  .meta({ id: "LimitRefusals" });

export const refusalsAnswer = z.object({ items: z.array(refusalSum), nextCursor: z.null() });

export type ListRefusals = z.infer<typeof listRefusalsQuery>;
export type RefusalSum = z.infer<typeof refusalSum>;
