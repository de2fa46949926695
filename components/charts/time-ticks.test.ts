import { describe, expect, it } from "vitest";
import { timeTicks } from "./time-ticks.ts";

const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 21, 0, 15);

describe("ticks of a time axis", () => {
  it("stand at round hours of the reader's own clock", () => {
    const ticks = timeTicks(start, start + 24 * hourMs, 8, 5.5 * hourMs);
    const local = ticks.map((tick) => new Date(tick + 5.5 * hourMs).toISOString().slice(11, 16));
    expect(local).toEqual(["06:00", "09:00", "12:00", "15:00", "18:00", "21:00", "00:00", "03:00"]);
  });

  it("are never more than asked for", () => {
    for (const hours of [1, 3, 24, 168, 720, 5_000, 20_000]) {
      expect(timeTicks(start, start + hours * hourMs, 8, 0).length).toBeLessThanOrEqual(9);
    }
  });
});
