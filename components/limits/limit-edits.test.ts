import { describe, expect, it } from "vitest";
import type { LimitAnswer } from "#lib/limits/schema";
import {
  bulkCells,
  cellKey,
  changesOf,
  pasteAt,
  readLimit,
  standingOf,
  undoOf,
  withDraft,
} from "./limit-edits.ts";

const limit = (model: string | null, metric: LimitAnswer["metric"], value: number): LimitAnswer => ({
  id: `${model}-${metric}`,
  scope: "default",
  scopeId: null,
  scopeName: null,
  model,
  metric,
  value,
  shadow: false,
  grant: null,
  note: "",
  updatedAt: "2026-11-22T08:00:00.000Z",
});
const rows = [{ model: null }, { model: "a" }, { model: "b" }];
const defaults = { scope: "default", id: null } as const;
const standing = standingOf([limit("a", "rpm", 10), limit(null, "tpm", 7)], defaults);

describe("typing a limit", () => {
  it.each([
    ["20", 20],
    [" 30,000 ", 30_000],
    ["30m", 30_000_000],
    ["1.1M", 1_100_000],
    ["0", 0],
    ["", null],
    ["–", null],
    ["1.5", undefined],
    ["-3", undefined],
    ["many", undefined],
    ["9999b", undefined],
  ])("%j is %j", (text, value) => {
    expect(readLimit(text)).toBe(value);
  });
});

describe("edits of the grid", () => {
  const key = cellKey({ model: "a" }, "rpm");

  it("are changes only as long as they differ from what stands", () => {
    const one = withDraft(new Map(), standing, key, { value: 12, shadow: false });
    expect([...one.keys()]).toEqual([key]);
    expect(withDraft(one, standing, key, { value: 10, shadow: false }).size).toBe(0);
    expect(withDraft(one, standing, key, { value: 10, shadow: true }).size).toBe(1);
  });

  it("take a pasted block down and to the right, and say what cannot be read", () => {
    const { cells, unread } = pasteAt("5\t6k\nx\t\n1\t2\n", rows, { row: 1, column: 0 });
    expect(cells).toEqual([
      { key: cellKey({ model: "a" }, "rpm"), value: 5 },
      { key: cellKey({ model: "a" }, "tpm"), value: 6_000 },
      { key: cellKey({ model: "b" }, "tpm"), value: null },
    ]);
    expect(unread).toEqual(["x"]);
  });

  it("set, multiply and clear what the filter shows", () => {
    const currentOf = (each: string) => standing.get(each)?.value ?? null;
    expect(bulkCells(rows, { metric: "rpm", how: "set", amount: 3 }, currentOf)).toHaveLength(3);
    expect(bulkCells(rows, { metric: "rpm", how: "times", amount: 0.25 }, currentOf)).toEqual([
      { key, value: 2 },
    ]);
    expect(bulkCells(rows, { metric: "rpm", how: "times", amount: 0.01 }, currentOf)).toEqual([
      { key, value: 1 },
    ]);
    expect(bulkCells(rows, { metric: "rpm", how: "clear", amount: 0 }, currentOf)).toEqual([
      { key, value: null },
    ]);
  });

  it("name what they replace, and can be taken back", () => {
    const fresh = cellKey({ model: "b" }, "ipm");
    let drafts = withDraft(new Map(), standing, key, { value: null, shadow: false });
    drafts = withDraft(drafts, standing, fresh, { value: 4, shadow: true });
    const changes = changesOf(drafts, standing, defaults);
    expect(changes).toMatchObject([
      { model: "a", metric: "rpm", value: null, expected: 10 },
      { model: "b", metric: "ipm", value: 4, shadow: true, expected: null },
    ]);
    expect(undoOf(changes)).toMatchObject([
      { model: "a", metric: "rpm", value: 10, expected: null },
      { model: "b", metric: "ipm", value: null, expected: 4 },
    ]);
  });
});
