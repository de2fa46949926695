import { z } from "zod";
import { listLogsQuery, logRow } from "./schema.ts";

/** Every column of an export: the fields of a row as the list shows it. */
export const exportColumns = logRow.keyof().options;
export type ExportColumn = (typeof exportColumns)[number];

const columns = z
  .string()
  .max(2048)
  .transform((text) => text.split(",").map((name) => name.trim()))
  .pipe(
    z
      .array(z.enum(exportColumns, { error: "no such column" }))
      .min(1)
      .transform((names) => [...new Set(names)]),
  );

export const exportLogsQuery = listLogsQuery.omit({ limit: true, cursor: true }).extend({
  format: z.enum(["csv", "ndjson"]).default("csv"),
  columns: columns.optional().meta({ description: "comma-separated; default: all" }),
});

export type ExportLogsQuery = z.infer<typeof exportLogsQuery>;
