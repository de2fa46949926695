import { z } from "zod";
import { timeAnswer } from "#lib/core/shapes";
import { listLogsQuery } from "#lib/logs/schema";

const count = z.number().int();

export const logHistogramQuery = listLogsQuery.omit({ limit: true, cursor: true }).extend({
  bars: z.coerce.number().int().min(1).max(200).default(60).meta({ description: "at most so many" }),
});

/** Bars without holes, oldest first. Collapsed refusals count as what they stand for. */
export const logHistogram = z
  .object({
    from: timeAnswer.meta({ description: "of the first bar; without `from`: an hour before `to`" }),
    to: timeAnswer,
    step: count.meta({ description: "seconds of a bar" }),
    source: z.enum(["rollups", "rows"]).meta({ description: "rollups count whole minutes" }),
    partial: z.boolean().meta({ description: "it took too long: bars before `scannedTo` are not counted" }),
    scannedTo: timeAnswer.nullable(),
    bars: z.array(
      z.object({
        t: timeAnswer,
        succeeded: count,
        refused: count.meta({ description: "4xx" }),
        failed: count.meta({ description: "5xx" }),
      }),
    ),
  })
  .meta({ id: "LogHistogram" });

export type LogHistogramQuery = z.infer<typeof logHistogramQuery>;
export type LogHistogram = z.infer<typeof logHistogram>;
