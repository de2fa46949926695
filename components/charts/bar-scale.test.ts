import { describe, expect, it } from "vitest";
import { barScale, barsBetween } from "./bar-scale.ts";

const rows = [1, 4, 2].map((value, index) => ({ t: index * 60_000, values: [value, value] }));
const scale = barScale({ rows, width: 300, height: 110, limit: 0 });

describe("bars", () => {
  it("stand on 0, the highest below the room for its mark", () => {
    expect([scale.y(0), scale.y(8)]).toEqual([110, 10]);
    expect([scale.peak, scale.peakIndex]).toEqual([8, 1]);
  });

  it("have round lines across", () => {
    expect(scale.ticks).toEqual([0, 2.5, 5]);
    expect(barScale({ rows: [{ t: 0, values: [1234] }], width: 9, height: 99, limit: 0 }).ticks).toEqual([
      0, 500, 1000,
    ]);
    expect(barScale({ rows: [], width: 9, height: 99, limit: 0 }).ticks).toEqual([0]);
  });

  it("make room for a limit that is near, and not for one far above", () => {
    expect(barScale({ rows, width: 300, height: 110, limit: 16 }).y(16)).toBe(10);
    expect(barScale({ rows, width: 300, height: 110, limit: 1000 }).y(8)).toBe(10);
  });

  it("are found under the pointer, also beyond the ends", () => {
    expect([-5, 0, 99, 100, 299, 900].map(scale.indexAt)).toEqual([0, 0, 0, 1, 2, 2]);
  });

  it("give their stretch in either direction, the last one whole", () => {
    expect(barsBetween(rows, 2, 1, 60_000)).toEqual([60_000, 180_000]);
    expect(barsBetween(rows, 0, 0, 60_000)).toEqual([0, 60_000]);
    expect(barsBetween([], 0, 0, 60_000)).toBeNull();
  });
});
