import { describe, expect, it } from "vitest";
import { endingWithin, runningAt, widened } from "./grant.ts";

const now = new Date("2026-12-01T00:00:00Z");
const day = (number: number) => `2026-12-${String(number).padStart(2, "0")}T00:00:00.000Z`;
const past = "2026-11-01T00:00:00.000Z";

describe("what runs of an activation", () => {
  it("is each model until its own end, else until the grant's", () => {
    const grant = { models: ["a", "b", "c"], expiresAt: day(5), modelEnds: { a: past, b: null } };
    expect(runningAt(grant, now)).toEqual({ models: ["b", "c"], expiresAt: day(5), modelEnds: { b: null } });
    const apart = { models: ["a", "b"], expiresAt: null, modelEnds: { a: day(3), b: day(5) } };
    expect(runningAt(apart, now)).toEqual({ ...apart, expiresAt: day(5), modelEnds: { a: day(3) } });
    expect(runningAt(grant, new Date(day(6)))).toEqual({ models: ["b"], expiresAt: null, modelEnds: {} });
  });

  it("is nothing once all has ended", () => {
    expect(runningAt({ models: ["a"], expiresAt: past, modelEnds: {} }, now)).toBeUndefined();
    expect(runningAt({ models: [], expiresAt: past, modelEnds: { a: past } }, now)).toBeUndefined();
  });

  it("of all models is those with a later end of their own, once the rest has ended", () => {
    const grant = { models: [], expiresAt: past, modelEnds: { a: day(9) } };
    expect(runningAt(grant, now)).toEqual({ models: ["a"], expiresAt: day(9), modelEnds: {} });
  });
});

describe("an activation that is widened", () => {
  it("gives a new model its own end and leaves the others' as they are", () => {
    const before = { models: ["a"], expiresAt: day(20), modelEnds: {} };
    expect(widened(before, ["b"], day(9), now)).toEqual({
      models: ["a", "b"],
      expiresAt: day(20),
      modelEnds: { b: day(9) },
    });
  });

  it("never ends a model earlier than before, not by all of them either", () => {
    const before = { models: ["a", "b"], expiresAt: day(20), modelEnds: { b: null } };
    expect(widened(before, ["a"], day(9), now)).toEqual({ ...before, modelEnds: { b: null } });
    expect(widened(before, [], day(9), now)).toEqual({
      models: [],
      expiresAt: day(9),
      modelEnds: { a: day(20), b: null },
    });
    expect(widened({ models: [], expiresAt: null, modelEnds: {} }, ["a"], day(3), now)).toEqual({
      models: [],
      expiresAt: null,
      modelEnds: {},
    });
  });

  it("begins anew where everything has ended", () => {
    const before = { models: ["a"], expiresAt: past, modelEnds: {} };
    expect(widened(before, ["b"], day(9), now)).toEqual({ models: ["b"], expiresAt: day(9), modelEnds: {} });
  });
});

it("what ends soon is told model by model, the soonest first", () => {
  const grant = { models: ["a", "b", "c"], expiresAt: day(3), modelEnds: { b: day(2), c: day(20) } };
  expect(endingWithin(grant, now, new Date(day(4)))).toEqual([
    { model: "b", end: day(2) },
    { model: "a", end: day(3) },
  ]);
  const all = { models: [], expiresAt: day(3), modelEnds: { b: null } };
  expect(endingWithin(all, now, new Date(day(4)))).toEqual([{ model: null, end: day(3) }]);
});
