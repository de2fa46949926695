import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyRow, type RequestLogRow } from "#lib/logs/row";
import { newId } from "#lib/runtime/id";
import type { Settlement } from "#lib/settlement/batch";

/** A folder of its own for a spool, and the end of it. */
export function spoolFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-spool-"));
  return { path: join(folder, "spool.db"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** How some call ended: 200, and what `row` says. */
export function someSettlement(row: Partial<RequestLogRow> = {}, held = true): Settlement {
  const createdAtMs = row.createdAtMs ?? Date.now();
  return {
    held,
    periodStartMs: null,
    row: {
      ...emptyRow,
      requestId: row.requestId ?? newId(createdAtMs),
      createdAtMs,
      status: 200,
      model: "m",
      ip: "192.0.2.1",
      ...row,
    },
  };
}
