import { describe, expect, it } from "vitest";
import { relativeTime } from "./relative-time.ts";

const now = Date.UTC(2026, 10, 21, 12);

describe("relative time", () => {
  it.each([
    [0, "now"],
    [-400, "now"],
    [9000, "now"],
    [-59_000, "59s ago"],
    [-119_000, "1m ago"],
    [-3_600_000, "1h ago"],
    [-26 * 3_600_000, "1d ago"],
    [2 * 86_400_000, "in 2d"],
  ])("tells a distance of %d ms in its largest whole unit", (distance, text) => {
    expect(relativeTime(now + distance, now, "en")).toBe(text);
  });

  it("speaks the console's language", () => {
    expect(relativeTime(now - 120_000, now, "zh")).toContain("2");
  });
});
