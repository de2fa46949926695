import { z } from "zod";

const count = z.number().int();
const keptDays = count.meta({ description: "the setting in force; 0: for ever" });
const oldest = z.iso.date().nullable();

/** What retention would take if it ran now. Row counts of whole days of logs are Postgres's own estimates. */
export const retentionPlan = z
  .object({
    logs: z.object({
      keptDays,
      days: count.meta({ description: "past their time" }),
      oldest,
      rows: count,
      bytes: count.meta({ description: "on disk, with indexes" }),
      waiting: z
        .array(z.iso.date())
        .meta({ description: "of those, days with bills under no seal yet: they stay" }),
    }),
    rollups: z.object({ keptDays, oldest, rows: count, bytes: count }),
    addresses: z.object({
      keptDays,
      oldest,
      rows: count.meta({ description: "of the report by IP: deleted" }),
      logRows: count.meta({ description: "rows kept longer: IP address and user agent blanked" }),
    }),
  })
  .meta({ id: "RetentionPlan" });

export type RetentionPlan = z.infer<typeof retentionPlan>;
