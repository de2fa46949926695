import fc from "fast-check";
import { expect, it } from "vitest";
import { hasRoom, rateWindow, takeRoom } from "./rate-window.ts";

const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 30_000 }),
  starts: fc.nat(5),
  held: fc.nat(5),
  givenBack: fc.nat(5),
});

it.each([
  ["exactly", 4],
  ["in grains of a thousandth, never over the cap", 3_000],
])("counts starts and places that are held: %s", (_, perMinute) => {
  const scale = perMinute / 4;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const window = rateWindow(perMinute);
      let started: { atMs: number; count: number }[] = [];
      let nowMs = 0;
      const fits = () => started.reduce((sum, { count }) => sum + count, window.held) < perMinute;
      const agrees = () => {
        const has = hasRoom(window, nowMs);
        if (has !== fits() && (has || perMinute <= 1_000)) expect(has).toBe(fits());
        return has;
      };
      for (const { waitMs, starts, held, givenBack } of steps) {
        nowMs += waitMs;
        started = started.filter(({ atMs }) => atMs > nowMs - 60_000);
        const now = { atMs: nowMs, count: 0 };
        started.push(now);
        for (let n = 0; n < starts * scale && agrees(); n += 1) {
          takeRoom(window, nowMs);
          now.count += 1;
        }
        for (let n = 0; n < held * scale && agrees(); n += 1) window.held += 1;
        window.held = Math.max(0, window.held - Math.ceil(givenBack * scale));
      }
    }),
    { numRuns: perMinute > 1_000 ? 20 : 200 },
  );
});
