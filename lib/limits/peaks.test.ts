import { expect, it } from "vitest";
import { memoryLimiter } from "./memory-limiter.ts";
import { ConcurrencyPeaks } from "./peaks.ts";
import { checkOf } from "./testing.ts";

const check = checkOf("concurrency", 5);

function start() {
  const limiter = memoryLimiter(() => 0);
  const peaks = new ConcurrencyPeaks((one) => limiter.levels([one])[0]?.used ?? 0);
  return {
    peaks,
    /** Answers what ends the call. */
    call() {
      const decision = limiter.take([check]);
      if (!decision.taken) throw new Error("refused");
      peaks.note("a", decision);
      peaks.enter("m");
      return () => {
        limiter.release(decision.ticket);
        peaks.leave("m");
      };
    },
  };
}

const minute = (number: number) => number * 60_000;
const told = (taken: ReturnType<ConcurrencyPeaks["take"]>) =>
  taken.map(({ minuteMs, accountId, model, own }) => [minuteMs, accountId, model, own]);

it("tells the most calls at once of each minute, once it is over: of all, of the model, of the limit", () => {
  const { peaks, call } = start();
  peaks.take(minute(1) + 10);
  const ends = [call(), call(), call()];
  for (const end of ends) end();
  call();
  expect(peaks.take(minute(1) + 59_999)).toEqual([]);
  expect(told(peaks.take(minute(2) + 1))).toEqual([
    [minute(1), "", "", 3],
    [minute(1), "", "m", 3],
    [minute(1), "a", "m", 3],
  ]);
});

it("counts a call in every minute in which it runs, and forgets who runs none", () => {
  const { peaks, call } = start();
  peaks.take(minute(1));
  const end = call();
  peaks.take(minute(2));
  expect(told(peaks.take(minute(3))).map(([at, , , own]) => [at, own])).toEqual(
    Array(3).fill([minute(2), 1]),
  );
  end();
  peaks.take(minute(4));
  expect(peaks.take(minute(5))).toEqual([]);
  expect(peaks.running).toBe(0);
});

it("goes by what nodes count together where they do", () => {
  const peaks = new ConcurrencyPeaks(() => 1);
  peaks.take(minute(1));
  const ticket = [{ check, by: "valkey", cell: 0 } as const];
  peaks.note("a", { taken: true, ticket, levels: [{ check, used: 4, resetMs: 0 }], shadowed: [] });
  expect(peaks.take(minute(2))).toMatchObject([{ accountId: "a", keyId: "", own: 0, shared: 4 }]);
});

it("tells what is known of the running minute when the node stops", () => {
  const { peaks, call } = start();
  peaks.take(minute(1));
  call();
  expect(told(peaks.take(minute(1) + 5_000, true))[0]).toEqual([minute(1), "", "", 1]);
});
