import { describe, expect, it } from "vitest";
import { ownPath } from "./own-path.ts";

describe("where one goes on to after the site's password", () => {
  it("is the page that was asked for", () => {
    expect(ownPath("/logs?status=429")).toBe("/logs?status=429");
  });

  it.each([
    null,
    "",
    "https://evil.example",
    "//evil.example",
    "/\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
  ])("is never another site: %j", (asked) => {
    expect(ownPath(asked).startsWith("//")).toBe(false);
    expect(new URL(ownPath(asked), "http://here.invalid").origin).toBe("http://here.invalid");
  });
});
