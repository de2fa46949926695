import { describe, expect, it } from "vitest";
import { careBody, careInputs } from "./care-values.ts";

describe("the form of an account's notices", () => {
  it("gives back what it was given, whatever is the account's own", () => {
    for (const care of [
      { lowBalance: "12.5", lowBalanceDays: 0, mailsStatements: false },
      { lowBalance: "0", lowBalanceDays: 14, mailsStatements: true },
      { lowBalance: null, lowBalanceDays: null, mailsStatements: null },
    ])
      expect(careBody(careInputs(care))).toEqual(care);
  });

  it("goes back to the settings of all accounts where it is emptied", () => {
    expect(careBody({ lowBalance: " ", lowBalanceDays: "", mailsStatements: "inherit" })).toEqual({
      ...{ lowBalance: null, lowBalanceDays: null, mailsStatements: null },
    });
  });

  it("sends no days that are not whole", () => {
    for (const lowBalanceDays of ["2.5", "-1", "three", "1e2"])
      expect(careBody({ lowBalance: "", lowBalanceDays, mailsStatements: "yes" })).toBeUndefined();
  });
});
