import { z } from "zod";
import {
  amountInput,
  idInput,
  lineInput,
  nameInput,
  pageAnswer,
  pageFields,
  timeAnswer,
  timeInput,
  usdAnswer,
} from "#lib/core/shapes";
import { sortField } from "#lib/core/sort";
import { metrics } from "#lib/limits/metrics";
import { keyLimits } from "#lib/limits/schema";

export const budgetPeriods = ["day", "week", "month", "total"] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** Most networks that one key is refused from. */
export const maxDenied = 100;

/** An API key as it is shown again and again: never with its secret. `group` null = the account's own. */
export const keyAnswer = z
  .object({
    id: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    name: z.string(),
    prefix: z.string(),
    last4: z.string(),
    status: z.enum(["active", "disabled"]),
    expiresAt: timeAnswer.nullable(),
    budget: z
      .object({ amount: usdAnswer, period: z.enum(budgetPeriods), spent: usdAnswer })
      .nullable()
      .meta({ description: "spent: in the running period of the account's time zone" }),
    models: z.array(z.string()).meta({ description: "empty = all" }),
    allowedCidrs: z.array(z.string()).meta({ description: "empty = all" }),
    deniedCidrs: z.array(z.string()).meta({ description: "refused, whatever is allowed" }),
    group: z.string().nullable(),
    limits: z.array(z.object({ metric: z.enum(metrics), value: z.number() })).meta({
      description: "the key's own, on all models together; others may apply too",
    }),
    createdAt: timeAnswer,
    lastUsedAt: timeAnswer.nullable(),
    lastUsedIp: z.string().nullable().meta({ description: "from where it was used last" }),
    calls24h: z.number().int().meta({ description: "refused ones too" }),
  })
  .meta({ id: "Key" });

/** What may be wrong with an active key. Idle: used once, not within 90 days. Many networks: 5 or more in 30 days. */
export const hygieneKinds = ["neverUsed", "idle90", "noExpiry", "noBudget", "manyNetworks"] as const;

/** How many active keys each kind finds. */
export const hygieneAnswer = z
  .object(
    Object.fromEntries(hygieneKinds.map((kind) => [kind, z.number().int()])) as Record<HygieneKind, z.ZodInt>,
  )
  .meta({ id: "KeyHygiene" });

/** The only answer that ever carries the secret. */
export const createdKeyAnswer = keyAnswer
  .extend({ secret: z.string().meta({ description: "shown once" }) })
  .meta({ id: "CreatedKey" });

const budget = z.strictObject({ amount: amountInput(9), period: z.enum(budgetPeriods) });
const models = z.array(lineInput(128).min(1)).max(1000).transform(unique);
// Loose here: cidr.ts normalises and refuses by field, so that the browser need not load an IP parser.
const allowedCidrs = z.array(z.string().trim().min(1).max(64)).max(1000);
/** Every call is held against all of them. */
const deniedCidrs = z.array(z.string().trim().min(1).max(64)).max(maxDenied);
const group = lineInput(64).min(1);

export const createKeyBody = z.strictObject({
  accountId: idInput,
  name: nameInput,
  expiresAt: timeInput.nullish(),
  budget: budget.nullish(),
  models: models.optional(),
  allowedCidrs: allowedCidrs.optional(),
  deniedCidrs: deniedCidrs.optional(),
  group: group.nullish(),
  limits: keyLimits.optional(),
});

export const updateKeyBody = z.strictObject({
  name: nameInput.optional(),
  status: z.enum(["active", "disabled"]).optional(),
  expiresAt: timeInput.nullish(),
  budget: budget.nullish(),
  models: models.optional(),
  allowedCidrs: allowedCidrs.optional(),
  deniedCidrs: deniedCidrs.optional(),
  group: group.nullish(),
  limits: keyLimits.optional().meta({ description: "replaces the key's own limits on all models" }),
});

export const listKeysQuery = z.strictObject({
  ...pageFields,
  ...sortField,
  accountId: idInput.optional(),
  q: lineInput(128).optional(),
  status: z.enum(["active", "disabled"]).optional(),
  hygiene: z.enum(hygieneKinds).optional().meta({ description: "active keys alone: see KeyHygiene" }),
});

export const hygieneQuery = z.strictObject({ accountId: idInput.optional() });

export const keyPage = pageAnswer(keyAnswer);

export type HygieneKind = (typeof hygieneKinds)[number];
export type KeyHygiene = z.infer<typeof hygieneAnswer>;
export type Key = z.infer<typeof keyAnswer>;
export type CreatedKey = z.infer<typeof createdKeyAnswer>;
export type CreateKey = z.infer<typeof createKeyBody>;
export type UpdateKey = z.infer<typeof updateKeyBody>;
export type ListKeys = z.infer<typeof listKeysQuery>;

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
