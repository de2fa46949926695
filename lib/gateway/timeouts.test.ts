import { expect, it } from "vitest";
import { channelOf } from "#lib/routing/testing";
import { defaultTimeouts, modalityOf, timeoutsOf } from "./timeouts.ts";

it("go from the channel's for the modality over the channel's own to the defaults", () => {
  expect(timeoutsOf(channelOf("plain"), "chat")).toEqual(defaultTimeouts);
  expect(timeoutsOf(channelOf("plain"), "reasoning")).toMatchObject({
    firstTokenMs: 120_000,
    connectMs: 10_000,
  });
  const own = channelOf("own", {
    timeouts: {
      firstTokenMs: 3_000,
      modalities: { reasoning: { firstTokenMs: 60_000 }, image: { totalMs: 5 } },
    },
  });
  expect(timeoutsOf(own, "chat").firstTokenMs).toBe(3_000);
  expect(timeoutsOf(own, "reasoning").firstTokenMs).toBe(60_000);
  expect(timeoutsOf(own, "image")).toMatchObject({ totalMs: 5, headersMs: 300_000, firstTokenMs: 3_000 });
});

it("know a model's modality by its kind, and that it reasons", () => {
  expect(modalityOf({ kind: "chat", reasoning: true })).toBe("reasoning");
  expect(modalityOf({ kind: "image", reasoning: false })).toBe("image");
  expect(modalityOf(undefined)).toBe("chat");
});
