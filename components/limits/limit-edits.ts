import type { Metric } from "#lib/limits/metrics";
import type { LimitAnswer, PutLimits } from "#lib/limits/schema";

export const metricColumns = [
  "rpm",
  "tpm",
  "ipm",
  "vpm",
  "apm",
  "concurrency",
] as const satisfies readonly Metric[];

/** Whose limits the grid shows; `id` null: the defaults. */
export type GridScope = { scope: LimitAnswer["scope"]; id: string | null };

/** A row of the grid: a model, or all together (null). */
export type GridRow = { model: string | null };

/** What a cell will become. `value` null: no limit. */
export type Draft = { value: number | null; shadow: boolean };
export type Drafts = ReadonlyMap<string, Draft>;

/** What stands in a cell, by `cellKey`. */
export type Standing = ReadonlyMap<string, LimitAnswer>;

export function cellKey({ model }: GridRow, metric: Metric): string {
  return `${model ?? ""}\n${metric}`;
}

/** The limits of a scope by cell. */
export function standingOf(
  limits: readonly LimitAnswer[],
  { scope, id }: GridScope,
): Map<string, LimitAnswer> {
  const own = limits.filter((limit) => limit.scope === scope && limit.scopeId === id);
  return new Map(own.map((limit) => [cellKey(limit, limit.metric), limit]));
}

const most = 1_000_000_000_000;

/**
 * A limit as people type it: 20, "30,000", 30k, 30m; empty, – or "none" is no limit (null). Undefined: it cannot be read.
 */
export function readLimit(text: string): number | null | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .replaceAll(/[,_\s]/g, "");
  if (plain === "" || plain === "–" || plain === "-" || plain === "none") return null;
  const match = /^(\d+(?:\.\d+)?)([kmb]?)$/.exec(plain);
  if (match === null) return undefined;
  const factor = { "": 1, k: 1_000, m: 1_000_000, b: 1_000_000_000 }[match[2] ?? ""] ?? 1;
  // Rounded only where the factor's own fraction cannot be: 1.1m is a whole number, 1.5 is not.
  const value = Number((Number(match[1]) * factor).toFixed(3));
  return Number.isInteger(value) && value <= most ? value : undefined;
}

/** A draft among the others; one that changes nothing is none. */
export function withDraft(drafts: Drafts, standing: Standing, key: string, draft: Draft): Drafts {
  const next = new Map(drafts);
  const now = standing.get(key);
  const isSame =
    draft.value === (now?.value ?? null) && (draft.value === null || draft.shadow === (now?.shadow ?? false));
  if (isSame) next.delete(key);
  else next.set(key, draft);
  return next;
}

export type Pasted = { cells: { key: string; value: number | null }[]; unread: string[] };

/** A pasted block (lines, and tabs within them) from a cell on, down and to the right; what lies outside is left out. */
export function pasteAt(text: string, rows: readonly GridRow[], at: { row: number; column: number }): Pasted {
  const pasted: Pasted = { cells: [], unread: [] };
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  lines.forEach((line, down) => {
    line.split("\t").forEach((part, right) => {
      const row = rows[at.row + down];
      const metric = metricColumns[at.column + right];
      if (row === undefined || metric === undefined) return;
      const value = readLimit(part);
      if (value === undefined) pasted.unread.push(part.trim());
      else pasted.cells.push({ key: cellKey(row, metric), value });
    });
  });
  return pasted;
}

export type BulkEdit = { metric: Metric; how: "set" | "times" | "clear"; amount: number };

/** What a bulk edit makes of rows. `times` touches only cells with a limit, and rounds down, never to nothing. */
export function bulkCells(
  rows: readonly GridRow[],
  { metric, how, amount }: BulkEdit,
  currentOf: (key: string) => number | null,
): { key: string; value: number | null }[] {
  return rows.flatMap((row): { key: string; value: number | null }[] => {
    const key = cellKey(row, metric);
    const before = currentOf(key);
    if (how === "clear") return before === null ? [] : [{ key, value: null }];
    if (how === "set") return [{ key, value: amount }];
    if (before === null) return [];
    return [
      { key, value: Math.min(most, Math.max(before === 0 ? 0 : 1, Math.floor(before * amount + 1e-9))) },
    ];
  });
}

export type Change = PutLimits["changes"][number] & { before: LimitAnswer | undefined };

/** What the server is asked for: each draft, with what it replaces, so that nobody's change is overwritten unseen. */
export function changesOf(drafts: Drafts, standing: Standing, { scope, id }: GridScope): Change[] {
  return [...drafts].map(([key, { value, shadow }]) => {
    const [model = "", metric = ""] = key.split("\n");
    const before = standing.get(key);
    return {
      scope,
      scopeId: id,
      model: model === "" ? null : model,
      metric: metricColumns.find((each) => each === metric) ?? "rpm",
      value,
      shadow: value !== null && shadow,
      expected: before?.value ?? null,
      before,
    };
  });
}

/** What takes saved changes back. A grant that ran cannot come back, only its value for good is left out. */
export function undoOf(changes: readonly Change[]): PutLimits["changes"] {
  return changes.map(({ before, value, ...change }) => ({
    ...change,
    value: before === undefined ? null : before.grant === null ? before.value : before.grant.afterwards,
    shadow: before?.shadow ?? false,
    expected: value,
  }));
}
