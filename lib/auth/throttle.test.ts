import { describe, expect, it } from "vitest";
import { AppError } from "#lib/core/errors";
import { failureWindowMs, refuseExhausted, subjectsOf } from "./throttle.ts";

const now = 1_795_000_000_000;
const subject = { key: "s", limit: 10 };

describe("throttling", () => {
  it("lets the last permitted failure be tried", () => {
    expect(() => refuseExhausted(subject, undefined, now)).not.toThrow();
    expect(() => refuseExhausted(subject, { failures: 9, windowStartMs: now - 1 }, now)).not.toThrow();
  });

  it("refuses with the seconds that are left of the window", () => {
    const windowStartMs = now - failureWindowMs + 61_500;
    try {
      refuseExhausted(subject, { failures: 10, windowStartMs }, now);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({
        status: 429,
        code: "too_many_sign_ins",
        headers: { "retry-after": "62" },
      });
    }
  });

  it("forgets when the window is over", () => {
    const count = { failures: 99, windowStartMs: now - failureWindowMs };
    expect(() => refuseExhausted(subject, count, now)).not.toThrow();
  });
});

describe("what is counted", () => {
  it("is the address in any case from one place, and the place", () => {
    expect(subjectsOf("A@b.c ", "192.0.2.1")).toEqual(subjectsOf("a@b.c", "192.0.2.1"));
    const [here, place] = subjectsOf("a@b.c", "192.0.2.1");
    const [there] = subjectsOf("a@b.c", "192.0.2.2");
    const [, samePlace] = subjectsOf("x@y.z", "192.0.2.1");
    expect(here).not.toEqual(there);
    expect(place).toEqual(samePlace);
  });

  it("does not repeat what was typed", () => {
    expect(JSON.stringify(subjectsOf("my-secret@b.c", "192.0.2.1"))).not.toContain("my-secret");
  });
});
