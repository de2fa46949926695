import { describe, expect, it } from "vitest";
import { type FilterSpec, readTypedFilter } from "./filter-types.ts";

const specs: FilterSpec[] = [
  { key: "status", label: "Status", input: { kind: "text", placeholder: "429" } },
  { key: "errorCode", label: "Error code", input: { kind: "text", placeholder: "" } },
  { key: "stream", label: "Stream", input: { kind: "choice", options: [{ value: "true", label: "Yes" }] } },
  { key: "accountId", label: "Account", input: { kind: "search", load: async () => [], Label: () => null } },
];

describe("a typed filter", () => {
  it.each([
    ["status:429", "status", "429"],
    [" Status = 5xx ", "status", "5xx"],
    ["error-code:rate_limit_exceeded", "errorCode", "rate_limit_exceeded"],
    ["stream:yes", "stream", "true"],
  ])("reads %s as the same chip that the menu makes", (text, key, value) => {
    expect(readTypedFilter(text, specs)).toEqual({ key, value });
  });

  it.each([
    ["429", "syntax"],
    ["colour:red", "unknown"],
    ["stream:maybe", "choice"],
    ["account:Acme", "search"],
  ])("says why it cannot read %s", (text, error) => {
    expect(readTypedFilter(text, specs)).toMatchObject({ error });
  });
});
