import { describe, expect, it } from "vitest";
import { settingDefaults } from "#lib/settings/schema";
import { bodyOfIncidentSettings, formOfIncidentSettings, inputsRefused } from "./incident-settings-values.ts";

const publicKeys = ["one", "two", "three"].map((id) => ({ id, key: `PEM ${id}` }));
const form = formOfIncidentSettings({ ...settingDefaults, "scanning.publicKeys": publicKeys });

describe("the form of abnormal charges", () => {
  it("sends back what it was given, every public key with it", () => {
    expect(bodyOfIncidentSettings(form)).toEqual({
      "incidents.policy": settingDefaults["incidents.policy"],
      "incidents.threshold": settingDefaults["incidents.threshold"],
      "incidents.learning": settingDefaults["incidents.learning"],
      "incidents.mailOperators": settingDefaults["incidents.mailOperators"],
      "scanning.disable": true,
      "scanning.keysUrl": "",
      "scanning.publicKeys": publicKeys,
    });
  });

  it("leaves rows out that were never filled, not those that were filled by half", () => {
    const rows = [{ id: " four ", key: "" }, ...publicKeys.slice(1), { id: " ", key: "\n" }];
    const body = bodyOfIncidentSettings({ ...form, publicKeys: rows });
    expect(body["scanning.publicKeys"]).toEqual([{ id: "four", key: "" }, ...publicKeys.slice(1)]);
  });

  it("shows what was refused at its own input", () => {
    const fields = {
      "scanning.publicKeys.1.key": "a",
      "incidents.policy.atScore": "b",
      "scanning.keysUrl": "c",
    };
    expect(inputsRefused(fields)).toEqual({ "publicKeys.1.key": "a", atScore: "b", keysUrl: "c" });
  });
});
