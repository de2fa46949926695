import { z } from "zod";
import { lineInput, noteInput, pageAnswer, pageFields, timeAnswer } from "#lib/core/shapes";
import { metrics, scopes } from "./metrics.ts";

export const limitValue = z
  .number()
  .int("a whole number is expected")
  .min(0, "a limit cannot be negative; 0 refuses everything")
  .max(1_000_000_000_000, "at most 1,000,000,000,000");

/** A limit as it is set: per minute, or for concurrency calls at once. */
export const limitAnswer = z
  .object({
    id: z.string(),
    scope: z.enum(scopes),
    scopeId: z.string().nullable(),
    scopeName: z.string().nullable(),
    model: z.string().nullable().meta({ description: "null: all models together" }),
    metric: z.enum(metrics),
    value: z.number().meta({ description: "in force now: a grant's while one runs" }),
    shadow: z.boolean().meta({ description: "counted and shown, refuses nothing" }),
    grant: z
      .object({ until: timeAnswer, afterwards: z.number().nullable() })
      .nullable()
      .meta({ description: "`value` is granted until then; `afterwards` is what it is from then on" }),
    note: z.string(),
    updatedAt: timeAnswer,
  })
  .meta({ id: "Limit" });

export const putLimitBody = z.strictObject({
  scope: z.enum(scopes),
  scopeId: lineInput(128).min(1).nullish(),
  model: lineInput(128).min(1).nullish(),
  metric: z.enum(metrics),
  value: limitValue,
  shadow: z.boolean().optional().meta({ description: "left out: as it stands; a new limit refuses" }),
  note: noteInput.optional(),
});

const limitName = {
  scope: z.enum(scopes),
  scopeId: lineInput(128).min(1).nullish(),
  model: lineInput(128).min(1).nullish(),
  metric: z.enum(metrics),
};

/** Many limits at once, all or none. */
export const putLimitsBody = z.strictObject({
  changes: z
    .array(
      z.strictObject({
        ...limitName,
        value: limitValue.nullable().meta({ description: "null: takes it away" }),
        shadow: z.boolean().optional(),
        expected: limitValue.nullable().optional().meta({
          description: "what it stood at when it was looked at; another value now refuses all: 409",
        }),
      }),
    )
    .min(1, "at least one change is expected")
    .max(2_000, "at most 2,000 at once"),
});

export const putLimitsAnswer = z.object({ changed: z.number().int() }).meta({ id: "LimitsChanged" });

export const listLimitsQuery = z.strictObject({
  ...pageFields,
  scope: z.enum(scopes).optional(),
  scopeId: lineInput(128).optional(),
  model: lineInput(128).optional(),
  metric: z.enum(metrics).optional(),
});

/** `limits` of a key: on all models together. */
export const keyLimits = z
  .array(z.strictObject({ metric: z.enum(metrics), value: limitValue }))
  .max(metrics.length)
  .refine(
    (list) => new Set(list.map(({ metric }) => metric)).size === list.length,
    "each metric at most once",
  );

export const limitPage = pageAnswer(limitAnswer);

/** A limit as it applies to a key and a model now. */
export const appliedLimit = z.object({
  metric: z.enum(metrics),
  scope: z.enum(scopes),
  model: z.string().nullable(),
  limit: z.number(),
  used: z.number().meta({ description: "as far as the node that answers knows" }),
  shadow: z.boolean(),
  because: z.string(),
});

export const appliedLimitsQuery = z.strictObject({ keyId: lineInput(64), model: lineInput(128).min(1) });
export const appliedLimitsAnswer = z.object({ items: z.array(appliedLimit), nextCursor: z.null() });

export type LimitAnswer = z.infer<typeof limitAnswer>;
export type PutLimit = z.infer<typeof putLimitBody>;
export type PutLimits = z.infer<typeof putLimitsBody>;
export type ListLimits = z.infer<typeof listLimitsQuery>;
export type AppliedLimit = z.infer<typeof appliedLimit>;
