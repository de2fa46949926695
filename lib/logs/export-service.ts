import { exportHead, exportRows } from "./export.ts";
import type { ExportLogsQuery } from "./export-schema.ts";
import type { LogPosition } from "./filters.ts";
import { scanLogs } from "./store.ts";

const rowsPerPage = 1000;

/**
 * All rows of a filter, newest first, page by page: one page in memory, the next one is read when the reader has taken
 * this one. Ends quietly when the reader goes away.
 */
export function exportLogs(query: ExportLogsQuery): ReadableStream<Uint8Array> {
  const { format, columns, ...filter } = query;
  const written = { format, columns };
  const encoder = new TextEncoder();
  let after: LogPosition | undefined;
  let isGone = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const head = exportHead(written);
        if (head !== "") controller.enqueue(encoder.encode(head));
      },
      async pull(controller) {
        // A look that found nothing in its time is followed by the next: a pull ends with rows, or at the end.
        for (;;) {
          const { rows, next } = await scanLogs(filter, rowsPerPage, after);
          if (rows.length > 0) controller.enqueue(encoder.encode(exportRows(rows, written)));
          if (next === null) return controller.close();
          after = next;
          if (rows.length > 0 || isGone) return;
        }
      },
      cancel() {
        isGone = true;
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 1 }),
  );
}
