import { describe, expect, it } from "vitest";
import { paramsFromPath } from "./path.ts";

describe("path parameters", () => {
  it("are read by the template", () => {
    expect(paramsFromPath("/api/keys/{id}/rotate", "/api/keys/42/rotate")).toEqual({ id: "42" });
    expect(paramsFromPath("/api/keys", "/api/keys/")).toEqual({});
  });

  it.each([
    "/api/models/meta/llama-3:free",
    "/api/models/meta%2Fllama-3%3Afree",
    "/api/models/meta/llama-3%3Afree",
  ])("take an id with slashes and colons as it comes: %s", (path) => {
    expect(paramsFromPath("/api/models/{id...}", path)).toEqual({ id: "meta/llama-3:free" });
  });

  it("are none when the path is another one", () => {
    expect(paramsFromPath("/api/keys/{id}", "/api/keys")).toBeUndefined();
    expect(paramsFromPath("/api/keys/{id}", "/api/keys/1/2")).toBeUndefined();
    expect(paramsFromPath("/api/keys/{id}", "/api/accounts/1")).toBeUndefined();
  });

  it("leave a broken percent escape as it is", () => {
    expect(paramsFromPath("/api/keys/{id}", "/api/keys/%zz")).toEqual({ id: "%zz" });
  });
});
