import { type Block, decodeColumns, rowsOf, type SpoolRow } from "./block.ts";
import { joined, type SettlementColumns, slice } from "./settlement-columns.ts";

/** Settlements of a spool in their order: `settlements` is undefined where this release cannot read one of them. */
export type Batch = { count: number; toSeq: number; settlements: SettlementColumns | undefined };

/** Which are wanted: at most `limit` of those behind `afterSeq`, up to the last that is committed. */
export type Wanted = { afterSeq: number; limit: number; lastSeq: number };

/** The wanted settlements, field by field. */
export function batchOf(blocks: Iterable<Block>, { afterSeq, limit, lastSeq }: Wanted): Batch {
  const parts: SettlementColumns[] = [];
  let [count, toSeq, isReadable] = [0, afterSeq, true];
  for (const block of blocks) {
    const first = block.seq - block.count + 1;
    const start = Math.max(0, toSeq + 1 - first);
    const end = Math.min(block.count, start + limit - count, lastSeq + 1 - first);
    if (end <= start) continue;
    const part = columnsOfBlock(block, start, end);
    if (part === undefined) isReadable = false;
    else parts.push(part);
    count += end - start;
    toSeq = first + end - 1;
    if (count === limit) break;
  }
  return { count, toSeq, settlements: isReadable ? joined(parts) : undefined };
}

function columnsOfBlock(block: Block, start: number, end: number): SettlementColumns | undefined {
  try {
    const columns = decodeColumns(block.format, block.body);
    return columns.count === block.count ? slice(columns, start, end) : undefined;
  } catch {
    return undefined;
  }
}

/** The wanted settlements, one by one. */
export function rowsOfBlocks(blocks: Iterable<Block>, { afterSeq, limit, lastSeq }: Wanted): SpoolRow[] {
  const rows: SpoolRow[] = [];
  for (const block of blocks) {
    for (const row of rowsOf(block)) {
      if (row.seq <= afterSeq || row.seq > lastSeq) continue;
      if (rows.push(row) === limit) return rows;
    }
  }
  return rows;
}
