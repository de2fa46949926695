import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayMs, hourMs, minuteMs } from "#lib/core/time";
import { coverRange } from "./cover.ts";

const midnight = Date.UTC(2026, 10, 20);
const hoursFrom = (first: number, count: number) =>
  new Set(Array.from({ length: count }, (_, index) => midnight + (first + index) * hourMs));
const none = { hours: new Set<number>(), days: new Set<number>() };

describe("what a chart reads", () => {
  it("is the minutes where its steps are finer than an hour, whatever is summed", () => {
    const range = { fromMs: midnight, toMs: midnight + 2 * hourMs, stepMs: 15 * minuteMs };
    expect(coverRange(range, { ...none, hours: hoursFrom(0, 24) })).toEqual([
      { level: "minute", fromMs: range.fromMs, toMs: range.toMs },
    ]);
  });

  it("is whole summed hours, and the minutes of what is not whole or not summed", () => {
    const range = { fromMs: midnight + 90_500, toMs: midnight + 5.5 * hourMs, stepMs: hourMs };
    expect(coverRange(range, { ...none, hours: hoursFrom(0, 4) })).toEqual([
      { level: "minute", fromMs: midnight + minuteMs, toMs: midnight + hourMs },
      { level: "hour", fromMs: midnight + hourMs, toMs: midnight + 4 * hourMs },
      { level: "minute", fromMs: midnight + 4 * hourMs, toMs: range.toMs },
    ]);
  });

  it("is whole summed days where a step is days", () => {
    const range = { fromMs: midnight, toMs: midnight + 2 * dayMs + 1, stepMs: dayMs };
    const summed = { days: new Set([midnight]), hours: hoursFrom(0, 36) };
    expect(coverRange(range, summed)).toEqual([
      { level: "day", fromMs: midnight, toMs: midnight + dayMs },
      { level: "hour", fromMs: midnight + dayMs, toMs: midnight + 36 * hourMs },
      { level: "minute", fromMs: midnight + 36 * hourMs, toMs: range.toMs },
    ]);
  });

  it("is a line's whole hours at minute resolution, and its whole days at that of hours", () => {
    const summed = { hours: hoursFrom(0, 3), days: new Set([midnight + dayMs]) };
    const range = { fromMs: midnight + hourMs, toMs: midnight + 4 * hourMs, stepMs: minuteMs, line: {} };
    expect(coverRange(range, summed).map(({ level }) => level)).toEqual(["hour", "minute"]);
    const days = { fromMs: midnight + dayMs, toMs: midnight + 2 * dayMs, stepMs: hourMs, line: {} };
    expect(coverRange(days, summed).map(({ level }) => level)).toEqual(["day"]);
  });

  it("has no hole and nothing twice, and is never coarser than the step", () => {
    const range = fc.record({
      from: fc.integer({ min: 0, max: 5 * 1_440 }),
      length: fc.integer({ min: 1, max: 5 * 1_440 }),
      stepMs: fc.constantFrom(minuteMs, hourMs, 4 * hourMs, dayMs),
      hours: fc.array(fc.nat(240)),
      days: fc.array(fc.nat(10)),
    });
    fc.assert(
      fc.property(range, ({ from, length, stepMs, hours, days }) => {
        const fromMs = midnight + from * minuteMs;
        const toMs = fromMs + length * minuteMs;
        const stretches = coverRange(
          { fromMs, toMs, stepMs },
          {
            hours: new Set(hours.map((hour) => midnight + hour * hourMs)),
            days: new Set(days.map((day) => midnight + day * dayMs)),
          },
        );
        let at = fromMs;
        for (const stretch of stretches) {
          expect(stretch.fromMs).toBe(at);
          at = stretch.toMs;
          const size = { minute: minuteMs, hour: hourMs, day: dayMs }[stretch.level];
          expect(stepMs % size).toBe(0);
        }
        expect(at).toBe(toMs);
      }),
    );
  });
});
