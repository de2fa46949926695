import { readSettings } from "#lib/settings/store";

/** For how many days what of calls is kept, by the settings; 0: for ever. */
export type KeptDays = { logs: number; rollups: number; addresses: number };

/** As the settings stand in the database now; what is older goes with the next retention run. */
export async function keptDays(): Promise<KeptDays> {
  const settings = await readSettings();
  return {
    logs: settings["logs.retentionDays"],
    rollups: settings["logs.rollupDays"],
    addresses: settings["logs.addressDays"],
  };
}
