import { describe, expect, it } from "vitest";
import { isWrappable, unwrapId, type WrappedId, wrapId } from "./wrapped-id.ts";

const KEY = Buffer.alloc(32, 7);
const MADE: WrappedId = {
  channelId: "019a0000-0000-7000-8000-000000000001",
  credentialId: "c1",
  upstreamId: "resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b",
  model: "vendor/mödel:free",
  figures: [12, 4_096],
};
const ID = wrapId("resp", MADE, "alice", KEY);

describe("a wrapped id", () => {
  it("gives back to its account what it stands for", () => {
    expect(unwrapId("resp", ID, "alice", KEY)).toEqual(MADE);
  });

  it("is the same each time, and shows nothing of what is in it", () => {
    expect(wrapId("resp", MADE, "alice", KEY)).toBe(ID);
    expect(ID).toMatch(/^resp_[\w-]+$/);
    const shown = Buffer.from(ID.slice(5), "base64url").toString("latin1");
    for (const part of [MADE.channelId, MADE.upstreamId, "alice", "free"]) expect(shown).not.toContain(part);
  });

  it("is nothing to another account, as another kind, or under another key", () => {
    expect(unwrapId("resp", ID, "bob", KEY)).toBeUndefined();
    expect(unwrapId("video", ID.replace("resp_", "video_"), "alice", KEY)).toBeUndefined();
    expect(unwrapId("video", ID, "alice", KEY)).toBeUndefined();
    expect(unwrapId("resp", ID, "alice", Buffer.alloc(32, 8))).toBeUndefined();
  });

  it("is nothing once a single byte of it is changed", () => {
    const bytes = Buffer.from(ID.slice(5), "base64url");
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(unwrapId("resp", `resp_${changed.toString("base64url")}`, "alice", KEY)).toBeUndefined();
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
    expect(unwrapId("resp", id, "alice", KEY)).toBeUndefined();
  });

  it.each([[""], [null], [7], [{}], ["x".repeat(257)]])("cannot be made of %j", (id) => {
    expect(isWrappable(id)).toBe(false);
  });
});
