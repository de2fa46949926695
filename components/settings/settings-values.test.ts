import { describe, expect, it } from "vitest";
import { settingDefaults } from "#lib/settings/schema";
import { changedSettings, formOfSettings } from "./settings-values.ts";

const saved = formOfSettings(settingDefaults);

describe("the settings form", () => {
  it("sends what was changed and nothing else", () => {
    expect(changedSettings(saved, saved)).toEqual({});
    expect(changedSettings(saved, { ...saved, name: "Harbour", cutStreams: "nothing" })).toEqual({
      "site.name": "Harbour",
      "billing.cutStreams": "nothing",
    });
    expect(
      changedSettings(saved, { ...saved, lowBalance: "25", lowBalanceDays: 0, mailsStatements: true }),
    ).toEqual({
      "balance.low": "25",
      "balance.lowDays": 0,
      "statements.mail": true,
    });
  });

  it("takes an accent away by emptying it", () => {
    const own = formOfSettings({ ...settingDefaults, "site.accent": "#aa0055" });
    expect(changedSettings(own, { ...own, accent: "" })).toEqual({ "site.accent": null });
  });
});
