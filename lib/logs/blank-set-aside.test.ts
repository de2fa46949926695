import { describe, expect, it } from "vitest";
import { encodeBlock } from "#lib/spool/block";
import { BLANKED_TEXT, blankSetAside } from "./blank-set-aside.ts";
import { emptyRow } from "./row.ts";

const row = { ...emptyRow, requestId: "r", ip: "203.0.113.7", userAgent: "curl/8", costNanoUsd: 7n };

describe("a bill that was set aside long ago", () => {
  it("names no address and no user agent any more, and bills the same", () => {
    const kept = { held: true, row: { requestId: "r", ip: "203.0.113.7", userAgent: "curl/8", cost: "7" } };
    const blank = { held: true, row: { requestId: "r", ip: null, userAgent: null, cost: "7" } };
    expect(blankSetAside(kept)).toEqual(blank);
    expect(blankSetAside(blank)).toBeUndefined();
  });

  it("is found in another release's text too", () => {
    const text = encodeBlock([{ row, held: false, periodStartMs: null }]);
    const blank = blankSetAside({ unreadable: text });
    expect(JSON.stringify(blank)).not.toMatch(/203\.0\.113\.7|curl/);
    expect(blank?.unreadable).toBe(
      encodeBlock([{ row: { ...row, ip: null, userAgent: null }, held: false, periodStartMs: null }]),
    );
    expect(blankSetAside({ unreadable: blank?.unreadable })).toBeUndefined();
  });

  it("goes as a whole where nobody can read it", () => {
    expect(blankSetAside({ unreadable: '{"row": {"ip": "203.0.113.7"' })).toEqual({
      unreadable: BLANKED_TEXT,
    });
    expect(blankSetAside({ unreadable: BLANKED_TEXT })).toBeUndefined();
    expect(blankSetAside({ unreadable: "see number 7" })).toBeUndefined();
  });
});
