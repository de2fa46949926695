import { expect, it } from "vitest";
import { maxOverlapSeconds } from "#lib/keys/rotation-schema";
import { ownOverlapSeconds } from "./own-overlap.ts";

it("takes whole minutes, hours and days up to what the server takes", () => {
  expect(ownOverlapSeconds(5, "minutes")).toBe(300);
  expect(ownOverlapSeconds("2", "hours")).toBe(7200);
  expect(ownOverlapSeconds(30, "days")).toBe(maxOverlapSeconds);
  expect([
    ownOverlapSeconds(31, "days"),
    ownOverlapSeconds("", "days"),
    ownOverlapSeconds(0, "hours"),
  ]).toEqual([null, null, null]);
  expect(ownOverlapSeconds(1.5, "hours")).toBeNull();
});
