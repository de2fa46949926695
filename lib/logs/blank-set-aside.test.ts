import { describe, expect, it } from "vitest";
import { BLOCK_FORMAT, decodeBlock, encodeBlock } from "#lib/spool/block";
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

  it("is found in another release's text too, alone and among others", () => {
    const blankOf = (one: typeof row) => ({ ...one, ip: null, userAgent: null });
    const other = { ...row, requestId: "s", ip: "203.0.113.8" };
    for (const rows of [[row], [row, other]]) {
      const text = encodeBlock(rows.map((one) => ({ row: one, held: false, periodStartMs: null })));
      const blank = blankSetAside({ unreadable: text });
      expect(JSON.stringify(blank)).not.toMatch(/203\.0\.113|curl/);
      expect(decodeBlock(BLOCK_FORMAT, String(blank?.unreadable)).map((one) => one.row)).toEqual(
        rows.map(blankOf),
      );
      expect(blankSetAside({ unreadable: blank?.unreadable })).toBeUndefined();
    }
  });

  it("is found in the text of a release before that", () => {
    const text = '{"fields":["requestId","ip","userAgent"],"rows":[[true,null,"r","203.0.113.7","curl/8"]]}';
    const blank = blankSetAside({ unreadable: text });
    expect(blank?.unreadable).toBe(
      '{"fields":["requestId","ip","userAgent"],"rows":[[true,null,"r",null,null]]}',
    );
  });

  it("goes as a whole where nobody can read it", () => {
    expect(blankSetAside({ unreadable: '{"row": {"ip": "203.0.113.7"' })).toEqual({
      unreadable: BLANKED_TEXT,
    });
    expect(blankSetAside({ unreadable: BLANKED_TEXT })).toBeUndefined();
    expect(blankSetAside({ unreadable: "see number 7" })).toBeUndefined();
  });
});
