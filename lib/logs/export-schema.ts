import { z } from "zod";
import { listLogsQuery, logRow, ofOperators } from "./schema.ts";

/** Every column of an export: the fields of a row as the list shows it. */
export const exportColumns = logRow.keyof().options;
export type ExportColumn = (typeof exportColumns)[number];

const columns = columnsOf(exportColumns);
/** Without where a call went, which is the operators' business. */
const customersColumns = logRow.omit(ofOperators).keyof().options;

export const exportLogsQuery = listLogsQuery.omit({ limit: true, cursor: true }).extend({
  format: z.enum(["csv", "ndjson"]).default("csv"),
  columns: columns.optional().meta({ description: "comma-separated; default: all" }),
});

/** What customers may export, of their own account. */
export const customersExportQuery = exportLogsQuery.omit({ channelId: true }).extend({
  columns: columnsOf(customersColumns).default(customersColumns),
});

export type ExportLogsQuery = z.infer<typeof exportLogsQuery>;

function columnsOf<const Name extends ExportColumn>(names: readonly Name[]) {
  return z
    .string()
    .max(2048)
    .transform((text) => text.split(",").map((name) => name.trim()))
    .pipe(
      z
        .array(z.enum(names, { error: "no such column" }))
        .min(1)
        .transform((chosen) => [...new Set(chosen)]),
    );
}
