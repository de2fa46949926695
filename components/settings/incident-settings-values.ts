import type { Settings, UpdateSettings } from "#lib/settings/schema";

export type ScanningKeyRow = { id: string; key: string };

/** What the inputs hold of how incidents are found, told and reported. */
export type IncidentSettings = Settings["incidents.policy"] &
  Settings["incidents.learning"] & {
    threshold: number;
    mailOperators: boolean;
    disable: boolean;
    keysUrl: string;
    publicKeys: ScanningKeyRow[];
  };

export function formOfIncidentSettings(settings: Settings): IncidentSettings {
  return {
    ...settings["incidents.policy"],
    ...settings["incidents.learning"],
    threshold: settings["incidents.threshold"],
    mailOperators: settings["incidents.mailOperators"],
    disable: settings["scanning.disable"],
    keysUrl: settings["scanning.keysUrl"],
    publicKeys: settings["scanning.publicKeys"].map(({ id, key }) => ({ id, key })),
  };
}

/** The rows that say something, without the blanks around it. */
export function filledRows(rows: readonly ScanningKeyRow[]): ScanningKeyRow[] {
  return rows
    .map(({ id, key }) => ({ id: id.trim(), key: key.trim() }))
    .filter(({ id, key }) => id !== "" || key !== "");
}

export function bodyOfIncidentSettings(values: IncidentSettings): UpdateSettings {
  const { mode, atScore, capTimes, cutStreams, minRequests, minHours } = values;
  return {
    "incidents.policy": { mode, atScore, capTimes, cutStreams },
    "incidents.threshold": values.threshold,
    "incidents.learning": { minRequests, minHours },
    "incidents.mailOperators": values.mailOperators,
    "scanning.disable": values.disable,
    "scanning.keysUrl": values.keysUrl.trim(),
    "scanning.publicKeys": filledRows(values.publicKeys),
  };
}

/** What was refused, by input: "scanning.publicKeys.1.key" belongs to `publicKeys.1.key`. */
export function inputsRefused(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([path, message]) => [
      path.replace(/^(scanning|incidents)\.((policy|learning)\.)?/, ""),
      message,
    ]),
  );
}
