import { z } from "zod";
import { alertAnswer } from "#lib/alerts/schema";
import { idInput, lineInput, timeAnswer, timeInput, usdAnswer } from "#lib/core/shapes";

export const metricNames = ["rpm", "tpm", "ipm", "cost", "errors", "latency"] as const;
/** Known names whose features do not exist yet: refused with 422 `not_available_yet`. */
export const laterMetrics = ["vpm", "apm"] as const;
export const metricGroupings = ["model", "group", "channel", "status", "account", "key"] as const;

/** The longest chart: a week of minutes. */
export const maxMetricPoints = 10_080;

export const metricsQuery = z.strictObject({
  metric: z
    .enum([...metricNames, ...laterMetrics])
    .meta({ description: "vpm and apm are not available in this version" }),
  from: timeInput.optional(),
  to: timeInput.optional(),
  step: z.coerce
    .number()
    .int()
    .min(60, "at least 60 seconds are expected")
    .max(31 * 86_400)
    .refine((seconds) => seconds % 60 === 0, "a multiple of 60 seconds is expected")
    .default(60),
  groupBy: z.enum(metricGroupings).optional(),
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  model: lineInput(128).optional(),
  channelId: idInput.optional(),
  group: lineInput(64).optional(),
});

/**
 * rpm, tpm, ipm, errors: per minute, averaged over the step. cost: USD per step, a decimal string.
 * latency: milliseconds, the groups are p50, p95 and p99; a step without calls has no point.
 */
export const metricsAnswer = z
  .object({
    metric: z.enum(metricNames),
    step: z.number().int(),
    series: z.array(
      z.object({
        group: z.string().meta({ description: "id of the group; `other` sums what is beyond the top 8" }),
        name: z.string(),
        points: z.array(z.object({ t: timeAnswer, value: z.union([z.number(), z.string()]) })),
      }),
    ),
  })
  .meta({ id: "Metrics" });

const mover = z.object({
  accountId: z.string(),
  name: z.string(),
  spend: usdAnswer,
  before: usdAnswer,
  change: usdAnswer,
});

/** Is anything wrong now, and how does today compare with the same time a week ago. Days are UTC. */
export const overviewAnswer = z
  .object({
    dayStart: timeAnswer.meta({ description: "when today began in the site's time zone" }),
    rpmNow: z.number().meta({ description: "calls in the last whole minute" }),
    rpmSameHourLastWeek: z.number().meta({ description: "mean of that hour a week ago" }),
    spendToday: usdAnswer,
    spendSameTimeLastWeek: usdAnswer,
    errorsLastHour: z.object({
      requests: z.number().int(),
      errors: z.number().int(),
      share: z.number().meta({ description: "0 to 1" }),
    }),
    channels: z.object({ active: z.number().int(), disabled: z.number().int() }),
    accountsInDebt: z.number().int(),
    alerts: z.array(alertAnswer).meta({ description: "open ones, errors first, at most 10" }),
    topMovers: z.array(mover).meta({ description: "today against the same time last week, at most 5" }),
    counts: z.object({ accounts: z.number().int(), keys: z.number().int(), channels: z.number().int() }),
  })
  .meta({ id: "Overview" });

export type MetricsQuery = z.infer<typeof metricsQuery>;
export type Metrics = z.infer<typeof metricsAnswer>;
export type Overview = z.infer<typeof overviewAnswer>;
