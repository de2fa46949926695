import { z } from "zod";
import { alertAnswer } from "#lib/alerts/schema";
import { idInput, lineInput, timeAnswer, timeInput, usdAnswer } from "#lib/core/shapes";

export const metricNames = [
  ...["rpm", "tpm", "ipm", "vpm", "apm", "concurrency", "cost", "errors"],
  ...["latency", "firstToken"],
] as const satisfies readonly string[];
export const metricGroupings = ["model", "group", "channel", "status", "account", "key"] as const;
export const percentileNames = ["p50", "p95", "p99"] as const;

/** The longest chart: a week of minutes. */
export const maxMetricPoints = 10_080;
export const mostGroups = 20;

export const metricsQuery = z.strictObject({
  metric: z.enum(metricNames),
  from: timeInput.optional().meta({ description: "default: an hour before `to`" }),
  to: timeInput.optional().meta({ description: "default: now; may lie ahead" }),
  step: z.coerce
    .number()
    .int()
    .min(60, "at least 60 seconds are expected")
    .max(31 * 86_400)
    .refine((seconds) => seconds % 60 === 0, "a multiple of 60 seconds is expected")
    .optional()
    .meta({
      description: "seconds; default: the finest of 1, 5, 15 min, 1, 4 h, 1 d with at most 1,500 points",
    }),
  groupBy: z.enum(metricGroupings).optional(),
  top: z.coerce.number().int().min(1).max(mostGroups).default(8).meta({
    description: "how many groups stand for themselves; the others are summed as `other`",
  }),
  percentile: z
    .enum(percentileNames)
    .default("p95")
    .meta({ description: "of latency and firstToken with groupBy; without, all three are answered" }),
  accountId: idInput.optional(),
  keyId: idInput.optional(),
  model: lineInput(128).optional(),
  channelId: idInput.optional(),
  group: lineInput(64).optional(),
  status: z.enum(["2xx", "4xx", "5xx", "failed"]).optional(),
});

const value = z.union([z.number(), z.string()]);
const point = z.object({ t: timeAnswer, value });

/**
 * rpm, tpm, ipm, vpm, apm, errors: per minute, averaged over the step. cost: USD per step, a decimal string. concurrency:
 * the most calls at once in the step; of accounts and keys those that a limit on it counts, and groups are not summed.
 * latency, firstToken: milliseconds of calls that reached a model; a step without any has no point.
 */
export const metricsAnswer = z
  .object({
    metric: z.enum(metricNames),
    step: z.number().int().meta({ description: "seconds" }),
    from: timeAnswer.meta({ description: "the first step's time" }),
    to: timeAnswer,
    keptSince: timeAnswer
      .nullable()
      .meta({ description: "figures of this step are kept since then; null: for ever" }),
    source: z.enum(["rollups", "rows"]).meta({
      description:
        "rows: no rollup counts by account or key together with channel or group, so rows were read",
    }),
    partial: z.boolean().meta({ description: "it took too long: steps before `scannedTo` have no points" }),
    scannedTo: timeAnswer.nullable(),
    groups: z
      .object({ shown: z.number().int(), of: z.number().int() })
      .meta({ description: "how many groups stand for themselves, of how many there are" }),
    series: z.array(
      z.object({
        group: z.string().meta({ description: "id of the group; `other` is what is beyond the largest" }),
        name: z.string(),
        total: value.nullable().meta({
          description: "of the whole range: calls, tokens, pieces, USD; latency: its percentile",
        }),
        peak: point.nullable().meta({ description: "the highest point" }),
        points: z.array(point),
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
    channels: z.object({
      active: z.number().int(),
      disabled: z.number().int(),
      out: z.number().int().meta({ description: "active ones that nobody is sent to now" }),
    }),
    accountsInDebt: z.number().int(),
    openIncidents: z.number().int(),
    alerts: z.array(alertAnswer).meta({ description: "open ones, errors first, at most 10" }),
    topMovers: z.array(mover).meta({ description: "today against the same time last week, at most 5" }),
    counts: z.object({ accounts: z.number().int(), keys: z.number().int(), channels: z.number().int() }),
  })
  .meta({ id: "Overview" });

export type MetricsQuery = z.infer<typeof metricsQuery>;
export type Metrics = z.infer<typeof metricsAnswer>;
export type Overview = z.infer<typeof overviewAnswer>;
