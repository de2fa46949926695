import { describe, expect, it } from "vitest";
import { actions, can, lowerRole, permissionsOf, roles } from "./can.ts";

describe("permissions", () => {
  it("let the owner do everything", () => {
    expect(permissionsOf("owner")).toEqual([...actions]);
  });

  it("grow with the role: what a weaker one may, a stronger one may too", () => {
    for (const [at, role] of roles.entries()) {
      const weaker = roles[at + 1];
      if (weaker !== undefined)
        expect(permissionsOf(role)).toEqual(expect.arrayContaining(permissionsOf(weaker)));
    }
  });

  it("let support read and write nothing of the business", () => {
    expect(permissionsOf("support").filter((action) => action.endsWith(".write"))).toEqual(["me.write"]);
    expect(can("support", "logs.read")).toBe(true);
    expect(can("support", "audit.read")).toBe(false);
  });

  it("give customers only themselves", () => {
    expect(permissionsOf("customer")).toEqual(["me.read", "me.write"]);
  });

  it("leave settings to the owner", () => {
    expect(can("operator", "settings.write")).toBe(false);
  });
});

it("the lower of two roles is the one that may less", () => {
  expect(lowerRole("owner", "support")).toBe("support");
  expect(lowerRole("support", "operator")).toBe("support");
});
