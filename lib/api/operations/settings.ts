import { operation } from "#lib/api/operation";
import { settingsAnswer, updateSettingsBody } from "#lib/settings/schema";
import { updateSettings } from "#lib/settings/service";
import { readSettings } from "#lib/settings/store";

const shared = { tag: "Settings", path: "/api/settings", answer: settingsAnswer, etag: true } as const;

export const getSettings = operation({
  ...shared,
  id: "getSettings",
  method: "GET",
  summary: "All settings",
  permission: "settings.read",
  run: () => readSettings(),
});

export const patchSettings = operation({
  ...shared,
  id: "updateSettings",
  method: "PATCH",
  summary: "Change the named settings",
  permission: "settings.write",
  body: updateSettingsBody,
  current: () => readSettings(),
  run: ({ actor, body }) => updateSettings(actor, body),
});
