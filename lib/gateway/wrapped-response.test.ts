import { describe, expect, it } from "vitest";
import { isWrappable, unwrapResponse, type WrappedResponse, wrapResponse } from "./wrapped-response.ts";

const KEY = Buffer.alloc(32, 7);
const MADE: WrappedResponse = {
  channelId: "019a0000-0000-7000-8000-000000000001",
  credentialId: "c1",
  upstreamId: "resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b",
  model: "vendor/mödel:free",
  figures: [12, 4_096],
};
const ID = wrapResponse(MADE, "alice", KEY);

describe("a wrapped id", () => {
  it("gives back to its account what it stands for", () => {
    expect(unwrapResponse(ID, "alice", KEY)).toEqual(MADE);
  });

  it("is the same each time, and shows nothing of what is in it", () => {
    expect(wrapResponse(MADE, "alice", KEY)).toBe(ID);
    expect(ID).toMatch(/^resp_[\w-]+$/);
    const shown = Buffer.from(ID.slice(5), "base64url").toString("latin1");
    for (const part of [MADE.channelId, MADE.upstreamId, "alice", "free"]) expect(shown).not.toContain(part);
  });

  it("is nothing to another account, or under another key", () => {
    expect(unwrapResponse(ID, "bob", KEY)).toBeUndefined();
    expect(unwrapResponse(ID, "alice", Buffer.alloc(32, 8))).toBeUndefined();
  });

  it("is nothing once a single byte of it is changed", () => {
    const bytes = Buffer.from(ID.slice(5), "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(unwrapResponse(`resp_${changed.toString("base64url")}`, "alice", KEY)).toBeUndefined();
    }
  });

  it.each([
    ["empty", ""],
    ["the prefix alone", "resp_"],
    ["an upstream's own", MADE.upstreamId],
    ["too short", "resp_AAAA"],
    ["cut off", ID.slice(0, -4)],
    ["prolonged", `${ID}AAAA`],
    ["of other characters", `${ID}=`],
    ["huge", `resp_${"A".repeat(1_000_000)}`],
  ])("is nothing where it is %s", (_, id) => {
    expect(unwrapResponse(id, "alice", KEY)).toBeUndefined();
  });

  it.each([[""], [null], [7], [{}], ["x".repeat(257)]])("cannot be made of %j", (id) => {
    expect(isWrappable(id)).toBe(false);
  });
});
