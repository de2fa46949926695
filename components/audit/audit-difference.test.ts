import { describe, expect, it } from "vitest";
import { auditDifference } from "./audit-difference.ts";

describe("an audit entry's difference", () => {
  it("names what changed, nested fields by their path, and nothing else", () => {
    const before = { name: "main", status: "active", timeouts: { idleMs: 1, totalMs: 2 }, models: ["a"] };
    const after = { name: "main", status: "disabled", timeouts: { idleMs: 1 }, models: ["a", "b"] };
    expect(auditDifference(before, after)).toEqual([
      { field: "models", before: "a", after: "a, b" },
      { field: "status", before: "active", after: "disabled" },
      { field: "timeouts.totalMs", before: "2", after: undefined },
    ]);
  });

  it("shows all of what was made, and all of what was deleted", () => {
    expect(auditDifference(null, { name: "x", note: null })).toEqual([
      { field: "name", before: undefined, after: "x" },
    ]);
    expect(auditDifference({ name: "x" }, null)).toEqual([{ field: "name", before: "x", after: undefined }]);
  });

  it("tells an empty list from none", () => {
    expect(auditDifference({ models: [] }, { models: null })).toEqual([
      { field: "models", before: "[]", after: undefined },
    ]);
  });
});
