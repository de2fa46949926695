import { describe, expect, it } from "vitest";
import { csvLine } from "./csv.ts";

describe("a CSV line", () => {
  it("quotes what would break the line and doubles quotes", () => {
    expect(csvLine(["a,b", 'say "so"', "two\nlines", "plain", null, 3])).toBe(
      '"a,b","say ""so""","two\nlines",plain,,3',
    );
  });

  it("never hands a spreadsheet a formula, and leaves numbers numbers", () => {
    expect(csvLine(["=1+1", "+1", "@SUM(A1)", "-cmd", "\t=1", "-0.000001", "-12"])).toBe(
      "'=1+1,'+1,'@SUM(A1),'-cmd,'\t=1,-0.000001,-12",
    );
  });
});
