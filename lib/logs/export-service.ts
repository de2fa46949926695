import { exportHead, exportRows } from "./export.ts";
import type { ExportLogsQuery } from "./export-schema.ts";
import type { LogPosition } from "./filters.ts";
import { listLogs } from "./store.ts";

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
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const head = exportHead(written);
        if (head !== "") controller.enqueue(encoder.encode(head));
      },
      async pull(controller) {
        // One row more than a page tells whether there is a next one.
        const found = await listLogs({ ...filter, limit: rowsPerPage }, after);
        const rows = found.slice(0, rowsPerPage);
        const last = rows.at(-1);
        if (last !== undefined) controller.enqueue(encoder.encode(exportRows(rows, written)));
        if (last === undefined || found.length <= rowsPerPage) controller.close();
        else after = [last.createdAt, last.requestId];
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 1 }),
  );
}
