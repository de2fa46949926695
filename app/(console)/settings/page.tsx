import { SettingsView } from "#components/settings/settings-view";
import { getSettings } from "#lib/api/operations/settings";
import { getSitePasswordOperation } from "#lib/api/operations/site";
import { editedQuery, sitePasswordQuery } from "#lib/api/queries";
import { Hydrate } from "../../hydrate.tsx";
import { titled } from "../../page-title.ts";

export const generateMetadata = titled("settings");

export default function SettingsPage() {
  const settings = { query: editedQuery("/api/settings"), from: getSettings, tagged: true };
  const password = { query: sitePasswordQuery(), from: getSitePasswordOperation };
  return (
    <Hydrate prefetch={[settings, password]}>
      <SettingsView />
    </Hydrate>
  );
}
