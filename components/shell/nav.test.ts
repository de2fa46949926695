import { describe, expect, it } from "vitest";
import { docsEntry, isCurrent, profileEntry, sectionsFor } from "./nav.ts";

describe("the navigation", () => {
  it("marks an entry on its page and on all pages below it, but the overview only on itself", () => {
    expect(isCurrent("/accounts", "/accounts/42")).toBe(true);
    expect(isCurrent("/accounts", "/accounts")).toBe(true);
    expect(isCurrent("/", "/accounts")).toBe(false);
    expect(isCurrent("/", "/")).toBe(true);
    expect(isCurrent("/keys", "/keysmith")).toBe(false);
  });

  it("has no two entries with one address or one shortcut", () => {
    for (const role of ["owner", "customer"] as const) {
      const sections = sectionsFor(role).flatMap((section) => section.entries);
      const entries = [...sections, docsEntry, profileEntry];
      expect(new Set(entries.map((entry) => entry.href)).size).toBe(entries.length);
      expect(new Set(entries.map((entry) => entry.shortcut)).size).toBe(entries.length);
    }
  });
});
