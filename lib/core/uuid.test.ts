import { describe, expect, it } from "vitest";
import { uuidTimeMs, uuidv7 } from "./uuid.ts";

const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);

describe("uuidv7", () => {
  it("writes RFC 9562's own example", () => {
    // RFC 9562, appendix A.6: 2022-02-22T19:22:22Z, rand_a cc3, rand_b 18c4dc0c0c07398f.
    expect(uuidv7(1_645_557_742_000, random)).toBe("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  it("tells its own time back, to the millisecond", () => {
    const now = 1_795_215_599_999;
    expect(uuidTimeMs(uuidv7(now, random))).toBe(now);
  });

  it("sorts as text by time", () => {
    const ids = [3, 1, 2].map((ms) => uuidv7(1_700_000_000_000 + ms, random));
    expect([...ids].sort().map(uuidTimeMs)).toEqual([
      1_700_000_000_001, 1_700_000_000_002, 1_700_000_000_003,
    ]);
  });

  it("always carries version 7 and the RFC's variant, whatever the random bits are", () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const id = uuidv7(0, new Uint8Array(10).fill(byte));
      expect(id).toMatch(/^00000000-0000-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it("refuses too little randomness and impossible times", () => {
    expect(() => uuidv7(0, new Uint8Array(9))).toThrow(RangeError);
    expect(() => uuidv7(-1, random)).toThrow(RangeError);
    expect(() => uuidv7(2 ** 48, random)).toThrow(RangeError);
  });
});

describe("reading ids", () => {
  it("finds no time in other ids", () => {
    expect(uuidTimeMs("6ba7b810-9dad-11d1-80b4-00c04fd430c8")).toBeUndefined();
    expect(uuidTimeMs("not an id")).toBeUndefined();
  });
});
