import { describe, expect, it } from "vitest";
import type { Grant } from "#lib/groups/grant-schema";
import { formOfGrant, grantBodyOf, modelsWithEnds } from "./grant-values.ts";

const grant: Grant = {
  groupId: "training",
  accountId: "a",
  accountName: "Acme",
  models: ["gpt-4o", "o3", "o4"],
  expiresAt: "2027-01-31T12:00:00.000Z",
  modelEnds: { o3: "2026-12-15T00:00:00.000Z", o4: null },
  note: "Asked for",
  createdBy: "Ada",
  updatedAt: "2026-11-01T00:00:00.000Z",
};

describe("the form of a grant", () => {
  it("sends back what it was filled with", () => {
    const { models, expiresAt, modelEnds, note } = grant;
    expect(grantBodyOf(formOfGrant(grant))).toEqual({ models, expiresAt, modelEnds, note });
  });

  it("keeps what was for good until an end is typed for it", () => {
    const values = formOfGrant(grant);
    expect(grantBodyOf({ ...values, ends: { ...values.ends, o4: "" } }).modelEnds).toMatchObject({
      o4: null,
    });
    const typed = grantBodyOf({ ...values, ends: { o4: "2027-01-01T00:00" } });
    expect(typed.modelEnds).toEqual({ o4: new Date("2027-01-01T00:00").toISOString() });
  });

  it("asks for the ends of a grant for everything where it has ends of its own, and forgets models that are gone", () => {
    expect(modelsWithEnds(formOfGrant({ ...grant, models: [] }))).toEqual(["o3", "o4"]);
    expect(grantBodyOf({ ...formOfGrant(grant), models: ["gpt-4o"] }).modelEnds).toEqual({});
  });

  it("is for good only where that was said", () => {
    expect(formOfGrant(null)).toMatchObject({ isForGood: false, expiresAt: "" });
    expect(formOfGrant({ ...grant, expiresAt: null }).isForGood).toBe(true);
  });
});
