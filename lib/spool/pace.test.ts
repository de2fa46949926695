import { expect, it } from "vitest";
import { Pace } from "./pace.ts";

/** Bills at an even rate, each committed as soon as the pace allows; how many a commit has in the end. */
function billsPerCommit(perMs: number): number {
  const pace = new Pace();
  let [waiting, last] = [0, 0];
  for (let turn = 1; turn <= 4_000; turn += 1) {
    const nowMs = turn / 4;
    waiting += perMs / 4;
    if (waiting < 1 || pace.waitMs(nowMs) > 0) continue;
    pace.began(waiting, nowMs);
    [waiting, last] = [0, waiting];
  }
  return last;
}

it("commits a bill that comes alone at once, and lets many share a commit", () => {
  expect(billsPerCommit(0.5)).toBe(1);
  expect(billsPerCommit(1)).toBe(1);
  expect(billsPerCommit(10)).toBeCloseTo(20, 5);
});

it("never asks for more than its distance, and for nothing after a pause", () => {
  const pace = new Pace();
  for (let nowMs = 0; nowMs < 100; nowMs += 2) pace.began(100, nowMs);
  expect(pace.waitMs(98)).toBe(2);
  expect(pace.waitMs(99.5)).toBe(0.5);
  expect(pace.waitMs(5_000)).toBe(0);
});
