import { summedModel } from "#lib/logs/like-rows";
import type { RequestLogRow } from "#lib/logs/row";
import type { Settlement } from "#lib/settlement/batch";

export type Refusals = {
  /** A refused call: its row goes on, or is counted on one that went on before. */
  take(settlement: Settlement): void;
  /** Hands on what was counted since the last time. */
  flush(): void;
  /** Entries in memory now. */
  size(): number;
};

type Flood = {
  calls: number;
  /** The row that stands for all beyond the limit; undefined while there is none. */
  row: RequestLogRow | undefined;
  /** Counted and not handed on yet, by what rollups tell apart. */
  counted: Map<string, RequestLogRow>;
};

const MINUTE_MS = 60_000;
/** More kinds of refused calls than this in one flood are handed on at once. */
const MOST_KINDS = 32;

/**
 * Collapses floods of refusals: of one IP, key (or none) and code, the first `mostRows` of a minute have rows of their
 * own; all further ones share one row, whose count follows by `flush`, and so do the rollups. Every call is counted
 * once, in the minute of its arrival. Memory is bounded: beyond `mostFloods` at a time, rows go on as they come.
 */
export function createRefusals(
  pass: (settlement: Settlement) => void,
  { mostRows = 60, mostFloods = 20_000 }: { mostRows?: number; mostFloods?: number } = {},
): Refusals {
  // Calls that arrived in the minute before are refused still when a new one has begun.
  let [minute, now, before] = [0, new Map<string, Flood>(), new Map<string, Flood>()];
  let waiting = new Set<Flood>();

  function floodsOf(row: RequestLogRow): Map<string, Flood> | undefined {
    const arrived = Math.floor(row.createdAtMs / MINUTE_MS);
    if (arrived > minute) {
      before = arrived === minute + 1 ? now : new Map();
      now = new Map();
      minute = arrived;
    }
    if (arrived === minute) return now;
    return arrived === minute - 1 ? before : undefined;
  }

  function flush(): void {
    const floods = waiting;
    waiting = new Set();
    for (const flood of floods) handOn(flood);
  }

  function handOn(flood: Flood): void {
    const { row, counted } = flood;
    if (row === undefined) return;
    flood.counted = new Map();
    const { requestId, createdAtMs } = row;
    for (const more of counted.values())
      pass({ held: false, periodStartMs: null, row: { ...more, requestId, createdAtMs, addsToRow: true } });
  }

  return {
    flush,
    size: () => now.size + before.size,
    take(settlement) {
      const { row } = settlement;
      const floods = floodsOf(row);
      const name = `${row.ip ?? ""} ${row.keyId ?? ""} ${row.errorCode ?? ""}`;
      const flood = floods?.get(name) ?? { calls: 0, row: undefined, counted: new Map() };
      if (flood.calls === 0) {
        if (floods === undefined || floods.size >= mostFloods) return pass(settlement);
        floods.set(name, flood);
      }
      flood.calls += 1;
      if (flood.calls <= mostRows) return pass(settlement);
      if (flood.row === undefined) {
        flood.row = row;
        return pass(settlement);
      }
      const kind = `${summedModel(row)}\n${row.groupId ?? ""}\n${row.channelId ?? ""}\n${row.status}`;
      const counted = flood.counted.get(kind);
      if (counted !== undefined) counted.repeats += 1;
      else flood.counted.set(kind, { ...row });
      if (flood.counted.size > MOST_KINDS) handOn(flood);
      else waiting.add(flood);
    },
  };
}
