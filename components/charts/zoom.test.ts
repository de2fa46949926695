import { describe, expect, it } from "vitest";
import { stepFor, zoomedIn, zoomedOut } from "./zoom.ts";

const hour = 3_600_000;

describe("the stretch of a chart", () => {
  it.each([
    [hour / 4, 1],
    [hour, 1],
    [24 * hour, 15],
    [7 * 24 * hour, 60],
    [30 * 24 * hour, 240],
    [400 * 24 * hour, 1440],
  ])("of %i ms is drawn in steps of %i minutes", (span, minutes) => {
    expect(stepFor(span, 180)).toBe(minutes * 60_000);
  });

  it("is zoomed out around its middle, and never beyond now", () => {
    expect(zoomedOut(10 * hour, 11 * hour, 100 * hour)).toEqual([9 * hour, 12 * hour]);
    expect(zoomedOut(10 * hour, 11 * hour, 11 * hour)).toEqual([8 * hour, 11 * hour]);
  });

  it("is what was dragged over, up to now", () => {
    expect(zoomedIn(0, 2 * hour, hour)).toEqual({
      from: "1970-01-01T00:00:00.000Z",
      to: "1970-01-01T01:00:00.000Z",
    });
  });
});
