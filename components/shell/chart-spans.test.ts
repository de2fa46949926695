import { describe, expect, it } from "vitest";
import { spanEnds, weekMs } from "./chart-spans.ts";

const now = Date.UTC(2026, 10, 21, 12, 7, 31);

describe("a chart's span", () => {
  it("ends with the running step and is cut to whole steps", () => {
    expect(spanEnds("24h", now, 0)).toEqual({
      from: "2026-11-20T12:15:00.000Z",
      to: "2026-11-21T12:15:00.000Z",
    });
  });

  it("a week before has the same length at the same times of day", () => {
    expect(spanEnds("1h", now, weekMs)).toEqual({
      from: "2026-11-14T11:08:00.000Z",
      to: "2026-11-14T12:08:00.000Z",
    });
  });
});
