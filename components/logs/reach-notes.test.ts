import { describe, expect, it } from "vitest";
import { reachNotes } from "./reach-notes.ts";

const nowMs = Date.parse("2026-11-22T10:00:00Z");
const reach = { to: "2026-11-22T10:00:00Z", keptSince: "2026-08-24T00:00:00Z", keptDays: 90 };
const kinds = (ends: { from?: string; to?: string }, isPreset = false, more = {}) =>
  reachNotes(ends, isPreset, { ...reach, ...more }, nowMs).map(({ kind }) => kind);

describe("a range of the request log says", () => {
  it("nothing where it is what it looks like", () => {
    expect(kinds({ from: "2026-11-21T10:00:00Z" }, true)).toEqual([]);
    expect(kinds({ from: "2026-11-20T10:00:00Z", to: "2026-11-21T10:00:00Z" })).toEqual([]);
  });

  it("where it ends without an end, and where it begins without a beginning", () => {
    expect(kinds({ from: "2026-11-20T10:00:00Z" })).toEqual(["noEnd"]);
    expect(kinds({ to: "2026-11-20T10:00:00Z" })).toEqual(["noStart"]);
    expect(kinds({ to: "2026-11-20T10:00:00Z" }, false, { keptSince: null })).toEqual([]);
  });

  it("that rows are gone beyond retention, and only there", () => {
    expect(kinds({ from: "2026-08-01T00:00:00Z" }, true)).toEqual(["gone"]);
    expect(kinds({ from: "2026-10-23T00:00:00Z" }, true, { keptSince: "2026-11-21T00:00:00Z" })).toEqual([
      "begins",
    ]);
    expect(kinds({ from: "2020-01-01T00:00:00Z" }, true, { keptDays: null })).toEqual(["begins"]);
  });
});
